"""Messages about sessions: nudges, packs, reminders, bookings. Each is checked again before it is sent."""

from typing import Any

from bot.domain.calendar import workday
from bot.domain.messages.programme import SessionDayOffMessage
from bot.domain.messages.sessions import (
    BookedInDayMessage,
    BookingNudgeMessage,
    BookingReminderMessage,
    ChatBookedMessage,
    ChatCancelledMessage,
    ChatMovedMessage,
    LeaderPackMessage,
    MentorPackMessage,
    ReminderMessage,
    SessionBookedByMeMessage,
    SessionBookedMessage,
    SessionCancelledMessage,
    SessionChangeMessage,
    SessionCorrectedMessage,
    SessionHeldMessage,
    SessionMovedByMeMessage,
    SessionMovedMessage,
    SessionNotHeldMessage,
    SessionOutOfHoursMessage,
    StepMessage,
    TimeDeclinedMessage,
    TimeProposalMessage,
    TimeProposedMessage,
)
from bot.domain.programme import Cadence
from bot.domain.sessions import REMINDER_LATEST, Side
from bot.services.pair_context import Meeting, meeting
from bot.services.polls.polls import slot_of
from bot.services.sessions.booking_turn import asks_in_poll, is_asked, meets_before, turn_of
from bot.services.sessions.bookings import total_of
from bot.services.sessions.out_of_hours import still_out_of_hours
from bot.services.sessions.packs import knows_time_and_material, needs_no_reminder, prepared
from bot.services.sessions.pair_news import has_material_in_chat, is_alone, is_told_in_day
from bot.services.sessions.proposals import Proposed, read_proposal
from bot.services.sessions.resumption import just_told
from bot.services.sessions.suggestions import offer_times
from bot.slack.gateway import Message
from handlers.kit.messages import MessageContext, renders
from handlers.programme import days_off_views
from handlers.sessions import chat_views, hr_record_views, pack_views, proposal_views, record_views, views
from storage.tables import PairState, ProgrammeState, ProposalState, SessionState

AboutSession = (
    SessionChangeMessage
    | SessionCancelledMessage
    | SessionHeldMessage
    | SessionNotHeldMessage
    | SessionCorrectedMessage
    | SessionOutOfHoursMessage
    | SessionDayOffMessage
    | TimeProposalMessage
)


async def about(message: MessageContext[StepMessage]) -> tuple[Meeting, Side] | None:
    """The session of a message and its reader's side; None if the two do not meet (any more, or at the moment)."""
    found = await meeting(message.work.session, message.payload.session)
    side = found.side_of(message.row.person_id) if found else None
    if found is None or side is None or not found.under_way or found.programme.state == ProgrammeState.CLOSED:
        return None
    return found, side


async def booking_nudge(message: MessageContext[BookingNudgeMessage]) -> Message | None:
    return await _nudge(message, again=False)


async def booking_reminder(message: MessageContext[BookingReminderMessage]) -> Message | None:
    found = await about(message)
    if found and (found[0].pair.cadence or found[0].programme.cadence) == Cadence.BY_AGREEMENT:
        return None  # the two arrange dates themselves
    return await _nudge(message, again=True)


async def _nudge(message: MessageContext[StepMessage], *, again: bool) -> Message | None:
    found = await about(message)
    if found is None or found[0].session.state != SessionState.PLANNED or found[0].session.settled_at:
        return None
    if await just_told(message.work, found[0].person(found[1]), found[0].pair):
        return None
    if await meets_before(message.work, found[0]) or (not again and await asks_in_poll(message.work, *found)):
        return None
    turn = await turn_of(message.work.session, found[0])
    if not is_asked(turn, found[1]):
        return None  # only who books is asked to
    total = await total_of(message.work, found[0])
    offer = await offer_times(message.work.session, *found, message.work.now)
    return views.nudge(message.texts, offer, found[1], total, turn, message.work.now, again=again)


async def mentor_pack(message: MessageContext[MentorPackMessage]) -> Message | None:
    found = await _to_brief(message)
    return pack_views.mentor_pack(message.texts, await prepared(message.work, *found)) if found else None


async def leader_pack(message: MessageContext[LeaderPackMessage]) -> Message | None:
    found = await _to_brief(message)
    return pack_views.leader_pack(message.texts, await prepared(message.work, *found)) if found else None


