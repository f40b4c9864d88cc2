"""Messages about sessions: nudges, packs, reminders, bookings. Each is checked again before it is sent."""

import logging
from datetime import datetime

from bot.domain.calendar import local
from bot.domain.calendar_files import Entry, calendar_file
from bot.domain.programme import Cadence
from bot.domain.sessions import REMINDER_LATEST, Side
from bot.services.pair_context import Meeting, meeting
from bot.services.polls.polls import slot_of
from bot.services.sessions.booking_turn import turn_of
from bot.services.sessions.bookings import total_of
from bot.services.sessions.calendar_files import CALENDAR_FILE, appointment
from bot.services.sessions.packs import prepared
from bot.services.sessions.resumption import just_told
from bot.slack.gateway import Message
from handlers.kit.file_messages import Contents, shared
from handlers.kit.messages import MessageContext, Renderer
from handlers.programme import days_off_views as days
from handlers.sessions import pack_views as packs
from handlers.sessions import views as sessions
from storage.tables import PairState, ProgrammeState, SessionState

log = logging.getLogger(__name__)


async def about(letter: MessageContext) -> tuple[Meeting, Side] | None:
    """The session of a message and its reader's side; None if the two do not meet (any more, or at the moment)."""
    found = await meeting(letter.work.session, letter.row.data["session"])
    side = found.side_of(letter.row.person_id) if found else None
    if found is None or side is None or not found.under_way or found.programme.state == ProgrammeState.CLOSED:
        return None
    return found, side


async def booking_nudge(letter: MessageContext) -> Message | None:
    return await _nudge(letter, again=False)


async def booking_reminder(letter: MessageContext) -> Message | None:
    found = await about(letter)
    if found and (found[0].pair.cadence or found[0].programme.cadence) == Cadence.BY_AGREEMENT:
        return None  # the two arrange dates themselves
    return await _nudge(letter, again=True)


async def _nudge(letter: MessageContext, *, again: bool) -> Message | None:
    found = await about(letter)
    if found is None or found[0].session.state != SessionState.PLANNED or found[0].session.settled_at:
        return None
    if await just_told(letter.work, found[0].person(found[1]), found[0].pair):
        return None
    total = await total_of(letter.work, found[0])
    turn = await turn_of(letter.work.session, found[0])
    return sessions.nudge(letter.texts, *found, total, turn, again=again)


async def mentor_pack(letter: MessageContext) -> Message | None:
    found = await _ahead(letter)
    return packs.mentor_pack(letter.texts, await prepared(letter.work, *found)) if found else None


async def leader_pack(letter: MessageContext) -> Message | None:
    found = await _ahead(letter)
    return packs.leader_pack(letter.texts, await prepared(letter.work, *found)) if found else None


async def reminder(letter: MessageContext) -> Message | None:
    """Only for its original time: a moved session has a reminder of its own."""
    found = await _ahead(letter)
    if found is None or slot_of(found[0].session) != letter.row.data["slot"]:
        return None
    return sessions.reminder(letter.texts, *found, letter.work.now)


async def _ahead(letter: MessageContext) -> tuple[Meeting, Side] | None:
    """The session, if it is still booked and has not long begun."""
    found = await about(letter)
    if found is None or found[0].session.state != SessionState.BOOKED:
        return None
    starts_at = found[0].session.starts_at
    return found if starts_at and letter.work.now <= starts_at + REMINDER_LATEST else None


async def session_booked(letter: MessageContext) -> Message | None:
    found = await _as_told(letter)
    return sessions.booked(letter.texts, *found, by_me=_by_me(letter, found)) if found else None


async def session_moved(letter: MessageContext) -> Message | None:
    found = await _as_told(letter)
    if found is None:
        return None
    before = datetime.fromisoformat(letter.row.data["before"])
    reason = letter.row.data.get("reason") or ""
    return sessions.moved(letter.texts, *found, before=before, reason=reason, by_me=_by_me(letter, found))


async def session_cancelled(letter: MessageContext) -> Message | None:
    found = await _about_active(letter)
    if found is None or found[0].session.starts_at is not None:
        return None
    before = datetime.fromisoformat(letter.row.data["before"])
    return sessions.cancelled(letter.texts, *found, before=before, by_me=False)


async def session_day_off(letter: MessageContext) -> Message | None:
    """While it has that time, and the day is still off."""
    found = await _as_told(letter)
    if found is None or found[0].session.starts_at is None:
        return None
    meeting, starts_at = found[0], found[0].session.starts_at
    off = any(meeting.off.is_off(local(starts_at, meeting.person(side).zone).date()) for side in Side)
    return days.day_off(letter.texts, *found) if off else None


async def calendar(letter: MessageContext) -> Message | None:
    """The session's file, and a line below it that explains it."""
    found = await _about_active(letter)
    if found is None or (now := await appointment(letter.work.session, found[0])) is None:
        return None
    row = found[0].session
    title, details = sessions.calendar_words(letter.texts, *found)
    entry = Entry(
        f"session-{row.id}.{row.team_id}@balik", now.sequence, now.starts_at, row.minutes, title, details, now.cancelled
    )

    async def write() -> Contents:
        return {f"session-{row.number}.ics": calendar_file(entry, letter.row.created_at)}

    if not await shared(letter, [title], write):
        return sessions.calendar_failed(letter.texts, found[0])
    return sessions.calendar_sent(letter.texts, found[0], cancelled=now.cancelled)


async def session_held(letter: MessageContext) -> Message | None:
    found = await _about_active(letter)
    if found is None or found[0].session.settled_at:
        return None
    return sessions.held(letter.texts, *found, by_me=False)


async def _as_told(letter: MessageContext) -> tuple[Meeting, Side] | None:
    """The session, if it still has the time of this message: a later change has a message of its own."""
    found = await _about_active(letter)
    starts_at = found[0].session.starts_at if found else None
    return found if starts_at and starts_at.isoformat() == letter.row.data["starts"] else None


async def _about_active(letter: MessageContext) -> tuple[Meeting, Side] | None:
    """Actions of the partner are reported even during a pause; only a pair that ended gets nothing."""
    found = await meeting(letter.work.session, letter.row.data["session"])
    side = found.side_of(letter.row.person_id) if found else None
    if found is None or side is None or found.pair.state != PairState.ACTIVE:
        return None
    return found, side


def _by_me(letter: MessageContext, found: tuple[Meeting, Side]) -> bool:
    return bool(letter.row.data["by"] == found[1])


RENDERERS: dict[str, Renderer] = {
    "booking_nudge": booking_nudge,
    "booking_reminder": booking_reminder,
    "mentor_pack": mentor_pack,
    "leader_pack": leader_pack,
    "reminder": reminder,
    "session_booked": session_booked,
    "session_booked_by_me": session_booked,
    "session_moved": session_moved,
    "session_moved_by_me": session_moved,
    "session_cancelled": session_cancelled,
    "session_held": session_held,
    "session_day_off": session_day_off,
    CALENDAR_FILE: calendar,
}
