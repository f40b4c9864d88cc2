"""Messages about sessions: the steps of each, changes, and how a pair meets."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.messages.kind import OutboxMessage, WithFiles, key_only, message_kind, unless_default
from bot.domain.sessions import Side, StepKey, StepKind

# The steps


@dataclass(frozen=True)
class StepMessage(OutboxMessage):
    """A step of a session. `slot`: the time of the session that it belongs to, if it matters."""

    session: int
    slot: str = ""
    side: str = key_only(default="")


@message_kind(
    "booking_nudge",
    "{session}:{side}",
    reminds="nudge",
    daily=True,
    bulk=True,
    hr_label="reminder",
    prompts=True,
    offers_times=True,
)
class BookingNudgeMessage(StepMessage):
    """Find a date."""


@message_kind(
    "booking_reminder",
    "{session}:{side}",
    reminds="nudge",
    daily=True,
    bulk=True,
    hr_label="reminder",
    prompts=True,
    offers_times=True,
)
class BookingReminderMessage(StepMessage):
    """There is still no date."""


@message_kind("mentor_pack", "{session}:{side}:{slot}", reminds="material", daily=True, bulk=True, hr_label="pack")
class MentorPackMessage(StepMessage):
    """The session pack, to the mentor."""


@message_kind("leader_pack", "{session}:{side}:{slot}", reminds="material", daily=True, bulk=True, hr_label="pack")
class LeaderPackMessage(StepMessage):
    """The session pack, to the leader."""


@message_kind("reminder", "{session}:{side}:{slot}", reminds="material", daily=True, bulk=True, hr_label="reminder")
class ReminderMessage(StepMessage):
    """The session is today."""


@message_kind("poll_mentor", "{session}:{side}:{slot}", reminds="poll", bulk=True, hr_label="poll", offers_times=True)
class PollMentorMessage(StepMessage):
    """The questions after a session, to the mentor."""


@message_kind("poll_mentee", "{session}:{side}:{slot}", reminds="poll", bulk=True, hr_label="poll", offers_times=True)
class PollLeaderMessage(StepMessage):
    """The questions after a session, to the leader."""


_OF_STEPS: dict[tuple[StepKind, Side | None], type[StepMessage]] = {
    **{(StepKind.BOOKING_NUDGE, side): BookingNudgeMessage for side in Side},
    **{(StepKind.BOOKING_REMINDER, side): BookingReminderMessage for side in Side},
    (StepKind.MENTOR_PACK, Side.MENTOR): MentorPackMessage,
    (StepKind.LEADER_PACK, Side.LEADER): LeaderPackMessage,
    **{(StepKind.REMINDER, side): ReminderMessage for side in Side},
    (StepKind.POLL, Side.MENTOR): PollMentorMessage,
    (StepKind.POLL, Side.LEADER): PollLeaderMessage,
}


def step_message(step: StepKey, session: int) -> StepMessage:
    """What a step of a session says. Raises `KeyError` for one that says nothing."""
    return _OF_STEPS[step.kind, step.side](session, step.slot, side=step.side or "")


# Changes


@dataclass(frozen=True)
class SessionChangeMessage(OutboxMessage):
    """One of the pair booked or moved a session."""

    session: int
    by: Side
    starts: datetime
    before: datetime | None = None
    reason: str | None = None
    agreed: bool = unless_default(default=False)
    """`by` agreed to a time outside of their working hours that the reader proposed."""
    change: int = key_only(default=0)


@message_kind("session_booked", "{session}:{reader}:{change}", daily=True)
class SessionBookedMessage(SessionChangeMessage):
    """To the other one."""


@message_kind("day_booked", "{session}:{reader}:{change}", daily=True, joined_only=True)
class BookedInDayMessage(SessionChangeMessage):
    """To the other one, if they get a day's message anyway before the pair's chat has the news."""


@message_kind("session_booked_by_me", "{session}:{reader}:{change}")
class SessionBookedByMeMessage(SessionChangeMessage):
    """To the one who did. Older versions sent it; now the form answers."""


@message_kind("session_moved", "{session}:{reader}:{change}", daily=True)
class SessionMovedMessage(SessionChangeMessage):
    """To the other one."""


@message_kind("session_moved_by_me", "{session}:{reader}:{change}")
class SessionMovedByMeMessage(SessionChangeMessage):
    """To the one who did. Older versions sent it; now the form answers."""


@message_kind("session_cancelled", "{session}:{reader}:{change}", daily=True, offers_times=True)
class SessionCancelledMessage(OutboxMessage):
    """To the other one: it has no time any more."""

    session: int
    by: Side
    before: datetime
    change: int = key_only(default=0)


# News of the pair, in the chat of the two


@message_kind("chat_booked", "{session}:{change}")
class ChatBookedMessage(SessionChangeMessage):
    """To both, in their chat: one of them booked."""


@message_kind("chat_moved", "{session}:{change}")
class ChatMovedMessage(SessionChangeMessage):
    """To both, in their chat: one of them moved it."""


@message_kind("chat_cancelled", "{session}:{change}")
class ChatCancelledMessage(OutboxMessage):
    """To both, in their chat: it has no time any more."""

    session: int
    by: Side
    before: datetime
    change: int = key_only(default=0)


@message_kind("session_held", "{session}:{reader}:{slot}", daily=True)
class SessionHeldMessage(OutboxMessage):
    """To the other one: it took place."""

    session: int
    by: Side
    starts: datetime | None = unless_default(default=None)
    """When they met, as recorded. Older versions recorded only that they met."""
    slot: str = key_only(default="")


@message_kind("session_not_held", "{session}:{reader}:{slot}", daily=True)
class SessionNotHeldMessage(OutboxMessage):
    """To the other one: it did not take place after all."""

    session: int
    by: Side
    before: datetime
    slot: str = key_only(default="")


@message_kind("session_corrected", "{session}:{reader}:{slot}", daily=True)
class SessionCorrectedMessage(OutboxMessage):
    """To both: HR corrected whether it took place, or when."""

    session: int
    held: bool
    starts: datetime | None
    """Its time, as HR recorded it."""
    slot: str = key_only(default="")


@dataclass(frozen=True)
class TimeProposalMessage(OutboxMessage):
    """About a time outside the partner's working hours."""

    proposal: int
    session: int


