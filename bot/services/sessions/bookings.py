"""Booking, moving and cancelling sessions."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from bot.domain.calendar import DaysOff, Hours, fits, local, overlaps, to_utc, wall_text, workday
from bot.domain.messages.sessions import (
    SessionBookedMessage,
    SessionMovedMessage,
)
from bot.domain.sessions import UNBOOKED, Side, slot_at, steps_after_booking
from bot.domain.sessions_booking_days import BookingDays
from bot.domain.sessions_suggestions import suggest_slots
from bot.services.caller import Caller, Rejected
from bot.services.care.rests import resume_pair
from bot.services.orientation.finish_by import UNFINISHED, refuse_unfinished
from bot.services.orientation.orientation import plan_reminders
from bot.services.pair_context import Meeting, days_to_book, my_meeting
from bot.services.polls.polls import take_back_answers
from bot.services.sessions.called_off import replace_proposals
from bot.services.sessions.free_time import PairTime, lock_people, pair_time
from bot.services.sessions.pair_news import tell_pair
from bot.services.sessions.schedule import next_check, recompute_for_person, recompute_for_programme
from bot.services.sessions.session_tick import tick_sessions
from bot.services.sessions.suggestions import MORE_SUGGESTIONS, MOST_A_DAY, SOON, last_day, meeting_hours, suggestions
from bot.services.working_hours import hours_of
from storage.outbox import outgoing
from storage.tables import (
    MentoringSession,
    ParticipantState,
    ProposalState,
    SessionChange,
    SessionState,
    TimeProposal,
)
from storage.unit_of_work import Store, UnitOfWork

__all__ = [
    "UNFINISHED",
    "Booked",
    "Booking",
    "Choice",
    "TimeChanged",
    "Unsuitable",
    "book",
    "booking",
    "cancel",
    "current",
    "next_check",
    "recompute_for_person",
    "recompute_for_programme",
    "tick_sessions",
]

LENGTHS = (30, 45, 60, 90)
OTHER_REASON = "other"
MOVE_REASONS = ("busy", "sick", "travel", "urgent", OTHER_REASON)
BOOKING_CHANGE_WINDOW = timedelta(days=1)
"""How long the at-risk rules wait after a change: two moves in an hour may be one search."""


class Unsuitable(Exception):
    """A time that cannot be booked. `code` names the sentence for its field; `better` is a suitable time."""

    def __init__(self, code: str, better: datetime | None = None, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.better = better
        self.values = values


class TimeChanged(Exception):
    """The session has another time than the person saw: `side` is theirs, `by` changed it (None: neither of the two).

    `chosen`: the time that they wanted.
    """

    def __init__(self, meeting: Meeting, side: Side, by: Side | None, chosen: datetime | None = None) -> None:
        super().__init__(meeting.session.id)
        self.meeting = meeting
        self.side = side
        self.by = by
        self.chosen = chosen


@dataclass(frozen=True)
class Choice:
    """A chosen time, in wall time of `zone`. `reason` (of `MOVE_REASONS`) is required for a move.

    `seen`: the slot of the time that the form showed; None for a form of an earlier version. `asked_reason`: whether
    the form asked for a reason.
    """

    day: date
    wall: time
    zone: str
    minutes: int
    reason: str = ""
    seen: str | None = None
    asked_reason: bool = True

    @property
    def starts_at(self) -> datetime:
        return to_utc(self.day, self.wall, self.zone)

    def is_outdated(self, starts_at: datetime | None) -> bool:
        """Whether the session has another time than the form showed."""
        if self.seen is None:
            return starts_at is not None and not self.asked_reason
        return self.seen != slot_at(starts_at)


@dataclass(frozen=True)
class Booking:
    """The data for choosing a time: the session, the caller's side, and times that suit both."""

    meeting: Meeting
    side: Side
    total: int
    suggestions: list[datetime]


