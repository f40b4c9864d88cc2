"""How a programme of HR's is: its numbers, what HR has to do, its next date. For Home and for the overview."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import and_, func, or_
from sqlmodel import col, select

from bot.domain.calendar import local
from bot.services.caller import Caller
from bot.services.care.contacts import NamedContact, named_contacts
from bot.services.programme.end import last_day
from bot.services.programme.next_actions import NextActions, read_next_actions
from storage.tables import (
    NOT_TAKING_PART,
    Draft,
    DraftState,
    MentoringSession,
    Pair,
    PairState,
    Participant,
    Programme,
    ProgrammeState,
    SessionState,
)
from storage.unit_of_work import Store, UnitOfWork


class DateKind(StrEnum):
    """A date of a programme, as in `programme.overview.next`; of those on one day, the first one here is named."""

    CONTINUES = "continues"  # after HR's pause for everyone
    RELEASE = "release"  # at the time that HR chose
    SIGN_UP = "sign_up"  # the last day on which people can join
    BEGINS = "begins"
    ENDS = "ends"


@dataclass(frozen=True)
class HrPart:
    """A programme that the person runs."""

    programme: Programme
    people: int
    pairs: int
    held: int
    planned: int
    next: NextActions
    contacts: tuple[NamedContact, ...] = ()


@dataclass(frozen=True)
class OverviewRow:
    """One programme of the overview; `date` is its next one, if it has any."""

    part: HrPart
    today: date
    date: tuple[DateKind, date] | None


@dataclass(frozen=True)
class Overview:
    """One page, of `count` programmes."""

    rows: Sequence[OverviewRow]
    page: int
    count: int


async def read_overview(
    store: Store, caller: Caller, programmes: Sequence[Programme], page: int, a_page: int
) -> Overview:
    """One page of `programmes`, of which the caller is HR; the last one if there are fewer."""
    page = min(page, max(len(programmes) - 1, 0) // a_page)
    shown = programmes[page * a_page : (page + 1) * a_page]
    async with store.read(caller.now) as work:
        rows = [await _row(work, one) for one in shown]
    return Overview(rows, page, len(programmes))


async def _row(work: UnitOfWork, programme: Programme) -> OverviewRow:
    today = local(work.now, programme.zone).date()
    return OverviewRow(await read_hr_part(work, programme), today, await _next_date(work, programme, today))


async def _next_date(work: UnitOfWork, programme: Programme, today: date) -> tuple[DateKind, date] | None:
    if programme.state == ProgrammeState.CLOSED:
        return None
    planned = select(func.min(col(Draft.release_at))).where(
        Draft.programme_id == programme.id, Draft.state == DraftState.OPEN, col(Draft.release_at) > work.now
    )
    release = (await work.session.exec(planned)).one()
    days = {
        DateKind.CONTINUES: local(programme.paused_until, programme.zone).date() if programme.paused_until else None,
        DateKind.RELEASE: local(release, programme.zone).date() if release else None,
        DateKind.SIGN_UP: programme.sign_up_closes_on,
        DateKind.BEGINS: programme.starts_on,
        DateKind.ENDS: last_day(programme),
    }
    ahead = [(kind, day) for kind, day in days.items() if day and day >= today]
    return min(ahead, key=lambda one: one[1], default=None)


async def read_hr_part(work: UnitOfWork, programme: Programme) -> HrPart:
    session, now = work.session, work.now
    people = select(func.count()).where(
        Participant.programme_id == programme.id, col(Participant.state).not_in(NOT_TAKING_PART)
    )
    pairs = select(func.count()).where(Pair.programme_id == programme.id, Pair.state != PairState.ENDED)
    sessions = (
        select(func.count())
        .select_from(MentoringSession)
        .join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
        .where(Pair.programme_id == programme.id)
    )
    held = col(MentoringSession.state) == SessionState.HELD
    # Sessions after a pair's end do not count; the summary counts the same.
    by_now = and_(
        col(MentoringSession.closes_on) <= local(now, programme.zone).date(),
        or_(col(Pair.ended_at).is_(None), col(MentoringSession.closes_on) <= func.date(col(Pair.ended_at))),
    )
    here, paired, met, planned = [
        (await session.exec(statement)).one()
        for statement in (people, pairs, sessions.where(held), sessions.where(held | by_now))
    ]
    contacts = tuple(await named_contacts(session, programme)) if programme.state != ProgrammeState.CLOSED else ()
    return HrPart(programme, here, paired, met, planned, await read_next_actions(work, programme), contacts)