async def _to_brief(message: MessageContext[StepMessage]) -> tuple[Meeting, Side] | None:
    """The session, unless its reader has its material and its time already."""
    found = await _ahead(message)
    if found is None or await has_material_in_chat(message.work, found[0]):
        return None
    return None if await knows_time_and_material(message.work, *found) else found


async def reminder(message: MessageContext[ReminderMessage]) -> Message | None:
    """Only for its original time: a moved session has a reminder of its own. Material of that time is the reminder."""
    found = await _ahead(message)
    if found is None or slot_of(found[0].session) != message.payload.slot:
        return None
    if await needs_no_reminder(message.work, *found) or await has_material_in_chat(message.work, found[0]):
        return None
    return views.reminder(message.texts, *found, message.work.now)


async def _ahead(message: MessageContext[StepMessage]) -> tuple[Meeting, Side] | None:
    """The session, if it is still booked and has not long begun."""
    found = await about(message)
    if found is None or found[0].session.state != SessionState.BOOKED:
        return None
    starts_at = found[0].session.starts_at
    return found if starts_at and message.work.now <= starts_at + REMINDER_LATEST else None


async def session_booked(message: MessageContext[SessionChangeMessage]) -> Message | None:
    found = await _as_told(message)
    if found and message.payload.agreed:
        return views.agreed(message.texts, *found)
    return views.booked(message.texts, *found, by_me=_by_me(message, found)) if found else None


async def booked_in_day(message: MessageContext[BookedInDayMessage]) -> Message | None:
    """Only in a day's message: otherwise the chat has the news a little later."""
    return None if is_alone(message.row) else await session_booked(message)


async def session_moved(message: MessageContext[SessionChangeMessage]) -> Message | None:
    found = await _as_told(message)
    if found is None:
        return None
    if message.payload.agreed:
        return views.agreed(message.texts, *found)
    before, reason = message.payload.before, message.payload.reason or ""
    if before is None:
        return None
    return views.moved(message.texts, *found, before=before, reason=reason, by_me=_by_me(message, found))


async def session_cancelled(message: MessageContext[SessionCancelledMessage]) -> Message | None:
    found = await _about_active(message)
    if found is None or found[0].session.starts_at is not None:
        return None
    offer = await offer_times(message.work.session, *found, message.work.now)
    return views.cancelled(message.texts, offer, found[1], before=message.payload.before, by_me=False)


async def chat_booked(message: MessageContext[ChatBookedMessage]) -> Message | None:
    found = await _in_chat(message)
    if found is None or await is_told_in_day(message.work, found, message.row, message.payload):
        return None
    return chat_views.booked(message.texts, found, message.payload.by)


async def chat_moved(message: MessageContext[ChatMovedMessage]) -> Message | None:
    found, about = await _in_chat(message), message.payload
    if found is None or about.before is None:
        return None
    return chat_views.moved(message.texts, found, about.by, about.before, about.reason or "")


async def chat_cancelled(message: MessageContext[ChatCancelledMessage]) -> Message | None:
    found = await meeting(message.work.session, message.payload.session)
    if found is None or found.pair.state != PairState.ACTIVE or found.session.starts_at is not None:
        return None
    return chat_views.cancelled(message.texts, found, message.payload.by, message.payload.before)


async def _in_chat(message: MessageContext[ChatBookedMessage] | MessageContext[ChatMovedMessage]) -> Meeting | None:
    """The session, if it still has the time of this news: a later change has news of its own."""
    found = await meeting(message.work.session, message.payload.session)
    if found is None or found.pair.state != PairState.ACTIVE:
        return None
    return found if found.session.starts_at == message.payload.starts else None


async def session_day_off(message: MessageContext[SessionDayOffMessage]) -> Message | None:
    """While it has that time, and the day is still off."""
    found = await _as_told(message)
    if found is None or found[0].session.starts_at is None:
        return None
    meeting, starts_at = found[0], found[0].session.starts_at
    off = any(hours.own(meeting.off).is_off(workday(starts_at, hours, meeting.off)) for hours in meeting.hours.values())
    return days_off_views.day_off(message.texts, *found) if off else None


async def session_held(message: MessageContext[SessionHeldMessage]) -> Message | None:
    found = await _about_active(message)
    if found is None or found[0].session.settled_at or found[0].session.state != SessionState.HELD:
        return None
    if message.payload.starts not in (None, found[0].session.starts_at):
        return None  # corrected since, which has a message of its own
    return record_views.held(message.texts, *found, by_me=False)