@dataclass(frozen=True)
class Booked:
    """A session with its new time; `before` is the time it had."""

    meeting: Meeting
    side: Side
    before: datetime | None
    planned: BookingDays | None = None
    """The planned days, if the time is outside of them although neither of the two was away from them."""
    out_of_order: tuple[MentoringSession, ...] = ()
    """Sessions of the pair with a lower number that are later now, and with a higher number that are earlier."""
    dropped: TimeProposal | None = None
    """A time that the same side had proposed, and that the partner is not asked about any more."""


async def booking(store: Store, caller: Caller, session_id: int) -> Booking:
    """The data for choosing a time. Raises `Rejected` as `book`."""
    async with store.read(caller.now) as work:
        meeting, side = await my_meeting(work.session, caller, session_id)
        open_for(meeting, side)
        await refuse_unfinished(work.session, meeting, side)
        others = await pair_time(work.session, meeting, caller.now)
        times = suggestions(meeting, caller.now, others, MORE_SUGGESTIONS, a_day=MOST_A_DAY)
        return Booking(meeting, side, await total_of(work, meeting), times)


async def current(store: Store, caller: Caller, session_id: int) -> tuple[Meeting, Side]:
    """The session as it is now, and the caller's side. Raises `Rejected` as `my_meeting`."""
    async with store.read(caller.now) as work:
        return await my_meeting(work.session, caller, session_id)


async def total_of(work: UnitOfWork, meeting: Meeting) -> int:
    """How many sessions the pair has."""
    count = select(func.count()).where(MentoringSession.pair_id == meeting.pair.id)
    return (await work.session.exec(count)).one()


