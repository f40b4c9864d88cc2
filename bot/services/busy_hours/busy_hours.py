"""A person's calendar link and its busy intervals: read, stored, deleted. What they are is seen by nobody else."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.busy_hours import HORIZON, current, read_spans, write_spans
from bot.domain.calendar import Span
from bot.services.busy_hours.nights import next_night
from bot.services.caller import Caller, Rejected
from storage.queries import person_by_slack
from storage.tables import BusyCalendar, Person
from storage.unit_of_work import Store


@dataclass(frozen=True)
class NewCalendar:
    """A link that was just read for the first time. `link` is encrypted."""

    link: str
    host: str
    etag: str
    modified: str
    digest: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class MyCalendar:
    """A person and the calendar that they connected, if they did."""

    person: Person
    calendar: BusyCalendar | None
    now: datetime

    @property
    def spans(self) -> tuple[Span, ...]:
        """The busy intervals that are not over."""
        return current(read_spans(self.calendar.busy), self.now) if self.calendar else ()


async def read_mine(store: Store, caller: Caller) -> MyCalendar:
    """The caller's calendar. Raises `Rejected`: unknown_person."""
    async with store.read(caller.now) as work:
        person = await person_by_slack(work.session, caller.team_id, caller.slack_id)
        if person is None:
            raise Rejected("unknown_person")
        return MyCalendar(person, await calendar_of(work.session, person.id), work.now)


async def connect(store: Store, caller: Caller, new: NewCalendar) -> MyCalendar:
    """Store the caller's calendar in place of any earlier one. Raises `Rejected`: unknown_person."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        person = await person_by_slack(work.session, caller.team_id, caller.slack_id, lock=True)
        if person is None:
            raise Rejected("unknown_person")
        if before := await calendar_of(work.session, person.id):
            await work.session.delete(before)
            await work.session.flush()
        calendar = BusyCalendar(
            team_id=person.team_id,
            person_id=person.id,
            link=new.link,
            host=new.host,
            zone=person.zone,
            etag=new.etag,
            modified=new.modified,
            digest=new.digest,
            busy=write_spans(new.spans),
            covers_until=work.now + HORIZON,
            added_at=work.now,
            checked_at=work.now,
            read_at=work.now,
            next_at=next_night(work.now, person),
        )
        work.session.add(calendar)
        await work.commit()
    return MyCalendar(person, calendar, caller.now)


async def disconnect(store: Store, caller: Caller) -> MyCalendar:
    """Delete the caller's link and intervals. Twice has no further effect. Raises `Rejected`: unknown_person."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        person = await person_by_slack(work.session, caller.team_id, caller.slack_id, lock=True)
        if person is None:
            raise Rejected("unknown_person")
        if calendar := await calendar_of(work.session, person.id):
            await work.session.delete(calendar)
        await work.commit()
    return MyCalendar(person, None, caller.now)


async def calendar_of(session: AsyncSession, person_id: int) -> BusyCalendar | None:
    return (await session.exec(select(BusyCalendar).where(BusyCalendar.person_id == person_id))).first()


async def busy_elsewhere(
    session: AsyncSession, person_ids: Collection[int], now: datetime
) -> dict[int, tuple[Span, ...]]:
    """The busy intervals of these people that are not over; people without a calendar are not in it."""
    statement = select(col(BusyCalendar.person_id), col(BusyCalendar.busy)).where(
        col(BusyCalendar.person_id).in_(person_ids), BusyCalendar.busy != ""
    )
    return {person_id: current(read_spans(busy), now) for person_id, busy in (await session.exec(statement)).all()}