@message_kind("session_proposed", "{proposal}:{reader}", daily=True)
class TimeProposedMessage(TimeProposalMessage):
    """To the other one: to be answered."""


@message_kind("session_not_agreed", "{proposal}:{reader}", daily=True)
class TimeDeclinedMessage(TimeProposalMessage):
    """To the one who proposed it."""


@message_kind(
    "session_out_of_hours", "{session}:{reader}:{slot}", daily=True, lasts=timedelta(days=7), offers_times=True
)
class SessionOutOfHoursMessage(OutboxMessage):
    """To somebody whose new time zone or hours put a booked session outside of them."""

    session: int
    starts: datetime
    slot: str = key_only(default="")


@message_kind("calendar_file", "{session}:{receipt}", at_once=True, uploads=1, personal_files=True)
class CalendarFileMessage(WithFiles):
    """A session for one's own calendar."""

    session: int
    files: tuple[str, ...] = unless_default(default=())
    sequence: int = unless_default(default=-1)
    """The number (SEQUENCE) of the entry in the file; -1 if an older version sent it."""
    receipt: str | None = key_only(default="")


@message_kind(
    "fresh_calendar_files", "{pair}:{reader}:{slot}", private=True, uploads=6, personal_files=True, chosen=True
)
class FreshCalendarFilesMessage(WithFiles):
    """To who took a session's calendar file before its time or place changed: the file again, of all such sessions."""

    pair: int
    sequences: dict[str, int]
    """The number of each session's new entry, by the session's id."""
    files: tuple[str, ...] = unless_default(default=())
    slot: str = key_only(default="")


SHOWING_TIME = frozenset(
    one.kind.name
    for one in (
        BookingNudgeMessage,
        BookingReminderMessage,
        SessionBookedMessage,
        BookedInDayMessage,
        SessionBookedByMeMessage,
        SessionMovedMessage,
        SessionMovedByMeMessage,
        ChatBookedMessage,
        ChatMovedMessage,
        SessionHeldMessage,
        TimeProposedMessage,
        MentorPackMessage,
        LeaderPackMessage,
        ReminderMessage,
        PollMentorMessage,
        PollLeaderMessage,
    )
)
"""The names of the kinds that show a session's time, or belong to it: they are updated once it has another."""


# How a pair meets


@dataclass(frozen=True)
class CadenceMessage(OutboxMessage):
    """About a proposal to meet in another way."""

    rhythm: int
    pair: int


@message_kind(
    "less_often",
    "{pair}:{reader}",
    daily=True,
    bulk=True,
    lasts=timedelta(days=7),
    hr_label="reminder",
    prompts=True,
)
class LessOftenMessage(OutboxMessage):
    """To who books in a pair that planned to meet weekly and does not book: less often?"""

    pair: int


@message_kind("rhythm_proposed", "{rhythm}:{reader}", daily=True)
class CadenceProposedMessage(CadenceMessage):
    """To the other one: to be answered."""


@message_kind("rhythm_agreed", "{rhythm}:{reader}", daily=True)
class CadenceAgreedMessage(CadenceMessage):
    """To the one who proposed it."""


@message_kind("rhythm_kept", "{rhythm}:{reader}", daily=True)
class CadenceKeptMessage(CadenceMessage):
    """To the one who proposed it: all stays as it is."""
