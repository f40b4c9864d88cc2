"""Puts mentors' circles together, mends them after a change, and posts their monthly packs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import Hours, local, morning
from bot.domain.circles import Arrangement, Languages, arrange, language_of, next_host
from bot.domain.messages.circles import CircleClosedMessage, CirclePackMessage
from bot.domain.sessions import add_months
from bot.domain.signup import Role
from bot.services.working_hours import days_off
from storage.outbox import outgoing
from storage.tables import (
    Avoidance,
    Circle,
    CircleMember,
    Participant,
    ParticipantState,
    Person,
    Programme,
    RosterEntry,
)
from storage.unit_of_work import Store, UnitOfWork

BATCH = 100
A_DAY = timedelta(days=1)
Member = tuple[CircleMember, Participant, Person]


async def tick_circles(store: Store, now: datetime) -> int:
    """Arrange what changed, and post the packs that are due; how many programmes and circles were processed."""
    async with store.write(now) as work:
        due = select(Programme).where(col(Programme.circles_at) <= now)
        in_order = due.order_by(col(Programme.circles_at), col(Programme.id)).limit(BATCH)
        programmes = (await work.session.exec(in_order.with_for_update(skip_locked=True))).all()
        for programme in programmes:
            programme.circles_at = None
            await _arrange(work, programme)
        waiting = select(Circle).where(col(Circle.next_pack_at) <= now, col(Circle.closed_at).is_(None))
        in_turn = waiting.order_by(col(Circle.next_pack_at), col(Circle.id)).limit(BATCH)
        circles = (await work.session.exec(in_turn.with_for_update(skip_locked=True))).all()
        for circle in circles:
            await _post_pack(work, circle)
        await work.commit()
    return len(programmes) + len(circles)


async def _arrange(work: UnitOfWork, programme: Programme) -> None:
    session = work.session
    await session.flush()
    members = await _members(session, programme)
    circles = await _circles(session, programme)
    waiting = [number for number, (row, _, _) in members.items() if row.circle_id not in circles]
    now_in = {
        one.id: [number for number, (row, _, _) in members.items() if row.circle_id == one.id]
        for one in circles.values()
    }
    languages = {
        number: frozenset(participant.languages) or frozenset({person.language})
        for number, (_, participant, person) in members.items()
    }
    arrangement = arrange(now_in, waiting, languages, await _apart(session, members))
    lost = {number for id_ in arrangement.closed for number in now_in[id_]} & set(arrangement.waiting)
    await _out_of_circles(session, list(circles), members)
    for id_ in arrangement.closed:
        _close(circles[id_], work.now)
    for number in sorted(lost):
        row, participant, person = members[number]
        message = CircleClosedMessage(row.circle_id or 0)
        await work.send(outgoing(message, row.team_id, participant.programme_id, person_id=person.id))
    await _apply(work, programme, circles, members, languages, arrangement)


async def _apply(
    work: UnitOfWork,
    programme: Programme,
    circles: Mapping[int, Circle],
    members: Mapping[int, Member],
    languages: Languages,
    arrangement: Arrangement,
) -> None:
    for number in arrangement.waiting:
        members[number][0].circle_id = None
    for id_, inside in arrangement.circles.items():
        circle = circles[id_]
        if sorted(inside) != sorted(circle.members):  # nobody can be taken out of a group DM: another one is opened
            circle.members, circle.channel = sorted(inside), None
            circle.opening, circle.open_at = circle.opening + 1, work.now
            circle.language = language_of(inside, languages, circle.language or programme.language)
    made = []
    for inside in arrangement.new:
        circle = Circle(
            team_id=programme.team_id,
            programme_id=programme.id,
            language=language_of(inside, languages, programme.language),
            members=sorted(inside),
            open_at=work.now,
        )
        work.session.add(circle)
        made.append((circle, inside))
    await work.session.flush()
    for id_, inside in [*arrangement.circles.items(), *((circle.id, inside) for circle, inside in made)]:
        for number in inside:
            members[number][0].circle_id = id_


def _close(circle: Circle, now: datetime) -> None:
    circle.closed_at, circle.channel, circle.open_at, circle.next_pack_at = now, None, None, None


async def _out_of_circles(session: AsyncSession, circle_ids: Sequence[int], members: Mapping[int, Member]) -> None:
    """Who pauses waits until they are back."""
    statement = select(CircleMember).where(col(CircleMember.circle_id).in_(circle_ids))
    for row in (await session.exec(statement)).all():
        if row.id not in members:
            row.circle_id = None


async def _members(session: AsyncSession, programme: Programme) -> dict[int, Member]:
    """Who can be in a circle now, by the id of their wish, in the order of it; a person once."""
    statement = (
        select(CircleMember, Participant, Person)
        .join(Participant, col(Participant.id) == col(CircleMember.participant_id))
        .join(Person, col(Person.id) == col(Participant.person_id))
        .join(Programme, col(Programme.id) == col(CircleMember.programme_id))
        .where(
            *_of_same_hr(programme),
            col(Programme.circles).is_(True),
            col(Programme.cancelled_at).is_(None),
            col(CircleMember.wished_at).is_not(None),
            Participant.state == ParticipantState.ACTIVE,
            col(Participant.forgotten_at).is_(None),
            col(Participant.role).in_((Role.MENTOR, Role.BOTH)),
            col(Person.active).is_(True),
        )
        .order_by(col(CircleMember.wished_at), col(CircleMember.id))
    )
    found: dict[int, Member] = {}
    people: set[int] = set()
    for row, participant, person in (await session.exec(statement)).all():
        if person.id not in people:
            people.add(person.id)
            found[row.id] = row, participant, person
    return found


async def _circles(session: AsyncSession, programme: Programme) -> dict[int, Circle]:
    statement = (
        select(Circle)
        .join(Programme, col(Programme.id) == col(Circle.programme_id))
        .where(*_of_same_hr(programme), col(Circle.closed_at).is_(None))
        .order_by(col(Circle.id))
    )
    return {one.id: one for one in (await session.exec(statement)).all()}


def _of_same_hr(programme: Programme) -> tuple[bool, bool]:
    return Programme.team_id == programme.team_id, Programme.hr_channel == programme.hr_channel


async def _apart(session: AsyncSession, members: Mapping[int, Member]) -> Collection[frozenset[int]]:
    """Who would rather not meet, and who manages whom: not in one circle."""
    numbers = {person.id: number for number, (_, _, person) in members.items()}
    people = list(numbers)
    avoids = select(Avoidance.person_id, Avoidance.avoided_id).where(
        or_(col(Avoidance.person_id).in_(people), col(Avoidance.avoided_id).in_(people))
    )
    lines = select(RosterEntry.person_id, RosterEntry.manager_id).where(
        col(RosterEntry.person_id).in_(people), col(RosterEntry.manager_id).in_(people)
    )
    pairs = [*(await session.exec(avoids)).all(), *(await session.exec(lines)).all()]
    return {
        frozenset((numbers[first], numbers[second]))
        for first, second in pairs
        if second is not None and first in numbers and second in numbers
    }


async def _post_pack(work: UnitOfWork, circle: Circle) -> None:
    """The next pack with its host; a day later while its group DM is not open, after a pause of the programme."""
    programme = await work.session.get_one(Programme, circle.programme_id)
    statement = (
        select(CircleMember)
        .where(col(CircleMember.id).in_(circle.members), CircleMember.circle_id == circle.id)
        .order_by(col(CircleMember.wished_at), col(CircleMember.id))
    )
    rows = {one.id: one for one in (await work.session.exec(statement)).all()}
    host = next_host({number: row.hosted for number, row in rows.items()}, list(rows))
    if circle.channel is None or host is None or programme.paused_until is not None:
        circle.next_pack_at = max(work.now + A_DAY, programme.paused_until or work.now)
        return
    circle.packs += 1
    rows[host].hosted += 1
    message = CirclePackMessage(circle.id, circle.packs, rows[host].participant_id)
    await work.send(outgoing(message, circle.team_id, circle.programme_id, channel=circle.channel))
    day = add_months(local(work.now, programme.zone).date(), 1)
    circle.next_pack_at = morning(day, Hours(programme.zone), days_off(programme))
