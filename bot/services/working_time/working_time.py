"""A person reads and changes their working time. It is theirs in all programmes, and nobody else reads it."""

from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import Shift, local
from bot.domain.working_time import (
    PRESETS,
    Away,
    Breaks,
    Week,
    WorkingTime,
    add_away,
    check_breaks,
    check_week,
    read,
    write_away,
    write_breaks,
    write_week,
)
from bot.services.caller import Caller, Rejected
from bot.services.pair_context import Meeting
from bot.services.sessions.out_of_hours import newly_out_of_hours
from bot.services.sessions.schedule import recompute_for_person
from bot.services.sessions.suggestions import Offer, offer_times
from bot.services.working_hours import hours_of, look_again
from storage.queries import person_by_slack
from storage.tables import (
    NOT_TAKING_PART,
    Outbox,
    Participant,
    Person,
    Programme,
    ProgrammeState,
)
from storage.unit_of_work import Store, UnitOfWork

MOST_MOVED = 5
"""So many sessions are shown after a change."""


@dataclass(frozen=True)
class Mine:
    """A person's working time. `countries`: of their programmes, the newest first; their holidays by default."""

    person: Person
    time: WorkingTime
    countries: tuple[str, ...]
    today: date
    moved: tuple[Offer, ...] = ()
    """The booked sessions that the change put outside of it, with times to move the first ones to."""

    @property
    def country(self) -> str:
        """Whose holidays they have in most of what they read here."""
        return self.countries[0] if self.time.country is None else self.time.country


async def read_mine(store: Store, caller: Caller) -> Mine:
    """The caller's working time. Raises `Rejected`: unknown_person."""
    async with store.read(caller.now) as work:
        person = await person_by_slack(work.session, caller.team_id, caller.slack_id)
        if person is None:
            raise Rejected("unknown_person")
        return await _mine(work, person)


async def choose_preset(store: Store, caller: Caller, name: str) -> Mine:
    """Usual hours in one tap: the days as usual in the country, the rest as it was. Raises `Rejected`: outdated,
    unknown_person."""
    if name not in PRESETS:
        raise Rejected("outdated")
    async with store.write(caller.now, receipt=caller.signed) as work:
        person = await _locked(work, caller)
        return await _changed(work, person, with_preset(time_of(person), name))


def with_preset(now: WorkingTime, name: str) -> WorkingTime:
    """The same with other usual hours."""
    return replace(now, usual=PRESETS[name], week=())


async def set_hours(
    store: Store, caller: Caller, week: Week, breaks: Breaks | None, country: str | None, usual: Shift | None = None
) -> Mine:
    """Set days and hours, breaks and country. `usual`: the same on the usual working days of the country.

    Raises `InvalidTime`; `Rejected`: unknown_person.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        person = await _locked(work, caller)
        now = time_of(person)
        new = replace(now, breaks=check_breaks(breaks) if breaks else None, country=country)
        if usual is None:
            check_week(week)
            worked = [shift for shift in week if shift]
            new = replace(new, week=week, usual=max(worked, key=worked.count))
        else:
            check_week((usual,) * 7)
            new = replace(new, week=(), usual=usual)
        return await _changed(work, person, new)


async def set_week(store: Store, caller: Caller, week: Week) -> Mine:
    """Set the hours of each day, the rest as it was. Raises as `set_hours`."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        person = await _locked(work, caller)
        worked = [shift for shift in check_week(week) if shift]
        return await _changed(work, person, replace(time_of(person), week=week, usual=max(worked, key=worked.count)))


async def be_away(store: Store, caller: Caller, first: date, last: date) -> Mine:
    """Add days away. Raises `InvalidTime`; `Rejected`: unknown_person."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        person = await _locked(work, caller)
        now, today = time_of(person), local(work.now, person.zone).date()
        return await _changed(work, person, replace(now, away=add_away(now.away, first, last, today)))


async def cancel_away(store: Store, caller: Caller, away: Away) -> Mine:
    """They are there after all. Cancelling twice has no further effect. Raises `Rejected`: unknown_person."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        person = await _locked(work, caller)
        return await _changed(work, person, time_of(person).without(away))


def time_of(person: Person) -> WorkingTime:
    """A person's working time as it is stored."""
    columns = person.work_week, person.work_breaks, person.work_country, person.days_away
    return read(person.work_start, person.work_end, *columns)


async def change_time(work: UnitOfWork, person: Person, new: WorkingTime) -> list[Meeting]:
    """Store a person's working time, and let everything that follows it be computed again.

    Returns the booked sessions that it puts outside of it.
    """
    before = hours_of(person)
    new = new.current(local(work.now, person.zone).date())
    start, end = new.usual
    person.work_start, person.work_end = f"{start:%H:%M}", f"{end:%H:%M}"
    person.work_week, person.work_breaks = write_week(new.week), write_breaks(new.breaks)
    person.work_country, person.days_away = new.country, write_away(new.away)
    await work.session.flush()
    if hours_of(person) == before:
        return []
    await recompute_for_person(work, person)
    await look_again(work, col(Outbox.person_id) == person.id)
    return await newly_out_of_hours(work, person, before)


async def _changed(work: UnitOfWork, person: Person, new: WorkingTime) -> Mine:
    moved = await change_time(work, person, new)
    offers = [await offer_times(work.session, one, one.side_of(person.id), work.now) for one in moved[:MOST_MOVED]]
    mine = await _mine(work, person)
    await work.commit()
    return replace(mine, moved=tuple(offers))


async def _mine(work: UnitOfWork, person: Person) -> Mine:
    today = local(work.now, person.zone).date()
    return Mine(person, time_of(person).current(today), await _countries(work.session, person), today)


async def _countries(session: AsyncSession, person: Person) -> tuple[str, ...]:
    statement = (
        select(Programme.country)
        .join(Participant, col(Participant.programme_id) == col(Programme.id))
        .where(
            Participant.person_id == person.id,
            col(Participant.state).not_in(NOT_TAKING_PART),
            Programme.state != ProgrammeState.CLOSED,
        )
        .order_by(col(Programme.id).desc())
    )
    found = (await session.exec(statement)).all()
    return tuple(dict.fromkeys(found)) or (Programme.model_fields["country"].default,)


async def _locked(work: UnitOfWork, caller: Caller) -> Person:
    person = await person_by_slack(work.session, caller.team_id, caller.slack_id, lock=True)
    if person is None:
        raise Rejected("unknown_person")
    return person
