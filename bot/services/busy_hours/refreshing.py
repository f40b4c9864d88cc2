"""Which calendars are to be fetched, and what comes of a fetch: new intervals, no change, or a problem."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, update
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.busy_hours import (
    AT_MOST_EVERY,
    HORIZON,
    LASTING,
    READ_AGAIN,
    TELL_AFTER,
    TRUSTED_FOR,
    UNUSED_FOR,
    LinkProblem,
    write_spans,
)
from bot.domain.calendar import Span
from bot.domain.messages.busy_hours import BusyHoursStoppedMessage
from bot.services.busy_hours.nights import next_night
from bot.services.pair_context import LEADER_PART, MENTOR_PART
from storage.new_rows import inserts_unless_known
from storage.outbox import outgoing
from storage.tables import (
    NOT_TAKING_PART,
    BusyCalendar,
    CalendarSlot,
    Pair,
    PairState,
    Participant,
    Person,
    Programme,
    ProgrammeState,
)
from storage.unit_of_work import Store, UnitOfWork

SLOTS = 2
"""Fetches that run at once at a host, over all replicas."""
LEASE = timedelta(seconds=40)
"""How long a slot is taken for each fetch, if the process that took it dies; longer than any fetch with its reading."""
FREE = timedelta(days=1)
"""A free slot was so long ago: the clocks of two requests may differ a little."""
BATCH = 60
"""Calendars that one run of the job fetches, so that it ends before the next one is due."""


@dataclass(frozen=True)
class Task:
    """A calendar to be fetched now. `etag`, `modified`, `digest` are empty if it is to be read in full."""

    id: int
    link: str
    host: str
    zone: str
    etag: str
    modified: str
    digest: str


@dataclass(frozen=True)
class Outcome:
    """What came of a fetch: a problem, or intervals up to `until` (None: unchanged)."""

    problem: LinkProblem | None = None
    spans: tuple[Span, ...] | None = None
    digest: str = ""
    etag: str = ""
    modified: str = ""


async def claim_due(store: Store, now: datetime, *, on: bool = True) -> list[Task]:
    """The calendars whose night has come, at most `BATCH`; nobody else gets them.

    Those that nobody uses, or all unless `on`, are emptied and in the end deleted.
    """
    async with store.write(now) as work:
        statement = (
            select(BusyCalendar, Person)
            .join(Person, col(Person.id) == col(BusyCalendar.person_id))
            .where(col(BusyCalendar.next_at) <= now)
            .order_by(col(BusyCalendar.next_at), col(BusyCalendar.id))
            .limit(BATCH)
            .with_for_update(skip_locked=True, of=BusyCalendar)
        )
        tasks = []
        for calendar, person in (await work.session.exec(statement)).all():
            calendar.next_at = next_night(now, person)
            if not await _in_use(work, calendar, on=on and person.active):
                continue
            if calendar.checked_at <= now - AT_MOST_EVERY:
                tasks.append(_claimed(calendar, person, now))
        await work.commit()
    return tasks


def of_person_and_partners(person_id: int) -> ColumnElement[bool]:
    """The calendars of a person and of their partners."""
    pairs = (Pair.state == PairState.ACTIVE, col(Pair.mentor_id) == MENTOR_PART.id, Pair.leader_id == LEADER_PART.id)
    leaders = select(LEADER_PART.person_id).where(*pairs, MENTOR_PART.person_id == person_id)
    mentors = select(MENTOR_PART.person_id).where(*pairs, LEADER_PART.person_id == person_id)
    owner = col(BusyCalendar.person_id)
    return or_(owner == person_id, owner.in_(leaders), owner.in_(mentors))


def of_pair(pair_id: int) -> ColumnElement[bool]:
    """The calendars of the two people of a pair."""
    sides = or_(col(Pair.mentor_id) == Participant.id, col(Pair.leader_id) == Participant.id)
    return col(BusyCalendar.person_id).in_(select(Participant.person_id).where(Pair.id == pair_id, sides))


async def claim(store: Store, whose: ColumnElement[bool], now: datetime) -> list[Task]:
    """The calendars that were not looked at for a while, of those that `whose` names; nobody else gets them."""
    old = (whose, col(BusyCalendar.checked_at) <= now - AT_MOST_EVERY)
    async with store.read(now) as work:
        if (await work.session.exec(select(BusyCalendar.id).where(*old).limit(1))).first() is None:
            return []
    async with store.write(now) as work:
        statement = (
            select(BusyCalendar, Person)
            .join(Person, col(Person.id) == col(BusyCalendar.person_id))
            .where(*old)
            .order_by(col(BusyCalendar.id))
            .with_for_update(skip_locked=True, of=BusyCalendar)
        )
        rows = (await work.session.exec(statement)).all()
        tasks = [_claimed(calendar, person, now) for calendar, person in rows]
        await work.commit()
    return tasks


def _claimed(calendar: BusyCalendar, person: Person, now: datetime) -> Task:
    calendar.checked_at = now
    in_full = calendar.zone != person.zone or calendar.covers_until < now + READ_AGAIN or bool(calendar.problem)
    known = ("", "", "") if in_full else (calendar.etag, calendar.modified, calendar.digest)
    return Task(calendar.id, calendar.link, calendar.host, person.zone, *known)


async def _in_use(work: UnitOfWork, calendar: BusyCalendar, *, on: bool) -> bool:
    """Whether its owner takes part in anything. Otherwise its intervals are deleted, and after a while its link."""
    takes_part = select(
        exists(
            select(Participant.id)
            .join(Programme, col(Programme.id) == col(Participant.programme_id))
            .where(
                Participant.person_id == calendar.person_id,
                col(Participant.state).not_in(NOT_TAKING_PART),
                Programme.state != ProgrammeState.CLOSED,
            )
        )
    )
    if on and (await work.session.exec(takes_part)).one():
        calendar.unused_since = None
        return True
    calendar.unused_since = calendar.unused_since or work.now
    calendar.busy = calendar.digest = calendar.etag = calendar.modified = ""
    if calendar.unused_since <= work.now - UNUSED_FOR:
        await work.session.delete(calendar)
    return False


async def record(store: Store, task: Task, outcome: Outcome, now: datetime) -> None:
    """Store what came of a fetch, unless the link was replaced or removed meanwhile."""
    async with store.write(now) as work:
        statement = select(BusyCalendar).where(BusyCalendar.id == task.id, BusyCalendar.link == task.link)
        calendar = (await work.session.exec(statement.with_for_update())).first()
        if calendar is None:
            return
        if outcome.problem:
            await _failed(work, calendar, outcome.problem)
        else:
            calendar.read_at, calendar.failed_since, calendar.problem, calendar.told_at = now, None, "", None
            calendar.etag, calendar.modified = outcome.etag, outcome.modified
            if outcome.spans is not None:
                calendar.busy, calendar.digest = write_spans(outcome.spans), outcome.digest
                calendar.covers_until, calendar.zone = now + HORIZON, task.zone
        await work.commit()


async def _failed(work: UnitOfWork, calendar: BusyCalendar, problem: LinkProblem) -> None:
    calendar.failed_since = calendar.failed_since or work.now
    calendar.problem = problem
    if calendar.read_at <= work.now - TRUSTED_FOR or problem is LinkProblem.NO_KEY:
        calendar.busy = ""
    patient = TELL_AFTER[problem in LASTING]
    if calendar.told_at or (problem is not LinkProblem.NO_KEY and calendar.failed_since > work.now - patient):
        return
    calendar.told_at = work.now
    message = BusyHoursStoppedMessage(problem=problem.value, since=f"{calendar.id}-{calendar.failed_since:%Y%m%d%H%M}")
    await work.send(outgoing(message, calendar.team_id, person_id=calendar.person_id))


async def give_up(store: Store, task: Task, now: datetime) -> None:
    """It was not fetched after all: it may be asked for again at once."""
    async with store.write(now) as work:
        again = update(BusyCalendar).where(col(BusyCalendar.id) == task.id)
        await work.session.exec(again.values(checked_at=now - AT_MOST_EVERY))
        await work.commit()


async def take_slot(store: Store, host: str, now: datetime, fetches: int = 1) -> int | None:
    """The id of a slot of a host for so many fetches, one after the other; None while all are taken.

    It is taken until `free_slot`, or the end of its lease.
    """
    async with store.write(now) as work:
        known = set((await work.session.exec(select(CalendarSlot.number).where(CalendarSlot.host == host))).all())
        if len(known) < SLOTS:
            await _add_slots(work.session, host, known, now)
        free = (
            select(CalendarSlot)
            .where(CalendarSlot.host == host, col(CalendarSlot.until) <= now)
            .order_by(col(CalendarSlot.number))
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        slot = (await work.session.exec(free)).first()
        if slot is None:
            await work.commit()
            return None
        slot.until = now + LEASE * fetches
        await work.commit()
        return slot.id


_SLOTS = inserts_unless_known(
    SQLModel.metadata.tables[str(CalendarSlot.__tablename__)], ("host", "number", "until"), ["host", "number"]
)


async def _add_slots(session: AsyncSession, host: str, known: set[int], now: datetime) -> None:
    insert = _SLOTS[session.get_bind().dialect.name]
    for number in sorted(set(range(SLOTS)) - known):
        values = {"host": host, "number": number, "until": now - FREE}
        await session.exec(insert, params=values)


async def free_slot(store: Store, slot: int, now: datetime) -> None:
    async with store.write(now) as work:
        given_back = update(CalendarSlot).where(col(CalendarSlot.id) == slot)
        await work.session.exec(given_back.values(until=now - FREE))
        await work.commit()
