"""HR's calendar: days off beside the public holidays, and holidays on which people work. Due work is moved."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import col

from bot.domain.calendar import DaysOff, Hours, local, named_holidays, workday
from bot.domain.messages.programme import SessionDayOffMessage
from bot.domain.sessions import Side
from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller
from bot.services.insight.summary import next_weekly
from bot.services.pair_context import COUPLE, Meeting, around_pairs
from bot.services.programme.end import ends_at, last_day
from bot.services.sessions.schedule import recompute_for_programme
from bot.services.working_hours import days_off, look_again
from storage.outbox import Outgoing, outgoing
from storage.tables import MentoringSession, Outbox, Pair, PairState, Programme, SessionState
from storage.unit_of_work import Store, UnitOfWork

LONGEST = timedelta(days=31)
"""How many consecutive days HR can add at once."""
AHEAD = timedelta(days=400)


@dataclass(frozen=True)
class Day:
    """A day off. `name` is the public holiday's; "" for one that HR added."""

    day: date
    name: str


@dataclass(frozen=True)
class Calendar:
    """The coming days off, and public holidays on which people work."""

    programme: Programme
    off: list[Day]
    worked: list[Day]


def during(programme: Programme, language: str) -> list[Day]:
    """The days off from the start of a programme to its end, weekends left out, in order."""
    first, last = programme.starts_on, last_day(programme)
    off = days_off(programme)
    named = named_holidays(programme.country, first, last, language)
    names = {**{day: "" for day in off.added if first <= day <= last}, **named}
    return [Day(day, names[day]) for day in sorted(names) if off.is_off(day)]


async def calendar_of(store: Store, hr: HrCaller, language: str) -> Calendar:
    """The programme's days from today to its end. Raises `Rejected`: programme_ended."""
    async with store.read(hr.now) as work:
        programme = await open_programme(work.session, hr)
        today = local(hr.now, programme.zone).date()
        last = max(local(ends_at(programme), programme.zone).date(), today + timedelta(days=90))
        named = named_holidays(programme.country, today, min(last, today + AHEAD), language)
        off = days_off(programme)
        names = {**{day: "" for day in off.added if day >= today}, **named}
        return Calendar(
            programme,
            [Day(day, names[day]) for day in sorted(names) if off.is_off(day)],
            [Day(day, names[day]) for day in sorted(names) if not off.is_off(day)],
        )


async def change(
    store: Store, hr: HrCaller, added: list[date], worked: list[date], country: str | None = None
) -> Programme:
    """Change days off and working days, and the country of public holidays, for everyone who chose none of their own.

    People with a session on a new day off are notified once.

    Raises `Rejected`: programme_ended.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        was = off = days_off(programme)
        if country is not None and country != programme.country:
            programme.country, programme.joint_leave = country, True
            off = days_off(programme)
        new = {day for day in added if not off.is_off(day)}
        programme.days_added = _isos((off.added | new) - set(worked))
        programme.days_removed = _isos((off.removed | (set(worked) - off.added)) - set(added))
        told = {"country": programme.country} if was.country != programme.country else {}
        await audit(work, hr, "days_off", {"added": _isos(new), "worked": _isos(set(worked)), **told})
        programme.next_summary_at = next_weekly(programme, work.now)
        await work.session.flush()
        await recompute_for_programme(work, programme.id)
        await look_again(work, col(Outbox.programme_id) == programme.id)
        await _tell(work, programme, was)
        await work.commit()
    return programme


async def _tell(work: UnitOfWork, programme: Programme, was: DaysOff) -> None:
    """Sessions keep their time, which the two agreed on; but both are notified that the day is off now."""
    now = days_off(programme)
    if now == was:
        return
    booked = around_pairs(*COUPLE, MentoringSession).join(
        MentoringSession, col(MentoringSession.pair_id) == col(Pair.id)
    )
    booked = booked.where(
        Pair.programme_id == programme.id,
        col(Pair.state) == PairState.ACTIVE,
        col(MentoringSession.state) == SessionState.BOOKED,
        col(MentoringSession.starts_at) > work.now,
    )
    messages: list[Outgoing] = []
    for row in (await work.session.exec(booked)).all():
        messages += _messages(Meeting(*row), was, now)
    await work.send_all(messages)


def _messages(meeting: Meeting, was: DaysOff, now: DaysOff) -> list[Outgoing]:
    starts_at = meeting.session.starts_at
    if starts_at is None or not any(_is_new(starts_at, hours, was, now) for hours in meeting.hours.values()):
        return []
    message, programme = SessionDayOffMessage(meeting.session.id, starts_at), meeting.programme
    return [
        outgoing(
            message,
            programme.team_id,
            programme.id,
            person_id=meeting.person(side).id,
            expires_at=starts_at,
        )
        for side in Side
    ]


def _is_new(starts_at: datetime, hours: Hours, was: DaysOff, now: DaysOff) -> bool:
    """Whether the day of a session is off since the change, for a person with these hours."""
    day = workday(starts_at, hours, was)
    return hours.own(now).is_off(day) and not hours.own(was).is_off(day)


def _isos(days: set[date] | frozenset[date]) -> list[str]:
    return sorted(day.isoformat() for day in days)