async def book(store: Store, caller: Caller, session_id: int, choice: Choice) -> Booked:
    """Book the session, or move it if it was booked; the partner is notified in the same commit.

    Raises `Unsuitable`: past, far, day_off, hours, break, busy, same, reason, length, taken, taken_mine; `TimeChanged`;
    `Rejected`: session_over, paused, partner_paused, orientation_first, briefing_first, and those of `my_meeting`.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        await lock_people(work.session, session_id)
        meeting, side = await my_meeting(work.session, caller, session_id, lock=True)
        open_for(meeting, side)
        await refuse_unfinished(work.session, meeting, side)
        if choice.is_outdated(meeting.session.starts_at):
            raise TimeChanged(meeting, side, await changed_by(work, meeting), choice.starts_at)
        check(meeting, side, choice, await pair_time(work.session, meeting, caller.now), caller.now)
        done = await set_time(work, meeting, side, choice)
        await work.commit()
    return done


async def book_offered(
    store: Store, caller: Caller, session_id: int, starts_at: datetime, minutes: int, shown: str
) -> Booked:
    """Book a time that a button offered while the session's time was `shown`, a slot. Raises as `book`.

    A session that had a time then is moved, for no reason that its partner is told.
    """
    async with store.read(caller.now) as work:
        meeting, side = await my_meeting(work.session, caller, session_id)
    choice = offered(starts_at, meeting.person(side).zone, minutes, shown)
    return await book(store, caller, session_id, choice)


def offered(starts_at: datetime, zone: str, minutes: int, shown: str) -> Choice:
    """The choice of an offered time, as `book_offered`."""
    wall = local(starts_at, zone)
    reason = "" if shown == UNBOOKED else OTHER_REASON
    return Choice(wall.date(), wall.time(), zone, minutes, reason, shown)


async def set_time(
    work: UnitOfWork,
    meeting: Meeting,
    side: Side,
    choice: Choice,
    agreed_by: Side | None = None,
    *,
    in_chat: bool = True,
) -> Booked:
    """Give a session the time that `side` chose, and notify; with `agreed_by`, only who had proposed it. Without
    `in_chat` the other one reads it in their DM, together with others."""
    row, before, starts_at = meeting.session, meeting.session.starts_at, choice.starts_at
    if meeting.pair.paused_until:
        await resume_pair(work, meeting)
    await take_back_answers(work, meeting)
    hours = {one: hours_of(meeting.person(one)) for one in Side}
    row.steps_done = steps_after_booking(row.steps_done, before, starts_at, hours)
    row.state, row.starts_at, row.minutes, row.told_at = SessionState.BOOKED, starts_at, choice.minutes, None
    row.wall, row.wall_zone = wall_text(choice.day, choice.wall), choice.zone
    change = SessionChange(
        team_id=row.team_id,
        session_id=row.id,
        side=side,
        kind="moved" if before else "booked",
        reason=choice.reason if before else None,
        before=before,
        after=starts_at,
        at=work.now,
    )
    await keep_change(work, meeting, change)
    open_now = select(TimeProposal).where(
        TimeProposal.session_id == row.id, TimeProposal.side == side, TimeProposal.state == ProposalState.OPEN
    )
    dropped = (await work.session.exec(open_now)).first()
    await replace_proposals(work, [row.id])
    await plan_reminders(work, meeting)
    if agreed_by:  # for them, the question itself has become the booked session
        booked = SessionMovedMessage if before else SessionBookedMessage
        yes = booked(row.id, agreed_by, starts_at, before, change.reason, agreed=True, change=change.id)
        asked = meeting.person(agreed_by.other).id
        await work.send(outgoing(yes, row.team_id, meeting.programme.id, person_id=asked, urgent=True))
    else:
        await tell_pair(work, meeting, change, side, in_chat=in_chat)
    planned, others = _planned(meeting, choice, work.now), await _out_of_order(work, row, starts_at)
    return Booked(meeting, side, before, planned, others, dropped)


def _planned(meeting: Meeting, choice: Choice, now: datetime) -> BookingDays | None:
    """The days to mention because the chosen one is outside of them; None after a pause, or if they are over."""
    row, days = meeting.session, days_to_book(meeting.session, meeting, now)
    day = local(choice.starts_at, choice.zone).date()
    in_window = row.opens_on <= day < row.closes_on or days.opens <= day <= days.closes
    pauses = (meeting.pair.resumed_at, *(meeting.part(side).resumed_at for side in Side))
    paused = any(end and local(end, meeting.programme.zone).date() >= row.opens_on for end in pauses)
    return None if in_window or days.is_late or paused else days


async def _out_of_order(work: UnitOfWork, row: MentoringSession, starts_at: datetime) -> tuple[MentoringSession, ...]:
    rows = await sessions_of(work, row.pair_id)
    timed = [(one, one.starts_at) for one in rows if one.starts_at and one.id != row.id]
    return tuple(one for one, at in timed if (one.number < row.number) != (at < starts_at))


async def cancel(store: Store, caller: Caller, session_id: int, seen: str = "") -> Booked:
    """Cancel the session's time; its reminders stop and the partner is notified.

    `seen`: the slot of the time that the button showed; "" for a button of an earlier version. Raises `TimeChanged`;
    `Rejected`: session_over, session_past, not_booked, and those of `my_meeting`.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        meeting, side = await my_meeting(work.session, caller, session_id, lock=True)
        row, before = meeting.session, meeting.session.starts_at
        not_over(meeting)
        if seen and seen != slot_at(before):
            raise TimeChanged(meeting, side, await changed_by(work, meeting))
        if before is None:
            raise Rejected("not_booked")
        if before <= caller.now:
            raise Rejected("session_past")
        row.state, row.starts_at, row.wall, row.wall_zone = SessionState.PLANNED, None, None, None
        row.told_at = None
        change = SessionChange(
            team_id=row.team_id, session_id=row.id, side=side, kind="cancelled", before=before, at=caller.now
        )
        await keep_change(work, meeting, change)
        await replace_proposals(work, [row.id])
        await tell_pair(work, meeting, change, side)
        await work.commit()
    return Booked(meeting, side, before)


