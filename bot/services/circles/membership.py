"""A mentor joins or leaves the mentors' circles of one HR, during a programme and after it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import Hours, local, morning
from bot.services.access import own_participation
from bot.services.buddies.choices import is_mentor_of
from bot.services.caller import Caller, Rejected
from bot.services.working_hours import days_off
from storage.tables import Circle, CircleMember, Participant, Person, Programme
from storage.unit_of_work import Store, UnitOfWork

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class CircleState:
    """What a mentor reads of circles. `others`: the other members of their circle; `waits`: they are in none yet."""

    programme: Programme
    wished: bool
    others: tuple[Person, ...]

    @property
    def waits(self) -> bool:
        return self.wished and not self.others


async def read_circle(store: Store, caller: Caller, programme_id: int) -> CircleState:
    """The caller's. Raises `Rejected`: not_participant, left_programme, no_circles."""
    async with store.read(caller.now) as work:
        return (await _of_caller(work.session, caller, programme_id))[1]


async def join_circle(store: Store, caller: Caller, programme_id: int) -> CircleState:
    """Wish to be in a circle: they are put together once a week. Raises as `read_circle`."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        participant, state = await _of_caller(work.session, caller, programme_id, lock=True)
        if not state.wished:
            row = await _row_of(work.session, participant.id)
            if row is None:
                row = CircleMember(
                    team_id=participant.team_id, programme_id=programme_id, participant_id=participant.id
                )
                work.session.add(row)
            row.wished_at = work.now
            await _check_at(work, programme_id, _next_monday(state.programme, work.now))
            await work.session.flush()
        found = await circle_state(work.session, participant, state.programme)
        await work.commit()
    return found or state


async def leave_circle(store: Store, caller: Caller, programme_id: int) -> CircleState:
    """The others go on in another group DM. Raises as `read_circle`."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        participant, state = await _of_caller(work.session, caller, programme_id, lock=True)
        row = await member_of(work.session, state.programme, participant.person_id)
        if row is not None:
            await leave_circles(work, [row.participant_id])
        await work.session.flush()
        found = await circle_state(work.session, participant, state.programme)
        await work.commit()
    return found or state


async def circle_state(session: AsyncSession, participant: Participant, programme: Programme) -> CircleState | None:
    """None where there is nothing to join: HR offers no circles, or the person is no mentor."""
    if not programme.circles or not await is_mentor_of(session, participant, programme):
        return None
    row = await member_of(session, programme, participant.person_id)
    circle = await session.get(Circle, row.circle_id) if row and row.circle_id else None
    others: list[Person] = []
    if row and circle and circle.closed_at is None:
        others = [one for one in await members_of(session, circle) if one.id != participant.person_id]
    return CircleState(programme, row is not None, tuple(others))


# Built once, because the Home tab of each mentor needs them.
MEMBERS_OF = (
    select(Person)
    .join(Participant, col(Participant.person_id) == col(Person.id))
    .join(CircleMember, col(CircleMember.participant_id) == col(Participant.id))
    .where(
        col(CircleMember.id).in_(bindparam("members", expanding=True)),
        col(CircleMember.circle_id) == bindparam("circle"),
    )
    .order_by(col(CircleMember.wished_at), col(CircleMember.id))
)
MEMBER_OF = (
    select(CircleMember)
    .join(Participant, col(Participant.id) == col(CircleMember.participant_id))
    .join(Programme, col(Programme.id) == col(CircleMember.programme_id))
    .where(
        col(Participant.person_id) == bindparam("person"),
        col(CircleMember.wished_at).is_not(None),
        col(Programme.team_id) == bindparam("team"),
        col(Programme.hr_channel) == bindparam("channel"),
    )
    .order_by(col(CircleMember.id).desc())
    .limit(1)
)


async def members_of(session: AsyncSession, circle: Circle) -> list[Person]:
    """The people for whom the group DM of a circle is, in the order in which they joined."""
    values = {"members": circle.members, "circle": circle.id}
    return list((await session.exec(MEMBERS_OF, params=values)).all())


async def member_of(session: AsyncSession, programme: Programme, person_id: int) -> CircleMember | None:
    """What a person wished in the programmes of the same HR: a person is in one of their circles."""
    values = {"person": person_id, "team": programme.team_id, "channel": programme.hr_channel}
    return (await session.exec(MEMBER_OF, params=values)).first()


async def leave_circles(work: UnitOfWork, participant_ids: Collection[int]) -> None:
    """They leave, or leave the programme, are deactivated or erased: out of their circles, and of those who wait."""
    for row in await _rows_of(work, participant_ids):
        row.wished_at = row.circle_id = None
        await _check_at(work, row.programme_id, work.now)
    await work.session.flush()


async def look_at_circles(work: UnitOfWork, participant_ids: Collection[int]) -> None:
    """They pause, or are back: their circles are looked at now."""
    for row in await _rows_of(work, participant_ids):
        await _check_at(work, row.programme_id, work.now)


async def _rows_of(work: UnitOfWork, participant_ids: Collection[int]) -> list[CircleMember]:
    await work.session.flush()
    statement = select(CircleMember).where(
        col(CircleMember.participant_id).in_(participant_ids), col(CircleMember.wished_at).is_not(None)
    )
    return list((await work.session.exec(statement)).all())


async def _check_at(work: UnitOfWork, programme_id: int, at: datetime) -> None:
    later = (col(Programme.circles_at).is_(None)) | (col(Programme.circles_at) > at)
    await work.session.exec(update(Programme).where(col(Programme.id) == programme_id, later).values(circles_at=at))


def _next_monday(programme: Programme, now: datetime) -> datetime:
    """Circles are put together once a week: each change of members is another group DM."""
    today = local(now, programme.zone).date()
    monday = today - timedelta(days=today.weekday()) + WEEK
    return morning(monday, Hours(programme.zone), days_off(programme))


async def _row_of(session: AsyncSession, participant_id: int) -> CircleMember | None:
    statement = select(CircleMember).where(CircleMember.participant_id == participant_id)
    return (await session.exec(statement)).first()


async def _of_caller(
    session: AsyncSession, caller: Caller, programme_id: int, *, lock: bool = False
) -> tuple[Participant, CircleState]:
    participant, programme = await own_participation(session, caller, programme_id, lock=lock)
    state = await circle_state(session, participant, programme)
    if state is None:
        raise Rejected("no_circles")
    return participant, state
