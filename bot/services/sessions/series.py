"""The next sessions booked in one go: each like a session booked by itself, to be moved and cancelled by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.domain.calendar import Span, local, to_utc
from bot.domain.sessions import UNBOOKED, Side
from bot.domain.sessions_suggestions import suits
from bot.services.caller import Caller
from bot.services.pair_context import Meeting, my_meeting
from bot.services.sessions.bookings import Unsuitable, check, offered, open_for, sessions_of, set_time
from bot.services.sessions.free_time import PairTime, lock_people, pair_time
from bot.services.sessions.suggestions import last_day, suggestions
from storage.tables import SessionState
from storage.unit_of_work import Store

MOST = 5
"""So many sessions after the booked one: the other person reads them together, in one message."""
DAYS = 7


@dataclass(frozen=True)
class Planned:
    """A session without a time, and one that suits both."""

    meeting: Meeting
    starts_at: datetime


@dataclass(frozen=True)
class Series:
    """The sessions after `meeting`, from the view of `side`."""

    meeting: Meeting
    side: Side
    planned: tuple[Planned, ...]


@dataclass(frozen=True)
class SeriesBooked:
    """What was booked, and the sessions whose times do not suit any more."""

    meeting: Meeting
    side: Side
    booked: tuple[Meeting, ...]
    refused: tuple[Meeting, ...]


async def read_series(store: Store, caller: Caller, session_id: int) -> Series:
    """The next sessions, at the same time of the same weekday where that suits both, otherwise at another time.

    Raises `Rejected`: session_over, paused, partner_paused, and those of `my_meeting`.
    """
    async with store.read(caller.now) as work:
        meeting, side = await my_meeting(work.session, caller, session_id)
        open_for(meeting, side)
        rows = [one for one in await sessions_of(work, meeting.pair.id) if one.number > meeting.session.number]
        open_now = [one for one in rows if one.state == SessionState.PLANNED and not one.settled_at][:MOST]
        busy = await pair_time(work.session, meeting, caller.now)
        if meeting.meets_weekly and meeting.session.starts_at:
            busy = replace(busy, before=meeting.session.starts_at)
        planned: list[Planned] = []
        for row in open_now:
            at = _time_for(meeting, meeting.at(row), busy, caller.now)
            if at:
                planned.append(Planned(meeting.at(row), at))
                busy = _with_session(busy, (at, at + timedelta(minutes=row.minutes)))
        return Series(meeting, side, tuple(planned))


async def book_series(
    store: Store, caller: Caller, session_id: int, chosen: Sequence[tuple[int, datetime]]
) -> SeriesBooked:
    """Book these sessions (id, time) of the caller's pair, in one commit; those that do not suit any more are left, and
    those of other pairs ignored.

    Raises `Rejected` as `read_series`.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        await lock_people(work.session, session_id)
        first, side = await my_meeting(work.session, caller, session_id, lock=True)
        open_for(first, side)
        booked: list[Meeting] = []
        refused: list[Meeting] = []
        rows = {one.id: one for one in await sessions_of(work, first.pair.id) if one.number > first.session.number}
        for row_id, starts_at in sorted(chosen, key=lambda one: one[1]):
            if row_id not in rows:
                continue
            meeting = first.at(rows[row_id])  # the pair is locked
            choice = offered(starts_at, meeting.person(side).zone, meeting.session.minutes, UNBOOKED)
            if meeting.session.state != SessionState.PLANNED or meeting.session.settled_at:
                refused.append(meeting)
                continue
            try:
                check(meeting, side, choice, await pair_time(work.session, meeting, caller.now), caller.now)
            except Unsuitable:
                refused.append(meeting)
                continue
            await set_time(work, meeting, side, choice, in_chat=False)
            booked.append(meeting)
        await work.commit()
    return SeriesBooked(first, side, tuple(booked), tuple(refused))


def _time_for(of: Meeting, meeting: Meeting, busy: PairTime, now: datetime) -> datetime | None:
    """The time of the weekday of `of` in the session's window, or another one that suits both."""
    mentor, leader = busy.free(meeting.hours)
    for day in _same_weekdays(of, meeting):
        starts_at = to_utc(day, _wall(of), _zone(of))
        fits_both = all(suits(starts_at, meeting.session.minutes, who, meeting.off) for who in (mentor, leader))
        if starts_at > now and fits_both and day <= last_day(meeting):
            return starts_at
    return next(iter(suggestions(meeting, now, busy, 1)), None)


def _same_weekdays(of: Meeting, meeting: Meeting) -> list[date]:
    row, starts_at = meeting.session, of.session.starts_at
    weekday = local(starts_at, _zone(of)).weekday() if starts_at else row.opens_on.weekday()
    first = row.opens_on + timedelta(days=(weekday - row.opens_on.weekday()) % DAYS)
    return [first + timedelta(days=number) for number in range(0, max((row.closes_on - first).days, 0), DAYS)]


def _wall(of: Meeting) -> time:
    starts_at = of.session.starts_at
    return local(starts_at, _zone(of)).time() if starts_at else of.hours[Side.LEADER].start


def _zone(of: Meeting) -> str:
    return of.session.wall_zone or of.leader.zone


def _with_session(busy: PairTime, span: Span) -> PairTime:
    """The same, and both have a session then."""
    by_side = {side: replace(one, sessions=(*one.sessions, span)) for side, one in busy.by_side.items()}
    return PairTime(by_side, max(busy.before, span[0]) if busy.before else None)
