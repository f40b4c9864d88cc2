"""Sends each participant one message about a change, however often HR changes the course before it is sent."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col, select

from bot.domain.course import Course
from bot.domain.messages.course import CourseChangedMessage
from bot.services.sessions.called_off import CalledOff
from bot.services.working_hours import is_soon
from storage.outbox import outgoing
from storage.tables import Outbox, OutboxState, Pair, Participant, Programme
from storage.unit_of_work import UnitOfWork


async def tell_people(
    work: UnitOfWork,
    programme: Programme,
    was: Course,
    people: Iterable[int],
    off: Sequence[CalledOff],
    slot: str,
    was_cadence: str,
) -> None:
    """Enqueue one message to each of `people`; `was`: the dates before; `slot`: the change. It replaces a waiting
    message about earlier changes."""
    waiting = await _take_waiting(work, programme)
    theirs = await off_of_each(work, off)
    messages = []
    for person_id in people:
        mine = theirs.get(person_id, [])
        told = CourseChangedMessage(
            was.first,
            was.last,
            was.resumes,
            tuple(one.session for one in mine),
            tuple(one.pair for one in mine),
            tuple(one.before.isoformat() for one in mine),
            was_cadence if was_cadence != programme.cadence else "",
            at=slot,
        )
        if before := waiting.get(person_id):
            told = _joined(before, told)
        urgent = soon(mine, work.now)
        messages.append(outgoing(told, programme.team_id, programme.id, person_id=person_id, urgent=urgent))
    await work.send_all(messages)


def soon(off: Iterable[CalledOff], now: datetime) -> bool:
    """Whether a session that was called off was to take place within two days."""
    return any(is_soon(one.before, now) for one in off)


def _joined(before: CourseChangedMessage, now: CourseChangedMessage) -> CourseChangedMessage:
    """One message for two changes: the dates are those before the first."""
    return CourseChangedMessage(
        before.was_first,
        before.was_last,
        before.was_resumes,
        (*before.off, *now.off),
        (*before.off_pairs, *now.off_pairs),
        (*before.off_at, *now.off_at),
        before.was_cadence or now.was_cadence,
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
        .join(Participant, (col(Participant.id) == Pair.mentor_id) | (col(Participant.id) == Pair.mentee_id))
        .where(col(Pair.id).in_(pairs))
    )
    found: dict[int, list[CalledOff]] = {}
    people = (await work.session.exec(statement)).all() if pairs else []
    for pair_id, person_id in people:
        found.setdefault(person_id, []).extend(one for one in off if one.pair == pair_id)
    return {person_id: sorted(mine, key=lambda one: one.before) for person_id, mine in found.items()}
