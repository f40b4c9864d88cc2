"""When a message may be sent to its reader: within working hours, never on a day off, not during a pause."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, or_, true, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import (
    DaysOff,
    Hours,
    is_working,
    local,
    morning,
    next_working,
    to_utc,
    workday,
    working_days_after,
)
from bot.domain.day_starts import DayStarts
from bot.domain.messages.registry import FROM_HR, WAITING, kind_of
from bot.domain.messages.sessions import ReminderMessage
from bot.domain.working_time import read_hours
from storage.day_messages import told_since
from storage.outbox import PERHAPS_POSTED
from storage.queries import addressee_of, person_of
from storage.tables import Outbox, OutboxState, Pair, Participant, ParticipantState, Person, Programme, ProgrammeState
from storage.unit_of_work import UnitOfWork

ASK_AGAIN = timedelta(hours=4)
"""How long until a pause is checked again: people also return before the day they named."""
URGENT = timedelta(days=2)
ONE_DAY = timedelta(days=1)
LEADING_NONE = WAITING | {ReminderMessage.kind.name}
"""Parts of a day that no other part waits for. The reminder is mostly dropped: the material has said the same."""
AT_OPENING = DayStarts()
OVERLAP_WITHIN = timedelta(days=14)
"""How far to search for an hour that two people share."""


def hours_of(person: Person) -> Hours:
    """A person's working hours."""
    return read_hours(
        person.zone,
        person.work_start,
        person.work_end,
        person.work_week,
        person.work_breaks,
        person.work_country,
        person.days_away,
    )


def is_away(person: Person, now: datetime) -> bool:
    """Whether a person is away today, as they said."""
    if not person.days_away:
        return False
    today = local(now, person.zone).date()
    return any(first <= today <= last for first, last in hours_of(person).away)


def back_since(person: Person, now: datetime) -> list[datetime]:
    """The ends of a person's days away, the first of which has come: `now` for those that last."""
    if not person.days_away:
        return []
    hours = hours_of(person)
    ends = [
        (to_utc(first, time(), hours.zone), to_utc(last + ONE_DAY, time(), hours.zone)) for first, last in hours.away
    ]
    return [min(end, now) for begins, end in ends if begins <= now]


def own_days_off(person: Person, programme: Programme) -> DaysOff:
    """The days on which a person does not work: as `days_off`, by their own working time."""
    return hours_of(person).own(days_off(programme))


def office_hours(programme: Programme) -> Hours:
    """When a channel is written to: 09:00-17:00 in the programme's zone."""
    return Hours(programme.zone)


def days_off(programme: Programme | None) -> DaysOff:
    """Weekends, the programme's public holidays and joint leave, and what HR added and removed."""
    if programme is None:
        return DaysOff()
    joint_leave = programme.joint_leave or programme.state == ProgrammeState.RECRUITING
    return DaysOff(programme.country, _days(programme.days_added), _days(programme.days_removed), joint_leave)


async def next_delivery_time(work: UnitOfWork, row: Outbox, day_starts: DayStarts | None = AT_OPENING) -> datetime:
    """The first moment from `work.now` on at which the message of `row` may be sent to its reader.

    A day's message is sent some time after its opening, which `day_starts` tells: jobs that are due at the opening have
    run by then. None: there are no such messages, and each is sent when it is due.
    """
    if row.person_id is not None:
        known = work.readers.addressees.get(row.id) if work.readers else None
        reader = known or await addressee_of(work.session, row)
        if reader is None:
            return work.now
        hours, off = hours_of(reader.person), days_off(reader.programme)
        held = max(_after_pause(row, reader.participant, work.now), _held(row, reader.programme, work.now))
        moment = next_working(held, hours, off)
        if _hears_from_hr(work, row) and await makes_way(work.session, row, moment, hours, off):
            return _next_start(workday(moment, hours, off), hours, off)
        if not row.daily or day_starts is None:
            return moment
        wait = day_starts.of(row.team_id)
        moment = await _with_the_day(work, row, moment, hours, off, wait)
        if moment <= work.now and await _waits_for_others(work, row, hours, off):
            return _next_start(workday(work.now, hours, off), hours, off) + wait
        return moment
    programme = await work.session.get(Programme, row.programme_id) if row.programme_id else None
    if row.pair_id is not None:
        return await _for_pair(work, row.pair_id, days_off(programme), _held(row, programme, work.now))
    return next_working(work.now, office_hours(programme), days_off(programme)) if programme else work.now


