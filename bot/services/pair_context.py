"""A session or pair with all related rows, and who may act on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy import select as select_many
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import DaysOff, Hours, local, working_days_after, working_days_in
from bot.domain.programme import Cadence
from bot.domain.sessions import Side
from bot.domain.sessions_booking_days import FARTHEST, BookingDays, booking_days
from bot.services.caller import Caller, HrCaller, Rejected
from bot.services.programme.end import last_bookable, last_day
from bot.services.working_hours import days_off, hours_of
from storage.queries import person_by_slack
from storage.tables import (
    MentoringSession,
    Pair,
    PairState,
    Participant,
    ParticipantState,
    Person,
    Programme,
    ProgrammeState,
)


def end_slot(pair: Pair) -> str:
    """Which end of the pair it is, for the keys of the messages about it; "" unless the pair was restored."""
    return f".{pair.restored_at:%Y%m%dT%H%M%S}" if pair.restored_at else ""


MENTOR_PART, LEADER_PART = aliased(Participant), aliased(Participant)
MENTOR, LEADER = aliased(Person), aliased(Person)
FEWEST_DAYS = 3
"""So many working days are named, at least, to choose from."""
A_WORKING_WEEK = timedelta(days=5)
"""Windows that are this long are planned to have more than these."""


@dataclass(frozen=True)
class PairContext:
    """A pair with its two people."""

    pair: Pair
    programme: Programme
    mentor_part: Participant
    leader_part: Participant
    mentor: Person
    leader: Person

    def person(self, side: Side) -> Person:
        return self.mentor if side is Side.MENTOR else self.leader

    def part(self, side: Side) -> Participant:
        return self.mentor_part if side is Side.MENTOR else self.leader_part

    def side_of(self, person_id: int | None) -> Side | None:
        """The side of a person in this pair; None for others."""
        return next((side for side in Side if self.person(side).id == person_id), None)

    def at(self, row: MentoringSession) -> "Meeting":
        """A session of this pair."""
        return Meeting(
            self.pair, self.programme, self.mentor_part, self.leader_part, self.mentor, self.leader, session=row
        )

    @property
    def hours(self) -> dict[Side, Hours]:
        return {side: hours_of(self.person(side)) for side in Side}

    @property
    def off(self) -> DaysOff:
        return days_off(self.programme)

    @property
    def goes_on(self) -> bool:
        """Whether the pair still meets, if perhaps not just now: what the two agreed on can change."""
        return self.pair.state == PairState.ACTIVE and self.programme.state != ProgrammeState.CLOSED

    @property
    def meets_weekly(self) -> bool:
        return Cadence(self.pair.cadence or self.programme.cadence) is Cadence.WEEKLY

    @property
    def parted(self) -> bool:
        """Whether it ended before its time: what the two wrote can be read, and not changed any more."""
        return self.pair.state == PairState.ENDED

    @property
    def under_way(self) -> bool:
        """Whether the pair meets: it did not end, HR did not pause it or the programme, and neither person pauses, left
        or was deactivated."""
        meets = self.pair.state == PairState.ACTIVE and self.pair.paused_until is None
        meets = meets and self.programme.paused_until is None
        return meets and all(
            self.part(side).state == ParticipantState.ACTIVE and self.person(side).active for side in Side
        )


@dataclass(frozen=True)
class Meeting(PairContext):
    """A session with its pair."""

    session: MentoringSession


COUPLE = (Pair, Programme, MENTOR_PART, LEADER_PART, MENTOR, LEADER)


def around_pairs(*first: Any) -> Any:
    """A statement for `first`, from `Pair` on: joins the programme, both sign-ups and both people to it."""
    return (
        select_many(*first)
        .select_from(Pair)
        .join(Programme, col(Programme.id) == col(Pair.programme_id))
        .join(MENTOR_PART, col(MENTOR_PART.id) == col(Pair.mentor_id))
        .join(LEADER_PART, col(LEADER_PART.id) == col(Pair.leader_id))
        .join(MENTOR, col(MENTOR.id) == col(MENTOR_PART.person_id))
        .join(LEADER, col(LEADER.id) == col(LEADER_PART.person_id))
    )


# Built once: every click needs one of these, and building them takes longer than executing them.
MEETING = (
    around_pairs(*COUPLE, MentoringSession)
    .join(MentoringSession, col(MentoringSession.pair_id) == col(Pair.id))
    .where(col(MentoringSession.id) == bindparam("session"))
)
LOCKED_MEETING = MEETING.with_for_update(of=(MentoringSession, Pair))
COUPLE_OF = around_pairs(*COUPLE).where(col(Pair.id) == bindparam("pair"))
LOCKED_COUPLE_OF = COUPLE_OF.with_for_update(of=Pair)


async def meeting(session: AsyncSession, session_id: int, *, lock: bool = False) -> Meeting | None:
    """The session with its pair. With `lock`, concurrent changes of it wait."""
    statement = LOCKED_MEETING if lock else MEETING
    row = (await session.exec(statement, params={"session": session_id})).first()
    return Meeting(*row) if row else None


async def couple(session: AsyncSession, pair_id: int, *, lock: bool = False) -> PairContext | None:
    """The pair with its people."""
    statement = LOCKED_COUPLE_OF if lock else COUPLE_OF
    row = (await session.exec(statement, params={"pair": pair_id})).first()
    return PairContext(*row) if row else None


async def couple_of_hr(session: AsyncSession, hr: HrCaller, pair_id: int, *, lock: bool = False) -> PairContext:
    """A pair of HR's programme. Raises `Rejected`: not_your_pair."""
    found = await couple(session, pair_id, lock=lock)
    if found is None or found.programme.id != hr.programme_id:
        raise Rejected("not_your_pair")
    return found


