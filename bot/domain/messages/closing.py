"""Messages at a programme's end: farewells, certificates and stories."""

from dataclasses import dataclass

from bot.domain.messages.care import PairMessage
from bot.domain.messages.kind import OutboxMessage, WithFiles, key_only, message_kind, unless_default
from bot.domain.sessions import Side


@message_kind("closing", "{pair}:{reader}", daily=True, bulk=True)
class ClosingMessage(PairMessage):
    """The farewell, to each of a pair."""


@message_kind("programme_closed", ":")
class ProgrammeClosedMessage(OutboxMessage):
    """To HR's channel: what came of the programme."""


@message_kind("certificate", "{participant}.{side}:{slot}", uploads=2, personal_files=True)
class CertificateMessage(WithFiles):
    """A certificate, to the person who earned it."""

    participant: int = 0
    side: Side = Side.MENTOR
    files: tuple[str, ...] = unless_default(default=())
    slot: str = key_only(default="")


@message_kind("certificate_sample", "{reader}:{at}", at_once=True, uploads=2, personal_files=True, to_anybody=True)
class CertificateSampleMessage(WithFiles):
    """What a programme's certificates look like, to the member of HR who asked for it."""

    files: tuple[str, ...] = unless_default(default=())
    at: str = key_only(default="")


@message_kind("manager_note", "{note}:", private=True, to_anybody=True)
class ManagerNoteMessage(OutboxMessage):
    """To a mentor's manager: what the mentor asked to have told. Not reported to HR."""

    note: int


@dataclass(frozen=True)
class StoryMessage(OutboxMessage):
    """About one version of a pair's story."""

    story: int = 0
    pair: int = key_only(default=0)
    version: int = key_only(default=0)


@message_kind("story_proposed", "{pair}:{version}", daily=True)
class StoryProposedMessage(StoryMessage):
    """To the other one: to be approved."""


@message_kind("story_agreed", "{pair}:{version}", daily=True)
class StoryAgreedMessage(StoryMessage):
    """To the one who wrote it: the other approved."""


@message_kind("story_hr", "{pair}:{version}")
class StoryHrMessage(StoryMessage):
    """To HR's channel, to be published."""


@message_kind("story_card", "{pair}:{version}", hr_label="story")
class StoryCardMessage(StoryMessage):
    """To the channel of the announcement."""
