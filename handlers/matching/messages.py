"""Messages about the draft and its release for HR, and the introductions."""

import logging

from sqlmodel import col, select

from bot.domain.calendar import local
from bot.domain.messages.care import PairMessage
from bot.domain.messages.matching import (
    AuditLogMessage,
    IntroGroupMessage,
    IntroLeaderMessage,
    IntroMentorMessage,
    LeftOverMessage,
    MatchDraftMessage,
    MatchReleasedMessage,
    MatchReleasePlannedMessage,
    MatchReleaseStoppedMessage,
    MatchUndoneMessage,
)
from bot.services.matching.audit_log import whole_log
from bot.services.matching.draft_review import cause_now, overview_of
from bot.services.matching.introductions import introduced
from bot.services.matching.release import UNDO_WINDOW
from bot.services.matching.unmatched import still_left
from bot.services.orientation.orientation import progress_of
from bot.services.participants.members import Member, members
from bot.services.sessions.cadence import seen_as
from bot.services.sessions.suggestions import offer_times
from bot.slack.gateway import Message
from handlers.kit.buttons import orientation_buttons
from handlers.kit.file_messages import Contents, Files, shared
from handlers.kit.messages import MessageContext, renders
from handlers.matching import introduction_views, log_views, planned_release_views, release_views, unmatched_views
from handlers.matching.draft_views import draft as draft_message
from storage.tables import Draft, DraftPair, DraftState, Participant, Person, ProgrammeState

log = logging.getLogger(__name__)


async def match_draft(message: MessageContext[MatchDraftMessage]) -> Message | None:
    draft = await message.work.session.get(Draft, message.payload.draft)
    if draft is None or draft.state != DraftState.OPEN:
        return None
    return draft_message(message.texts, await overview_of(message.work.session, draft))


async def match_released(message: MessageContext[MatchReleasedMessage]) -> Message | None:
    about = message.payload
    draft = await message.work.session.get(Draft, about.draft)
    by = await message.work.session.get(Person, draft.released_by) if draft and draft.released_by else None
    if by is None:
        return None
    programme, tells_at = message.programme, message.row.created_at + UNDO_WINDOW
    left_out = await _left_out(message, about)
    return release_views.released(message.texts, programme.id, about, by, tells_at, programme.zone, left_out)


async def _left_out(
    message: MessageContext[MatchReleasedMessage], about: MatchReleasedMessage
) -> list[tuple[Member, Member, str]]:
    """The pairs that a release left out, as far as they and their people are still there."""
    session, rules = message.work.session, dict(about.left_out)
    pairs = (await session.exec(select(DraftPair).where(col(DraftPair.id).in_(rules)))).all()
    known = await members(session, col(Participant.id).in_([one for pair in pairs for one in _two(pair)]))
    return [
        (known[pair.mentor_id], known[pair.leader_id], rules[pair.id])
        for pair in sorted(pairs, key=lambda one: one.id)
        if known.keys() >= set(_two(pair))
    ]


def _two(pair: DraftPair) -> tuple[int, int]:
    return pair.mentor_id, pair.leader_id


async def release_planned(message: MessageContext[MatchReleasePlannedMessage]) -> Message | None:
    about = message.payload
    draft = await message.work.session.get(Draft, about.draft)
    if draft is None:
        return None
    by = await message.work.session.get(Person, about.by)
    return planned_release_views.planned(message.texts, draft, message.programme, about.at, by)


async def release_stopped(message: MessageContext[MatchReleaseStoppedMessage]) -> Message | None:
    about = message.payload
    draft = await message.work.session.get(Draft, about.draft)
    if draft is None:
        return None
    by = await message.work.session.get(Person, about.by) if about.by else None
    still_open = draft.state == DraftState.OPEN and message.programme.state != ProgrammeState.CLOSED
    return planned_release_views.stopped(
        message.texts, draft, message.programme, about.at, about.why, by, still_open=still_open
    )


async def match_undone(message: MessageContext[MatchUndoneMessage]) -> Message | None:
    about = message.payload
    draft = await message.work.session.get(Draft, about.draft)
    if draft is None:
        return None
    by = await message.work.session.get(Person, about.by)
    still_open = draft.state == DraftState.OPEN
    return release_views.undone(message.texts, about.draft, by, about.pairs, still_open=still_open)


async def intro(message: MessageContext[PairMessage]) -> Message | None:
    """To one of the two, in their own DM."""
    found = await introduced(message.work.session, message.payload.pair, message.work.now)
    side = found.couple.side_of(message.row.person_id) if found else None
    if found is None or side is None:
        return None
    progress = await progress_of(message.work.session, found.couple.part(side))
    prepare = orientation_buttons(message.texts, [one for one in progress if one.side is side])
    cadence = await seen_as(message.work, found.couple, side)
    return introduction_views.introduction(
        message.texts, found.couple, side, found.first, found.last_day, prepare, cadence
    )


async def intro_group(message: MessageContext[IntroGroupMessage]) -> Message | None:
    """To both, in their group DM."""
    found = await introduced(message.work.session, message.payload.pair, message.work.now)
    if found is None:
        return None
    first = None
    if found.first:
        first = await offer_times(message.work.session, found.couple.at(found.first), None, message.work.now)
    return introduction_views.group(message.texts, found.couple, first, found.last_day)


async def left_over(message: MessageContext[LeftOverMessage]) -> Message | None:
    """To a person without a partner, from HR."""
    about = message.payload
    part = await still_left(message.work, about.part)
    if part is None:
        return None
    cause = await cause_now(message.work.session, about.cause, part, about.side)
    return unmatched_views.letter(message.texts, part, about.side, cause, message.programme, about.sentence)


async def audit_log(message: MessageContext[AuditLogMessage]) -> Message:
    """HR's log as a file, to the member of HR who asked for it."""

    async def write() -> Contents:
        acts = await whole_log(message.work.session, message.programme)
        day = local(message.work.now, message.programme.zone).date().isoformat()
        return {f"balik-log-{day}.csv": log_views.log_file(message.texts, acts)}

    sharing = await shared(message, [message.texts.plain("matching.log.title")], write)
    if sharing is not Files.SENT:
        return log_views.log_failed(message.texts, forbidden=sharing is Files.FORBIDDEN)
    return log_views.log_sent(message.texts, message.programme)


RENDERERS = (
    renders(MatchDraftMessage, match_draft),
    renders(MatchReleasedMessage, match_released),
    renders(MatchReleasePlannedMessage, release_planned),
    renders(MatchReleaseStoppedMessage, release_stopped),
    renders(MatchUndoneMessage, match_undone),
    renders(LeftOverMessage, left_over),
    renders(AuditLogMessage, audit_log),
    renders(IntroMentorMessage, intro),
    renders(IntroLeaderMessage, intro),
    renders(IntroGroupMessage, intro_group),
)
