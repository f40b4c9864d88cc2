"""Messages about changes of a programme's course."""

from datetime import date

from bot.domain.messages.kind import OutboxMessage, key_only, message_kind, unless_default


@message_kind("course_changed", "{at}:{reader}", daily=True, to_anybody=True)
class CourseChangedMessage(OutboxMessage):
    """To each participant: the programme's dates changed since they last heard of them.

    If HR changes them again before it is sent, the new message replaces it.
    """

    was_first: date
    was_last: date
    was_resumes: date | None = unless_default(default=None)
    """The day on which it was to continue, if it was paused."""
    off: tuple[int, ...] = unless_default(default=())
    """The sessions of the reader that lost their time by it, also those that fell away."""
    off_pairs: tuple[int, ...] = unless_default(default=())
    """The pair of each of them."""
    off_at: tuple[str, ...] = unless_default(default=())
    """When each was to take place, as ISO text."""
    was_cadence: str = unless_default(default="")
    """How often pairs met before, if HR changed that."""
    due_pairs: tuple[int, ...] = unless_default(default=())
    """The reader's pairs whose next session was to take place by another day."""
    due_was: tuple[str, ...] = unless_default(default=())
    """That day of each of them, as ISO text."""
    at: str = key_only(default="")


@message_kind("course_changed_hr", "{at}:", at_once=True)
class CourseChangedHrMessage(OutboxMessage):
    """To HR's channel: what a member of HR changed, in numbers."""

    act: str
    first: date
    last: date
    was_first: date
    was_last: date
    resumes: date | None = unless_default(default=None)
    moved: int = unless_default(default=0)
    added: int = unless_default(default=0)
    dropped: int = unless_default(default=0)
    called_off: int = unless_default(default=0)
    people: int = unless_default(default=0)
    cadence: str = unless_default(default="")
    closes_on: date | None = unless_default(default=None)
    closed_on: date | None = unless_default(default=None)
    """The last day to join, now and before, if there is one to come."""
    at: str = key_only(default="")


@message_kind("programme_resumed", "{at}:{reader}", daily=True, asks_for_date=True)
class ProgrammeResumedMessage(OutboxMessage):
    """To each participant, on the day on which a paused programme continues as announced."""

    at: str = key_only(default="")


@message_kind("programme_cancelled", ":{reader}", daily=True, to_anybody=True)
class ProgrammeCancelledMessage(OutboxMessage):
    """To each participant, and to invited people who have not answered: HR cancelled the programme."""

    off: tuple[int, ...] = unless_default(default=())
    """The changes (`SessionChange`) by which sessions of the reader lost their time."""
    invited: bool = unless_default(default=False)
    """The reader takes no part."""


@message_kind("programme_deleted", "{at}:", at_once=True, without_programme="0")
class ProgrammeDeletedMessage(OutboxMessage):
    """To HR's channel: a programme that was set up by mistake was deleted."""

    name: str
    language: str
    at: str = key_only(default="")
