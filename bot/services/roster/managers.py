"""HR names the managers of people who did not do so themselves: without a known manager nobody is matched."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller, Rejected
from bot.services.participants.members import Member, members
from bot.services.roster.entries import set_manager, with_known_manager
from storage.queries import person_by_slack
from storage.tables import ManagerSource, Participant, ParticipantState, Person
from storage.unit_of_work import Store


@dataclass(frozen=True)
class Manager:
    """HR's answer about one person: the manager's Slack id, or None for "has none" (or: match them anyway)."""

    slack_id: str | None


async def without_manager(store: Store, hr: HrCaller) -> list[Member]:
    """The active participants whose manager is unknown, in the order of joining.

    Raises `Rejected`: programme_ended.
    """
    async with store.read(hr.now) as work:
        programme = await open_programme(work.session, hr)
        people = (await work.session.exec(_missing(programme.id))).all()
        theirs = (col(Participant.programme_id) == programme.id) & col(Participant.person_id).in_(
            [one.id for one in people]
        )
        by_person = {one.person.id: one for one in (await members(work.session, theirs)).values()}
        return [by_person[one.id] for one in people]


async def number_without_manager(session: AsyncSession, programme_id: int) -> int:
    """How many active participants cannot be matched because their manager is unknown."""
    rows = _missing(programme_id).order_by(None).subquery()
    return (await session.exec(select(func.count()).select_from(rows))).one()


async def fill_managers(store: Store, hr: HrCaller, said: Mapping[int, Manager]) -> int:
    """Store HR's answers, by the ids of persons; how many changed.

    People whose manager is known by now, or who belong to no programme of HR's, are left unchanged.
    Managers have to be stored already (`Directory.person`). Raises `Rejected`: programme_ended, unknown_person.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        waiting = (await work.session.exec(_missing(programme.id))).all()
        filled = 0
        for person in waiting:
            manager = said.get(person.id)
            if manager is None:
                continue
            boss = await person_by_slack(work.session, hr.team_id, manager.slack_id) if manager.slack_id else None
            if (manager.slack_id and boss is None) or (boss and boss.id == person.id):
                raise Rejected("unknown_person")
            boss_id = boss.id if boss else None
            await set_manager(work, hr.team_id, hr.programme_id, person.id, boss_id, ManagerSource.HR)
            details = {"person": person.id, "manager": boss_id}
            await audit(work, hr, "manager_filled" if boss else "manager_waived", details)
            filled += 1
        await work.commit()
    return filled


def _missing(programme_id: int) -> SelectOfScalar[Person]:
    return (
        select(Person)
        .join(Participant, col(Participant.person_id) == col(Person.id))
        .where(
            Participant.programme_id == programme_id,
            Participant.state == ParticipantState.ACTIVE,
            col(Person.active).is_(True),
            col(Person.id).not_in(with_known_manager(programme_id)),
        )
        .order_by(col(Participant.id))
    )
