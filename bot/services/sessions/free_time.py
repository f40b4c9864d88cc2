"""When people cannot meet: the one place that knows what is in the way of a session, for suggestions and bookings.

`busy_times` reads it for any number of people; whatever else is known of their time is added there, as `elsewhere`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.busy_hours import subtract
from bot.domain.calendar import Hours, Span, local, overlaps, to_utc
from bot.domain.sessions import Side
from bot.domain.sessions_suggestions import Free
from bot.services.busy_hours.busy_hours import busy_elsewhere
from bot.services.pair_context import LEADER_PART, MENTOR_PART, Meeting
from storage.tables import MentoringSession, Pair, PairState, Person, SessionState

A_DAY = timedelta(days=1)
LONGEST_SESSION = timedelta(hours=2)
"""A session that began earlier than this is over."""


@dataclass(frozen=True)
class BusyTime:
    """When one person cannot meet, from now on."""

    sessions: tuple[Span, ...] = ()
    """Booked sessions, in any pair or programme: nothing can be booked over one."""
    elsewhere: tuple[Span, ...] = ()
    """Busy otherwise: not suggested. What they do then is not stored."""

    @property
    def all(self) -> tuple[Span, ...]:
        return self.sessions + self.elsewhere


@dataclass(frozen=True)
class PairTime:
    """When the two people of a pair cannot meet, from now on."""

    by_side: Mapping[Side, BusyTime]
    before: datetime | None = None
    """When the pair's session before the one that is to be booked takes place, of a pair that meets weekly."""

    def free(self, hours: Mapping[Side, Hours], never: tuple[Span, ...] = ()) -> tuple[Free, Free]:
        """The time of the mentor and of the leader, who have these hours; `never`: when no session may be."""
        mentor, leader = (Free(hours[side], self.by_side[side].all + never) for side in (Side.MENTOR, Side.LEADER))
        return mentor, leader

    def days_together(self, zone: str) -> tuple[Span, ...]:
        """The days, on one clock, on which the two meet already: another session on one of them is too much."""
        mentors, leaders = (self.by_side[side].sessions for side in (Side.MENTOR, Side.LEADER))
        days = {local(start, zone).date() for start, end in mentors if (start, end) in leaders}
        return tuple(whole_day(day, zone) for day in sorted(days))

    def whose(self, start: datetime, minutes: int, first: Side) -> Side | None:
        """Who of the two has another session then: `first`, if both have; None if neither has."""
        sides = (first, first.other)
        return next((side for side in sides if overlaps(start, minutes, self.by_side[side].sessions)), None)


def whole_day(day: date, zone: str) -> Span:
    """A day on the clocks of a zone."""
    return to_utc(day, time(), zone), to_utc(day + A_DAY, time(), zone)


async def pair_time(session: AsyncSession, meeting: Meeting, now: datetime) -> PairTime:
    """The time of the two people of a session that is to be booked or moved: its own time is free."""
    people = {side: meeting.person(side).id for side in Side}
    row = meeting.session
    busy = await busy_times(session, people.values(), now, without=row.id)
    if row.starts_at:  # they may have put it into their calendar themselves, by the link to Google or Outlook
        own = row.starts_at, row.starts_at + timedelta(minutes=row.minutes)
        busy = {key: replace(one, elsewhere=subtract(one.elsewhere, own)) for key, one in busy.items()}
    before = await _session_before(session, row) if meeting.meets_weekly else None
    return PairTime({side: busy[person_id] for side, person_id in people.items()}, before)


async def _session_before(session: AsyncSession, row: MentoringSession) -> datetime | None:
    """The latest time of an earlier session of the pair that took place or is to take place."""
    statement = select(func.max(MentoringSession.starts_at)).where(
        MentoringSession.pair_id == row.pair_id,
        MentoringSession.number < row.number,
        col(MentoringSession.state).in_((SessionState.BOOKED, SessionState.HELD)),
    )
    return (await session.exec(statement)).one()


async def busy_times(
    session: AsyncSession, person_ids: Collection[int], now: datetime, without: int = 0
) -> dict[int, BusyTime]:
    """When each of these people cannot meet, from `now` on; the session `without` does not count."""
    booked = await _booked_sessions(session, person_ids, now, without)
    elsewhere = await busy_elsewhere(session, person_ids, now)
    return {person_id: BusyTime(tuple(booked[person_id]), elsewhere.get(person_id, ())) for person_id in person_ids}


async def _booked_sessions(
    session: AsyncSession, person_ids: Collection[int], now: datetime, without: int
) -> dict[int, list[Span]]:
    """The booked sessions of people, in order."""
    statement = (
        select(
            col(MentoringSession.starts_at),
            col(MentoringSession.minutes),
            col(MENTOR_PART.person_id),
            col(LEADER_PART.person_id),
        )
        .join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
        .join(MENTOR_PART, col(MENTOR_PART.id) == col(Pair.mentor_id))
        .join(LEADER_PART, col(LEADER_PART.id) == col(Pair.leader_id))
        .where(
            col(Pair.state) == PairState.ACTIVE,
            col(MentoringSession.id) != without,
            col(MentoringSession.state) == SessionState.BOOKED,
            col(MentoringSession.starts_at) > now - LONGEST_SESSION,
            col(MENTOR_PART.person_id).in_(person_ids) | col(LEADER_PART.person_id).in_(person_ids),
        )
        .order_by(col(MentoringSession.starts_at), col(MentoringSession.id))
    )
    booked: dict[int, list[Span]] = {person_id: [] for person_id in person_ids}
    for starts_at, minutes, *both in (await session.exec(statement)).all():
        for person_id in set(both) & booked.keys():
            if starts_at:
                booked[person_id].append((starts_at, starts_at + timedelta(minutes=minutes)))
    return booked


async def lock_people(session: AsyncSession, session_id: int) -> None:
    """Let other bookings of the two wait, in any pair: before anything else is locked, and in one order."""
    both = (
        select(col(MENTOR_PART.person_id), col(LEADER_PART.person_id))
        .select_from(MentoringSession)
        .join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
        .join(MENTOR_PART, col(MENTOR_PART.id) == col(Pair.mentor_id))
        .join(LEADER_PART, col(LEADER_PART.id) == col(Pair.leader_id))
        .where(col(MentoringSession.id) == session_id)
    )
    row = (await session.exec(both)).first()
    ids = list(row) if row else []
    in_order = select(Person.id).where(col(Person.id).in_(ids)).order_by(col(Person.id))
    await session.exec(in_order.with_for_update(key_share=True))