def not_over(meeting: Meeting) -> None:
    """Raises `Rejected`: session_over."""
    if meeting.session.settled_at or meeting.session.state in (SessionState.HELD, SessionState.MISSED):
        raise Rejected("session_over")


def open_for(meeting: Meeting, side: Side) -> None:
    """Whether a session can be booked, and both people are available. Raises `Rejected`."""
    not_over(meeting)
    if meeting.part(side).state == ParticipantState.PAUSED:
        raise Rejected("paused")
    if meeting.part(side.other).state == ParticipantState.PAUSED:
        raise Rejected("partner_paused")


def check(
    meeting: Meeting, side: Side, choice: Choice, others: PairTime, now: datetime, *, agreed: bool = False
) -> None:
    """Raises `Unsuitable`. Outside the window is allowed; so is outside the caller's own hours, and, once both
    agreed, outside the partner's."""
    row, starts_at = meeting.session, choice.starts_at
    if choice.minutes not in LENGTHS:
        raise Unsuitable("length")
    if starts_at <= now:
        raise Unsuitable("past")
    if choice.day > last_day(meeting):
        raise Unsuitable("far")
    if starts_at == row.starts_at and choice.minutes == row.minutes:
        raise Unsuitable("same")
    if row.starts_at and choice.reason not in MOVE_REASONS:
        raise Unsuitable("reason")
    hours, partner = meeting_hours(meeting, choice.minutes, now), meeting.person(side.other)

    def better() -> datetime | None:
        if hours is None:
            return None
        after = max(now + SOON, to_utc(choice.day, time(), choice.zone))
        return next(iter(suggest_slots(after, *others.free(hours), meeting.off, choice.minutes, 1)), None)

    if whose := others.whose(starts_at, choice.minutes, side):
        raise Unsuitable("taken_mine" if whose is side else "taken", better(), partner=partner)
    if hours is None or agreed:
        return  # if not even their waking hours overlap: let them choose
    theirs = hours[side.other]
    if not fits(starts_at, choice.minutes, theirs, meeting.off):
        why = _why(starts_at, choice.minutes, theirs, meeting.off)
        raise Unsuitable(why, better(), hours=theirs, partner=partner)
    if overlaps(starts_at, choice.minutes, others.by_side[side.other].elsewhere):
        raise Unsuitable("busy", better(), partner=partner)


def _why(starts_at: datetime, minutes: int, theirs: Hours, off: DaysOff) -> str:
    """Why a time is outside of a person's working time."""
    if theirs.own(off).is_off(workday(starts_at, theirs, off)):
        return "day_off"
    return "break" if fits(starts_at, minutes, replace(theirs, breaks=None), off) else "hours"


async def changed_by(work: UnitOfWork, meeting: Meeting) -> Side | None:
    """Who changed the session's time last; None if it was neither of the two."""
    statement = select(SessionChange.side).where(SessionChange.session_id == meeting.session.id)
    last = (await work.session.exec(statement.order_by(col(SessionChange.id).desc()).limit(1))).first()
    return Side(last) if last else None


async def keep_change(work: UnitOfWork, meeting: Meeting, change: SessionChange) -> None:
    """Record the change, and let the jobs check the session, its sent messages and the pair again."""
    row = meeting.session
    row.next_at = next_check(row, meeting.programme, meeting.mentor, meeting.leader, work.now)
    row.refresh_at = work.now
    look = work.now + BOOKING_CHANGE_WINDOW
    meeting.pair.next_check_at = min(meeting.pair.next_check_at or look, look)
    work.session.add(change)
    await work.session.flush()


async def sessions_of(work: UnitOfWork, pair_id: int) -> list[MentoringSession]:
    """All sessions of a pair, in order."""
    statement = select(MentoringSession).where(MentoringSession.pair_id == pair_id)
    return list((await work.session.exec(statement.order_by(col(MentoringSession.number)))).all())
