"""Sends each participant one message about a change, however often HR changes the course before it is sent."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from sqlalchemy import update
from sqlmodel import col, select

from bot.domain.course import Course
from bot.domain.messages.course import CourseChangedMessage
from bot.domain.programme import Cadence
from bot.services.course.facts import PairFacts
from bot.services.pair_context import window_days
from bot.services.sessions.called_off import CalledOff, told_at_once
from storage.outbox import outgoing
from storage.tables import Outbox, OutboxState, Pair, Participant, Person, Programme
from storage.unit_of_work import UnitOfWork


async def tell_people(
    work: UnitOfWork,
    programme: Programme,
    was: Course,
    people: Iterable[int],
    off: Sequence[CalledOff],
    slot: str,
    was_cadence: str,
    due: Mapping[int, Mapping[int, date]] = MappingProxyType({}),
) -> None:
    """Enqueue one message to each of `people`; `was`: the dates before; `slot`: the change; `due`: by person and pair,
    by when the next session was to take place. It replaces a waiting message about earlier changes."""
    waiting = await _take_waiting(work, programme)
    theirs = await off_of_each(work, off)
    messages = []
    for person_id in people:
        mine = theirs.get(person_id, [])
        message = CourseChangedMessage(
            was.first,
            was.last,
            was.resumes,
            tuple(one.session for one in mine),
            tuple(one.pair for one in mine),
            tuple(one.before.isoformat() for one in mine),
            was_cadence if was_cadence != programme.cadence else "",
            tuple(due.get(person_id, {})),
            tuple(day.isoformat() for day in due.get(person_id, {}).values()),
            at=slot,
        )
        if before := waiting.get(person_id):
            message = _joined(before, message)
        urgent = await soon(work, programme, person_id, mine)
        messages.append(outgoing(message, programme.team_id, programme.id, person_id=person_id, urgent=urgent))
    await work.send_all(messages)


def due_days(pairs: Iterable[PairFacts]) -> dict[int, dict[int, date]]:
    """By person and pair, by when the next session is to take place, as people read it; without pairs that arrange
    their dates themselves."""
    found: dict[int, dict[int, date]] = {}
    for facts in pairs:
        ahead = [row for row, session in zip(facts.rows, facts.sessions, strict=True) if not session.over]
        if ahead and facts.cadence is not Cadence.BY_AGREEMENT:
            for person in (facts.couple.mentor, facts.couple.leader):
                found.setdefault(person.id, {})[facts.couple.pair.id] = window_days(ahead[0], facts.couple.off)[1]
    return found


async def soon(work: UnitOfWork, programme: Programme, person_id: int, off: Sequence[CalledOff]) -> bool:
    """Whether the news that these sessions were called off cannot wait for the person's next day."""
    person = await work.session.get(Person, person_id) if off else None
    return person is not None and told_at_once(off, person, programme, work.now)


def _joined(before: CourseChangedMessage, now: CourseChangedMessage) -> CourseChangedMessage:
    """One message for two changes: the dates are those before the first."""
    due = {
        **dict(zip(now.due_pairs, now.due_was, strict=True)),
        **dict(zip(before.due_pairs, before.due_was, strict=True)),
    }
    return CourseChangedMessage(
        before.was_first,
        before.was_last,
        before.was_resumes,
        (*before.off, *now.off),
        (*before.off_pairs, *now.off_pairs),
        (*before.off_at, *now.off_at),
        before.was_cadence or now.was_cadence,
        tuple(due),
        tuple(due.values()),
        at=now.at,
    )


async def _take_waiting(work: UnitOfWork, programme: Programme) -> dict[int, CourseChangedMessage]:
    """Messages about earlier changes that were not sent, by their reader; they are dropped."""
    statement = select(Outbox).where(
        Outbox.programme_id == programme.id,
        Outbox.kind == CourseChangedMessage.kind.name,
        Outbox.state == OutboxState.PENDING,
    )
    rows = (await work.session.exec(statement.order_by(col(Outbox.id)).with_for_update())).all()
    drop = update(Outbox).where(col(Outbox.id).in_([row.id for row in rows]))
    await work.session.exec(drop.values(state=OutboxState.DROPPED, error="replaced"))
    return {row.person_id: CourseChangedMessage.read(row.data) for row in rows if row.person_id}


async def off_of_each(work: UnitOfWork, off: Sequence[CalledOff]) -> dict[int, list[CalledOff]]:
    """The sessions that were called off, by the two people of each."""
    pairs = {one.pair for one in off}
    statement = (
        select(Pair.id, Participant.person_id)
        .join(Participant, (col(Participant.id) == Pair.mentor_id) | (col(Participant.id) == Pair.leader_id))
        .where(col(Pair.id).in_(pairs))
    )
    found: dict[int, list[CalledOff]] = {}
    people = (await work.session.exec(statement)).all() if pairs else []
    for pair_id, person_id in people:
        found.setdefault(person_id, []).extend(one for one in off if one.pair == pair_id)
    return {person_id: sorted(mine, key=lambda one: one.before) for person_id, mine in found.items()}
