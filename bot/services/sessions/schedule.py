"""When a session is checked next. The steps themselves are in `bot.domain.sessions`."""

import logging
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from sqlalchemy import ColumnElement, or_
from sqlmodel import col

from bot.domain.calendar import CalendarError, DaysOff, Hours, to_utc
from bot.domain.sessions import (
    NEVER,
    UNBOOKED,
    Due,
    Pack,
    PlannedSession,
    Side,
    Step,
    StepKey,
    StepKind,
    due,
    read_step_keys,
    timeline,
)
from bot.services.pair_context import LEADER, LEADER_PART, MENTOR, MENTOR_PART, around_pairs
from bot.services.working_hours import days_off, hours_of
from storage.tables import MentoringSession, Pair, PairState, Person, Programme, SessionState
from storage.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)

TRY_AGAIN = timedelta(days=1)
"""When to check again a session whose calendar has no working time."""

_UNNAMED = 1, Pack.CONTRACT
"""Number and pack do not affect time: without them, sessions of many pairs share one computed timeline."""


@lru_cache(maxsize=8192)
def steps(
    opens: date,
    closes: date,
    starts_at: datetime | None,
    minutes: int,
    mentor: Hours,
    leader: Hours,
    off: DaysOff,
    told_at: datetime | None = None,
) -> tuple[Step, ...]:
    """Every step of a session in the window `[opens, closes)`, with at least the close of its poll.

    A thousand pairs of one programme have mostly the same windows and hours, and computing days is expensive.
    """
    number, pack = _UNNAMED
    steps = timeline(PlannedSession(number, pack, opens, closes), starts_at, minutes, mentor, leader, off, told_at)
    if steps:
        return tuple(steps)
    # A window without a working day (a week of Lebaran) passes without messages, and is still closed.
    ends = to_utc(closes, time(), mentor.zone)
    return (Step(StepKey(StepKind.POLL_CLOSE, None, UNBOOKED), ends, NEVER),)


@lru_cache(maxsize=256)
def what_is_due(
    opens: date,
    closes: date,
    starts_at: datetime | None,
    minutes: int,
    mentor: Hours,
    leader: Hours,
    off: DaysOff,
    done: tuple[str, ...],
    now: datetime,
    told_at: datetime | None = None,
) -> Due:
    """Sort the steps of a session into due and expired ones; `done` as stored. Raises `CalendarError`.

    Computed once for equal sessions, as those of a release are until one is booked.
    """
    found = steps(opens, closes, starts_at, minutes, mentor, leader, off, told_at)
    return due(found, read_step_keys(done), now, {Side.MENTOR: mentor, Side.LEADER: leader}, off)


def next_check(
    row: MentoringSession, programme: Programme, mentor: Person, leader: Person, now: datetime
) -> datetime | None:
    """The value of `row.next_at`: when the job has something to do with it, `now` at the earliest."""
    if row.settled_at is not None:
        return None
    try:
        found = what_is_due(
            row.opens_on,
            row.closes_on,
            row.starts_at,
            row.minutes,
            hours_of(mentor),
            hours_of(leader),
            days_off(programme),
            tuple(row.steps_done),
            now,
            row.told_at,
        )
    except CalendarError as problem:
        log.warning("no working hours found for session %s: %s", row.id, problem)
        return now + TRY_AGAIN
    return found.look_at(now)


async def ask_after_pause(work: UnitOfWork, whose: ColumnElement[bool]) -> None:
    """A pause of some pairs was set, changed or ended: sessions that took place before it and whose questions are still
    open are asked about after it, instead of being closed without an answer.

    Several pauses can overlap: of either person, of the pair, of the programme. The last end counts.
    """
    ends = (Pair.paused_until, MENTOR_PART.paused_until, LEADER_PART.paused_until, Programme.paused_until)
    statement = around_pairs(MentoringSession, *ends).join(MentoringSession, col(MentoringSession.pair_id) == Pair.id)
    statement = statement.where(
        whose,
        Pair.state == PairState.ACTIVE,
        MentoringSession.state == SessionState.BOOKED,
        col(MentoringSession.settled_at).is_(None),
        col(MentoringSession.starts_at) <= work.now,
    )
    for row, *known in (await work.session.exec(statement)).all():
        at = max([work.now, *(end for end in known if end)])
        if at > work.now or (row.told_at and row.told_at > work.now):
            row.told_at = at
    await work.session.flush()


async def recompute_for_person(work: UnitOfWork, person: Person) -> int:
    """A person's zone, hours or pause changed: all their open sessions are updated; how many there are.

    A booked session keeps its moment, which both agreed on. The times of messages about it change.
    """
    return await _recompute(work, or_(col(MENTOR.id) == person.id, col(LEADER.id) == person.id))


async def recompute_for_programme(work: UnitOfWork, programme_id: int) -> int:
    """The days off of a programme changed."""
    return await _recompute(work, col(Pair.programme_id) == programme_id)


async def recompute_for_pair(work: UnitOfWork, pair_id: int) -> int:
    """A pair continues after a pause."""
    return await _recompute(work, col(Pair.id) == pair_id)


async def _recompute(work: UnitOfWork, whose: ColumnElement[bool]) -> int:
    statement = around_pairs(MentoringSession, Programme, MENTOR, LEADER)
    statement = statement.join(MentoringSession, col(MentoringSession.pair_id) == col(Pair.id))
    statement = statement.where(col(Pair.state) == PairState.ACTIVE, col(MentoringSession.settled_at).is_(None), whose)
    rows = (await work.session.exec(statement)).all()
    for row, programme, mentor, leader in rows:
        row.next_at = next_check(row, programme, mentor, leader, work.now)
    return len(rows)
