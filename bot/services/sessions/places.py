"""Where sessions take place: either of a pair says so for one session or for all; HR for the whole programme.

The nearest counts: the session's own place, then the pair's, then the programme's. Each change counts for the number
(SEQUENCE) of the calendar file, so that a fresh file replaces an older one.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from bot.domain.sessions import Side
from bot.services.access import audit, open_programme
from bot.services.caller import Caller, HrCaller
from bot.services.pair_context import Meeting, my_meeting
from bot.services.sessions.bookings import not_over
from storage.tables import MentoringSession, Pair, Programme
from storage.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class Placed:
    """A session with its place, from the view of `side`."""

    meeting: Meeting
    side: Side


def place_of(session: MentoringSession, pair: Pair, programme: Programme) -> str:
    """Where the session takes place; "" if no place is set."""
    return session.place or pair.place or programme.place or ""


def place_changes(meeting: Meeting) -> int:
    """How often the place of the session was changed: its own, the pair's and the programme's."""
    return meeting.session.place_changes + meeting.pair.place_changes + meeting.programme.place_changes


async def read_place(store: Store, caller: Caller, session_id: int) -> Placed:
    """Raises `Rejected`: session_over, and those of `my_meeting`."""
    async with store.read(caller.now) as work:
        meeting, side = await my_meeting(work.session, caller, session_id)
        not_over(meeting)
        return Placed(meeting, side)


async def set_place(store: Store, caller: Caller, session_id: int, place: str, *, all_sessions: bool) -> Placed:
    """Store where the session takes place, or with `all_sessions` each of the pair; "" goes back to what counts for
    more. Raises as `read_place`."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        meeting, side = await my_meeting(work.session, caller, session_id, lock=True)
        not_over(meeting)
        row = meeting.session
        if all_sessions:
            _put(meeting.pair, place)
            place = ""  # it counts for this session, too
            await _mail_again(work, MentoringSession.pair_id == meeting.pair.id)
        if (row.place or "") != place:
            _put(row, place)
            await _mail_again(work, MentoringSession.id == row.id)
        await work.commit()
    return Placed(meeting, side)


async def read_default(store: Store, hr: HrCaller) -> Programme:
    """The programme with its usual place. Raises `Rejected`: programme_ended."""
    async with store.read(hr.now) as work:
        return await open_programme(work.session, hr)


async def set_default(store: Store, hr: HrCaller, place: str) -> Programme:
    """Store where sessions take place unless a pair says otherwise. Raises `Rejected`: programme_ended."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        if (programme.place or "") != place:
            _put(programme, place)
            await audit(work, hr, "place_changed", {})
            pairs = select(Pair.id).where(Pair.programme_id == programme.id)
            await _mail_again(work, col(MentoringSession.pair_id).in_(pairs))
        await work.commit()
    return programme


async def _mail_again(work: UnitOfWork, which: Any) -> None:
    """Let the job of sent messages look at booked sessions again: calendars that were invited by mail follow."""
    await work.session.flush()
    booked = update(MentoringSession).where(which, col(MentoringSession.starts_at) > work.now)
    await work.session.exec(booked.values(refresh_at=work.now).execution_options(synchronize_session=False))


def _put(row: MentoringSession | Pair | Programme, place: str) -> None:
    row.place, row.place_changes = place or None, row.place_changes + 1