async def session_not_held(message: MessageContext[SessionNotHeldMessage]) -> Message | None:
    found = await _about_active(message)
    if found is None or found[0].session.state in (SessionState.HELD, SessionState.MISSED):
        return None
    return record_views.not_held(message.texts, *found, by_me=False)


async def session_corrected(message: MessageContext[SessionCorrectedMessage]) -> Message | None:
    """As long as the record is the one of that correction, and can be corrected again, or the pair is over."""
    about = message.payload
    found = await meeting(message.work.session, about.session)
    side = found.side_of(message.row.person_id) if found else None
    if found is None or side is None or found.programme.state == ProgrammeState.CLOSED:
        return None
    row, over = found.session, found.pair.state != PairState.ACTIVE
    if over != (row.settled_at is not None):
        return None
    if about.held != (row.state == SessionState.HELD) or about.starts != row.starts_at:
        return None
    return hr_record_views.told(message.texts, found, side, held=about.held, over=over)


async def session_proposed(message: MessageContext[TimeProposedMessage]) -> Message | None:
    """While the proposal can be answered, and the session has the time that it had then."""
    found = await _proposal(message, ProposalState.OPEN)
    if found is None or found.row.starts_at <= message.work.now or not found.meeting.under_way:
        return None
    return (
        proposal_views.proposed(message.texts, found) if found.meeting.session.starts_at == found.row.before else None
    )


async def session_not_agreed(message: MessageContext[TimeDeclinedMessage]) -> Message | None:
    found = await _proposal(message, ProposalState.DECLINED)
    if found is None or found.meeting.session.starts_at != found.row.before:
        return None  # another time was found since
    return proposal_views.declined(message.texts, found)


async def session_out_of_hours(message: MessageContext[SessionOutOfHoursMessage]) -> Message | None:
    found = await _about_active(message)
    if found is None or found[0].session.starts_at != message.payload.starts:
        return None
    meeting, side = found
    if not still_out_of_hours(meeting, meeting.person(side)):
        return None
    offer = await offer_times(message.work.session, meeting, side, message.work.now)
    return views.out_of_hours(message.texts, offer, side)


async def _proposal(message: MessageContext[Any], state: ProposalState) -> Proposed | None:
    row = await read_proposal(message.work, message.payload.proposal)
    found = await _about_active(message)
    return Proposed(*found, row) if row and found and row.state == state else None


async def _as_told(message: MessageContext[SessionChangeMessage | SessionDayOffMessage]) -> tuple[Meeting, Side] | None:
    """The session, if it still has the time of this message: a later change has a message of its own."""
    found = await _about_active(message)
    starts_at = found[0].session.starts_at if found else None
    return found if starts_at and starts_at == message.payload.starts else None


async def _about_active(message: MessageContext[AboutSession]) -> tuple[Meeting, Side] | None:
    """Actions of the partner are reported even during a pause; only a pair that ended gets nothing."""
    found = await _about(message)
    return found if found and found[0].pair.state == PairState.ACTIVE else None


async def _about(message: MessageContext[AboutSession]) -> tuple[Meeting, Side] | None:
    found = await meeting(message.work.session, message.payload.session)
    side = found.side_of(message.row.person_id) if found else None
    return (found, side) if found and side else None


def _by_me(message: MessageContext[SessionChangeMessage], found: tuple[Meeting, Side]) -> bool:
    return message.payload.by is found[1]


RENDERERS = (
    renders(BookingNudgeMessage, booking_nudge),
    renders(BookingReminderMessage, booking_reminder),
    renders(MentorPackMessage, mentor_pack),
    renders(LeaderPackMessage, leader_pack),
    renders(ReminderMessage, reminder),
    renders(SessionBookedMessage, session_booked),
    renders(BookedInDayMessage, booked_in_day),
    renders(SessionBookedByMeMessage, session_booked),
    renders(SessionMovedMessage, session_moved),
    renders(SessionMovedByMeMessage, session_moved),
    renders(SessionCancelledMessage, session_cancelled),
    renders(ChatBookedMessage, chat_booked),
    renders(ChatMovedMessage, chat_moved),
    renders(ChatCancelledMessage, chat_cancelled),
    renders(SessionHeldMessage, session_held),
    renders(SessionNotHeldMessage, session_not_held),
    renders(SessionCorrectedMessage, session_corrected),
    renders(SessionOutOfHoursMessage, session_out_of_hours),
    renders(TimeProposedMessage, session_proposed),
    renders(TimeDeclinedMessage, session_not_agreed),
    renders(SessionDayOffMessage, session_day_off),
)