async def active_couple_of_hr(session: AsyncSession, hr: HrCaller, pair_id: int) -> PairContext:
    """An active pair of HR's programme, locked for a change. Raises `Rejected`: not_your_pair, pair_ended."""
    couple = await couple_of_hr(session, hr, pair_id, lock=True)
    if couple.pair.state != PairState.ACTIVE:
        raise Rejected("pair_ended")
    return couple


async def couples(session: AsyncSession, *where: Any, limit: int, order: Any) -> list[PairContext]:
    """A batch of the pairs that match, locked; those that another replica works on are left out."""
    # First only the pairs: mostly there are none, and planning so many joins takes PostgreSQL longer than executing
    # them.
    statement = select(Pair.id).where(*where).order_by(order).limit(limit)
    ids = (await session.exec(statement.with_for_update(skip_locked=True))).all()
    if not ids:
        return []
    rows = await session.exec(around_pairs(*COUPLE).where(col(Pair.id).in_(ids)).order_by(order))
    return [PairContext(*row) for row in rows]


async def my_meeting(
    session: AsyncSession, caller: Caller, session_id: int, *, lock: bool = False, even_over: bool = False
) -> tuple[Meeting, Side]:
    """The session and the caller's side of it; with `even_over` also of a pair that ended in whatever way, or for
    who left: to read, not to change.

    Raises `Rejected`: not_participant, not_your_pair, left_programme, pair_ended, programme_closed.
    """
    found = await meeting(session, session_id, lock=lock)
    return found, await _my_side(session, caller, found, even_over=even_over)  # type: ignore[return-value]  # None has been refused


async def my_couple(
    session: AsyncSession,
    caller: Caller,
    pair_id: int,
    *,
    lock: bool = False,
    after_the_end: bool = False,
    even_over: bool = False,
) -> tuple[PairContext, Side]:
    """The pair and the caller's side of it; with `after_the_end` also one whose time is over, with `even_over` one that
    ended in whatever way, or for who left: to read, not to change.

    Raises as `my_meeting`.
    """
    found = await couple(session, pair_id, lock=lock)
    return found, await _my_side(session, caller, found, after_the_end, even_over=even_over)  # type: ignore[return-value]  # None has been refused


async def _my_side(
    session: AsyncSession,
    caller: Caller,
    couple: PairContext | None,
    after_the_end: bool = False,
    *,
    even_over: bool = False,
) -> Side:
    person = await person_by_slack(session, caller.team_id, caller.slack_id)
    if person is None:
        raise Rejected("not_participant")
    side = couple.side_of(person.id) if couple else None
    if couple is None or side is None:
        raise Rejected(await why_not(session, person))
    part = couple.part(side)
    if part.state == ParticipantState.LEFT and (part.forgotten_at or not even_over):
        raise Rejected("left_programme")
    if even_over or (after_the_end and couple.pair.state == PairState.COMPLETED):
        return side
    if couple.pair.state != PairState.ACTIVE or couple.programme.state == ProgrammeState.CLOSED:
        raise Rejected("pair_ended")
    return side


async def why_not(session: AsyncSession, person: Person) -> str:
    """Why the session is not this person's to act on, as a code for them."""
    states = (await session.exec(select(Participant.state).where(Participant.person_id == person.id))).all()
    if not states:
        return "not_participant"
    return "left_programme" if set(states) == {ParticipantState.LEFT} else "not_your_pair"


async def has_pair(session: AsyncSession, participant_id: int, side: Side) -> bool:
    """Whether a person is in an active pair on that side."""
    mine = Pair.mentor_id if side is Side.MENTOR else Pair.leader_id
    active = select(Pair.id).where(col(mine) == participant_id, Pair.state == PairState.ACTIVE)
    return (await session.exec(active.limit(1))).first() is not None


def window_days(row: MentoringSession, off: DaysOff) -> tuple[date, date]:
    """The first and the last day of the session's window for display: working days, if it has one."""
    days = working_days_in(row.opens_on, row.closes_on, off)
    if not days:
        return row.opens_on, row.closes_on - timedelta(days=1)
    if len(days) < FEWEST_DAYS and row.closes_on - row.opens_on >= A_WORKING_WEEK:
        return days[0], working_days_after(days[0], FEWEST_DAYS - 1, off)  # most of it is days off
    return days[0], days[-1]


def days_to_book(row: MentoringSession, around: PairContext, now: datetime) -> BookingDays:
    """The days to name to either of the two when they are asked to book a session."""
    pauses = [around.pair.paused_until, around.mentor_part.paused_until, around.leader_part.paused_until]
    return days_without_pauses(row, around.programme, pauses, now)


def days_without_pauses(
    row: MentoringSession, programme: Programme, pauses: Iterable[datetime | None], now: datetime
) -> BookingDays:
    """The days of a session's window that have not passed, and that are not within one of the pauses that end then."""
    ends = [end for end in (*pauses, programme.paused_until) if end]
    from_day = local(max([now, *ends]), programme.zone).date()
    announced = last_day(programme)
    latest = announced if announced >= from_day else last_bookable(programme, row)
    latest = min(latest, row.closes_on + FARTHEST)
    first, last = window_days(row, days_off(programme))
    return booking_days(first, min(last, max(latest, row.closes_on - timedelta(days=1))), from_day, latest)
