"""The other sessions of two people: nobody is booked twice at one time, in whatever pair or programme."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import Hours, Span, local, overlaps, to_utc
from bot.domain.sessions import Side
from bot.domain.suggestions import Free
from bot.services.pair_context import MENTEE_PART, MENTOR_PART, Meeting
from storage.tables import MentoringSession, Pair, PairState, Person, SessionState

A_DAY = timedelta(days=1)
LONGEST_SESSION = timedelta(hours=2)
"""A session that began earlier than this is over."""


@dataclass(frozen=True)
class OtherSessions:
    """When each of the two has another session, from now on."""

    by_side: dict[Side, tuple[Span, ...]]
    with_each_other: tuple[Span, ...] = ()
    """Those that the two have together."""

    def free(self, hours: Mapping[Side, Hours], never: tuple[Span, ...] = ()) -> tuple[Free, Free]:
        """The time of the mentor and of the leader, who have these hours; `never`: when no session may be.

        Intervals when a person is busy elsewhere belong here, too.
        """
        mentor, leader = (Free(hours[side], self.by_side[side] + never) for side in (Side.MENTOR, Side.MENTEE))
        return mentor, leader

    def days_together(self, zone: str) -> tuple[Span, ...]:
        """The days, on one clock, on which the two meet already: another session on one of them is too much."""
        days = {local(start, zone).date() for start, _ in self.with_each_other}
        return tuple((to_utc(day, time(), zone), to_utc(day + A_DAY, time(), zone)) for day in sorted(days))

    def whose(self, start: datetime, minutes: int, first: Side) -> Side | None:
        """Who of the two has another session then: `first`, if both have; None if neither has."""
        return next((side for side in (first, first.other) if overlaps(start, minutes, self.by_side[side])), None)


async def other_sessions(session: AsyncSession, meeting: Meeting, now: datetime) -> OtherSessions:
    """The booked sessions of both people, also with each other, except this one."""
    people = {side: meeting.person(side).id for side in Side}
    statement = (
        select(
            col(MentoringSession.starts_at),
            col(MentoringSession.minutes),
            col(MENTOR_PART.person_id),
            col(MENTEE_PART.person_id),
        )
        .join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
        .join(MENTOR_PART, col(MENTOR_PART.id) == col(Pair.mentor_id))
        .join(MENTEE_PART, col(MENTEE_PART.id) == col(Pair.mentee_id))
        .where(
            col(Pair.state) == PairState.ACTIVE,
            col(MentoringSession.id) != meeting.session.id,
            col(MentoringSession.state) == SessionState.BOOKED,
            col(MentoringSession.starts_at) > now - LONGEST_SESSION,
            col(MENTOR_PART.person_id).in_(people.values()) | col(MENTEE_PART.person_id).in_(people.values()),
        )
        .order_by(col(MentoringSession.starts_at), col(MentoringSession.id))
    )
    found: dict[Side, list[Span]] = {side: [] for side in Side}
    for starts_at, minutes, mentor_id, mentee_id in (await session.exec(statement)).all():
        for side, person_id in people.items():
            if starts_at and person_id in (mentor_id, mentee_id):
                found[side].append((starts_at, starts_at + timedelta(minutes=minutes)))
    together = tuple(span for span in found[Side.MENTOR] if span in found[Side.MENTEE])
    return OtherSessions({side: tuple(spans) for side, spans in found.items()}, together)


async def lock_people(session: AsyncSession, session_id: int) -> None:
    """Let other bookings of the two wait, in whatever pair: before anything else is locked, and in one order."""
    both = (
        select(col(MENTOR_PART.person_id), col(MENTEE_PART.person_id))
        .select_from(MentoringSession)
        .join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
        .join(MENTOR_PART, col(MENTOR_PART.id) == col(Pair.mentor_id))
        .join(MENTEE_PART, col(MENTEE_PART.id) == col(Pair.mentee_id))
        .where(col(MentoringSession.id) == session_id)
    )
    row = (await session.exec(both)).first()
    ids = list(row) if row else []
    in_order = select(Person.id).where(col(Person.id).in_(ids)).order_by(col(Person.id))
    await session.exec(in_order.with_for_update(key_share=True))
