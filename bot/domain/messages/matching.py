"""Messages about drafts, pairs made by hand, the release, and people without a partner."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.messages.care import PairMessage
from bot.domain.messages.kind import OutboxMessage, WithFiles, key_only, message_kind, unless_default
from bot.domain.sessions import Side


@message_kind("match_draft", "{draft}:", at_once=True)
class MatchDraftMessage(OutboxMessage):
    """A draft, to HR's channel."""

    draft: int


@message_kind("match_released", "{draft}:{slot}", at_once=True)
class MatchReleasedMessage(OutboxMessage):
    """To HR's channel: how many are told soon."""

    draft: int
    pairs: int = 0
    dropped: int = 0
    waiting: int = 0
    left_out: tuple[tuple[int, str], ...] = unless_default(default=())
    """Pairs of the draft that were not possible any more, by their ids, each with the rule that HR reads."""
    planned: bool = unless_default(default=False)
    """Released at a time that HR had chosen."""
    slot: str | None = key_only(default="")
    """A draft that was taken back can be released again: each release is told once."""


@message_kind("match_release_planned", "{draft}:{slot}", at_once=True)
class MatchReleasePlannedMessage(OutboxMessage):
    """To HR's channel: a draft will be released at a time that HR chose."""

    draft: int
    at: datetime
    by: int
    slot: str | None = key_only(default="")


@message_kind("match_release_stopped", "{draft}:{slot}", at_once=True)
class MatchReleaseStoppedMessage(OutboxMessage):
    """To HR's channel: a planned release does not happen, and why."""

    draft: int
    at: datetime
    why: str
    """A name in `matching.release_plan.stopped`."""
    by: int | None = None
    """Who stopped it, if a person of HR did."""
    slot: str | None = key_only(default="")


@message_kind("match_undone", "{draft}:{receipt}", at_once=True)
class MatchUndoneMessage(OutboxMessage):
    """To HR's channel: a release was taken back."""

    draft: int
    pairs: int
    by: int
    receipt: str | None = key_only(default="")


@message_kind("intro_mentor", "{pair}:{reader}", bulk=True, hr_label="introduction")
class IntroMentorMessage(PairMessage):
    """The introduction, to the mentor."""


@message_kind("intro_mentee", "{pair}:{reader}", bulk=True, hr_label="introduction")
class IntroLeaderMessage(PairMessage):
    """The introduction, to the leader."""


@message_kind("intro_group", "{pair}:", bulk=True, hr_label="introduction", offers_times=True)
class IntroGroupMessage(PairMessage):
    """The first message of the pair's own chat."""


INTRODUCTIONS: dict[Side, type[IntroMentorMessage | IntroLeaderMessage]] = {
    Side.MENTOR: IntroMentorMessage,
    Side.LEADER: IntroLeaderMessage,
}


@message_kind("left_over", "{draft}:{reader}")
class LeftOverMessage(OutboxMessage):
    """From HR, to a person without a partner."""

    part: int
    """Their sign-up."""
    side: Side
    cause: str
    sentence: str
    """HR's own, if there is one."""
    draft: int = key_only(default=0)


@message_kind("still_looking", "{participant}.{side}:{slot}", daily=True, bulk=True, lasts=timedelta(days=7))
class StillLookingMessage(OutboxMessage):
    """To a person without a partner: after a release, or two weeks, and then monthly."""

    participant: int
    side: Side
    slot: str = key_only(default="")


@message_kind("no_partner", "{participant}:", daily=True, bulk=True)
class NoPartnerMessage(OutboxMessage):
    """To a person who had no partner when their programme ended."""

    participant: int


@message_kind("audit_log", "{reader}:{at}", at_once=True, uploads=1)
class AuditLogMessage(WithFiles):
    """HR's log, to the member of HR who asked for it."""

    files: tuple[str, ...] = unless_default(default=())
    at: str = key_only(default="")


@dataclass(frozen=True)
class ConfirmationMessage(OutboxMessage):
    """About a pair that HR made by hand."""

    confirmation: int


@message_kind("pair_question", "{confirmation}:{side}", private=True)
class PairQuestionMessage(ConfirmationMessage):
    """To both: do they agree?"""

    side: str = key_only(default="")


@message_kind("pair_withdrawn", "{confirmation}:{side}", private=True, lasts=timedelta(days=7))
class PairWithdrawnMessage(ConfirmationMessage):
    """To the person who was asked: HR took it back."""

    side: str = key_only(default="")


@message_kind("pair_settled", "{confirmation}:")
class PairSettledMessage(ConfirmationMessage):
    """To HR's channel: what came of it."""
