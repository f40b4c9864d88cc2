"""Nominations as HR and the nominee read them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.invitations import InvitationState
from bot.services.caller import HrCaller
from bot.services.invitations.states import invitations_of
from storage.tables import Invitation, Nomination, Person, Programme
from storage.unit_of_work import Store

NOMINATOR = aliased(Person)


@dataclass(frozen=True)
class Nominated:
    """A nomination with both people; `state` of the nominee's invitation, only in HR's list."""

    nomination: Nomination
    person: Person
    nominator: Person
    state: InvitationState = InvitationState.JOINED


@dataclass(frozen=True)
class NominationPage:
    """A page of HR's list, and how many nominations there are."""

    programme: Programme
    rows: tuple[Nominated, ...]
    count: int
    page: int = 0


async def nominations_of(session: AsyncSession, programme_id: int, *only: ColumnElement[bool]) -> list[Nominated]:
    """Those of a programme that meet the conditions, by the nominee's name."""
    statement = (
        select(Nomination, Person, NOMINATOR)
        .join(Person, col(Person.id) == col(Nomination.person_id))
        .join(NOMINATOR, col(NOMINATOR.id) == col(Nomination.nominator_id))
        .where(Nomination.programme_id == programme_id, *only)
        .order_by(func.lower(col(Person.name)), col(Person.id), col(Nomination.id))
    )
    return [Nominated(*row) for row in (await session.exec(statement)).all()]


async def nominations_of_person(session: AsyncSession, programme_id: int, person_id: int) -> list[Nominated]:
    return await nominations_of(session, programme_id, col(Nomination.person_id) == person_id)


async def read_nominations(store: Store, hr: HrCaller, person_id: int) -> list[Nominated]:
    """What HR reads about one person."""
    async with store.read(hr.now) as work:
        return await nominations_of_person(work.session, hr.programme_id, person_id)


async def with_states(session: AsyncSession, programme_id: int, rows: Sequence[Nominated]) -> list[Nominated]:
    """With where each nominee's invitation is. Who has none had signed up before they were nominated."""
    people = {one.person.id for one in rows}
    invited = await invitations_of(session, programme_id, col(Invitation.person_id).in_(people))
    states = {one.person.id: one.state for one in invited}
    return [
        Nominated(one.nomination, one.person, one.nominator, states.get(one.person.id, InvitationState.JOINED))
        for one in rows
    ]


async def list_nominations(store: Store, hr: HrCaller, page: int, a_page: int) -> NominationPage:
    """The page that HR asks for, or the last one."""
    async with store.read(hr.now) as work:
        programme = await work.session.get_one(Programme, hr.programme_id)
        rows = await nominations_of(work.session, programme.id)
        page = min(page, max(0, len(rows) - 1) // a_page)
        shown = await with_states(work.session, programme.id, rows[page * a_page : (page + 1) * a_page])
    return NominationPage(programme, tuple(shown), len(rows), page)