async def _with_the_day(
    work: UnitOfWork, row: Outbox, moment: datetime, hours: Hours, off: DaysOff, wait: timedelta
) -> datetime:
    """When the part of a day may be sent: at the start of a day, with everything else that is due by then.

    What falls due after the start waits for the next day, unless it would be too late by then.
    """
    day = workday(moment, hours, off)
    start = morning(day, hours, off) + wait
    fell_due = row.planned_at or row.due_at
    if moment > work.now or work.now < start:
        in_time = moment <= start or is_urgent(row, moment, hours, off)
        return max(moment, start) if in_time else _next_start(day, hours, off) + wait
    told = row.person_id is not None and await _told_since(work, row.person_id, start)
    if is_urgent(row, work.now, hours, off) or (fell_due <= start and not told):
        return work.now
    return _next_start(day, hours, off) + wait


def _hears_from_hr(work: UnitOfWork, row: Outbox) -> bool:
    """Whether HR itself may write to the reader of `row` on the day: for most that is known not to be."""
    return work.readers is None or row.person_id in work.readers.hear_from_hr


async def _told_since(work: UnitOfWork, person_id: int, moment: datetime) -> bool:
    """`told_since`, of `moment` today."""
    if work.readers is None:
        return await told_since(work.session, person_id, moment)
    told_at = work.readers.told_at.get(person_id)
    return told_at is not None and told_at >= moment


async def _waits_for_others(work: UnitOfWork, row: Outbox, hours: Hours, off: DaysOff) -> bool:
    """Whether the part of a day waits for a later day's message, as the patience of its kind allows: there is no other
    part today that does not wait."""
    patience = kind_of(row.kind).patience
    if not patience or is_urgent(row, work.now, hours, off):
        return False
    planned = workday(next_working(row.planned_at or row.due_at, hours, off), hours, off)
    if workday(work.now, hours, off) >= working_days_after(planned, patience, hours.own(off)):
        return False
    others = select(Outbox.id).where(
        Outbox.person_id == row.person_id,
        col(Outbox.state) == OutboxState.PENDING,
        col(Outbox.daily),
        col(Outbox.due_at) <= work.now,
        col(Outbox.kind).not_in(LEADING_NONE),
    )
    return (await work.session.exec(others.limit(1))).first() is None


def _next_start(day: date, hours: Hours, off: DaysOff) -> datetime:
    return morning(working_days_after(day, 1, hours.own(off)), hours, off)


async def look_again(work: UnitOfWork, whose: ColumnElement[bool]) -> None:
    """Working hours or days off changed: delivery computes the time of the messages of `whose` that wait for them."""
    waits = (
        whose,
        col(Outbox.state) == OutboxState.PENDING,
        col(Outbox.keeps_hours).is_(True),
        col(Outbox.due_at) > work.now,
        # Messages planned for a later day stay unchanged.
        or_(col(Outbox.planned_at).is_(None), col(Outbox.planned_at) <= work.now),
    )
    await work.session.exec(update(Outbox).where(*waits).values(due_at=work.now))
    work.deliver_at_once()


async def makes_way(session: AsyncSession, row: Outbox, moment: datetime, hours: Hours, off: DaysOff) -> bool:
    """Whether a message waits for the next day because of another one that HR writes to its reader on this day.

    HR's own message: people get one of these a day. A prompt: it waits once, on the first day that suits its reader.
    """
    kind, zone = kind_of(row.kind), hours.zone
    day = local(moment, zone).date()
    if kind.displaces:
        earlier: ColumnElement[bool] = col(Outbox.id) < row.id
    elif kind.reminds and not is_urgent(row, moment, hours, off):
        if local(next_working(row.planned_at or row.due_at, hours, off), zone).date() < day:
            return False
        earlier = true()
    else:
        return False
    midnight = to_utc(day, time(), zone)
    waits = and_(col(Outbox.state) == OutboxState.PENDING, col(Outbox.due_at) < midnight + ONE_DAY)
    sent = and_(col(Outbox.state).in_((OutboxState.SENT, *PERHAPS_POSTED)), col(Outbox.started_at) >= midnight)
    from_hr = select(Outbox.id).where(
        Outbox.person_id == row.person_id, col(Outbox.kind).in_(FROM_HR), Outbox.id != row.id
    )
    found = from_hr.where(or_(sent, and_(earlier, waits))).limit(1)
    return (await session.exec(found)).first() is not None


def is_urgent(row: Outbox, now: datetime, hours: Hours, off: DaysOff) -> bool:
    """Whether the part of a day does not wait for the one of its reader's next day: it would be too late."""
    return row.expires_at is not None and cannot_wait(row.expires_at, now, hours, off)


def is_soon(moment: datetime, now: datetime) -> bool:
    """Whether a moment is within the next two days: what changes then does not wait for the next day's message."""
    return moment <= now + URGENT


def cannot_wait(moment: datetime, now: datetime, reader: Hours, off: DaysOff) -> bool:
    """Whether news about a moment would be too late, or only just in time, with the message of the reader's next day.

    So it is within two days, and up to the end of the next working day: on Friday, all of Monday.
    """
    if is_soon(moment, now):
        return True
    next_day = working_days_after(workday(now, reader, off), 1, reader.own(off))
    return workday(moment, reader, off) <= next_day


def shared_moment(after: datetime, first: Hours, second: Hours, off: DaysOff) -> datetime:
    """The first moment from `after` on at which both work; if their hours never overlap, in the first person's."""
    moment = next_working(after, first, off)
    # Each step moves to the next opening of one of them, so no shared moment is skipped.
    while moment < after + OVERLAP_WITHIN:
        if is_working(moment, second, off):
            return moment
        moment = next_working(next_working(moment, second, off), first, off)
    return next_working(after, first, off)


def _held(row: Outbox, programme: Programme | None, now: datetime) -> datetime:
    """While a programme is paused for all, its people get only what goes to anybody, such as concerns."""
    until = programme.paused_until if programme else None
    return now if until is None or kind_of(row.kind).to_anybody else max(until, now)


async def _for_pair(work: UnitOfWork, pair_id: int, off: DaysOff, held: datetime) -> datetime:
    pair = await work.session.get(Pair, pair_id)
    if pair is None:
        return work.now
    mentor, leader = [await person_of(work.session, one) for one in (pair.mentor_id, pair.leader_id)]
    statement = select(Participant).where(
        (Participant.id == pair.mentor_id) | (Participant.id == pair.leader_id),
        Participant.state == ParticipantState.PAUSED,
    )
    after = max([held, *(_end(one, work.now) for one in (await work.session.exec(statement)).all())])
    return shared_moment(after, hours_of(mentor), hours_of(leader), off)


def _after_pause(row: Outbox, participant: Participant | None, now: datetime) -> datetime:
    paused = participant is not None and participant.state == ParticipantState.PAUSED
    return _end(participant, now) if participant and paused and not kind_of(row.kind).to_anybody else now


def _end(paused: Participant, now: datetime) -> datetime:
    """When a pause is over, or when to check again."""
    return max(min(paused.paused_until or now + ASK_AGAIN, now + ASK_AGAIN), now)


def _days(isos: list[str]) -> frozenset[date]:
    return frozenset(date.fromisoformat(one) for one in isos)
