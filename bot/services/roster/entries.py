"""A programme's own roster data: who manages whom, and HR's data about each person."""

from sqlalchemy import insert, literal
from sqlalchemy import select as select_columns
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from storage.tables import ManagerSource, RosterEntry, RosterLevel
from storage.unit_of_work import UnitOfWork

INHERITED = (
    "team_id",
    "person_id",
    "manager_id",
    "manager_known",
    "manager_source",
    "appraiser_id",
    "department",
    "level",
    "started_on",
    "listed_at",
    "at",
)
"""The columns that a cohort copies from its predecessor's entries."""
LEVELS_INHERITED = ("team_id", "title", "level", "at")
"""The same of the levels of job titles."""


def with_known_manager(programme_id: int) -> SelectOfScalar[int]:
    """Ids of the persons whose manager this programme knows, or knows that they have none."""
    return select(RosterEntry.person_id).where(
        RosterEntry.programme_id == programme_id, col(RosterEntry.manager_known).is_(True)
    )


async def entry_of(session: AsyncSession, programme_id: int, person_id: int) -> RosterEntry | None:
    """The programme's data about one person."""
    statement = select(RosterEntry).where(RosterEntry.programme_id == programme_id, RosterEntry.person_id == person_id)
    return (await session.exec(statement)).first()


async def set_manager(
    work: UnitOfWork, team_id: str, programme_id: int, person_id: int, manager_id: int | None, source: ManagerSource
) -> None:
    """Store a person's manager in one programme; None for no manager."""
    entry = await entry_of(work.session, programme_id, person_id)
    if entry is None:
        entry = RosterEntry(team_id=team_id, programme_id=programme_id, person_id=person_id, at=work.now)
        work.session.add(entry)
    entry.manager_id, entry.manager_known, entry.manager_source, entry.at = manager_id, True, source, work.now


async def manager_said_by(session: AsyncSession, person_id: int, but_for: int) -> RosterEntry | None:
    """The newest entry in which a person themselves named their manager, in a programme other than `but_for`."""
    statement = select(RosterEntry).where(
        RosterEntry.person_id == person_id,
        RosterEntry.programme_id != but_for,
        col(RosterEntry.manager_known).is_(True),
        RosterEntry.manager_source == ManagerSource.PERSON,
    )
    return (await session.exec(statement.order_by(col(RosterEntry.at).desc(), col(RosterEntry.id).desc()))).first()


async def inherit(session: AsyncSession, programme_id: int, from_programme: int) -> None:
    """Copy the predecessor's entries to a programme that has none yet."""
    columns = [col(getattr(RosterEntry, name)) for name in INHERITED]
    source = select_columns(*columns, literal(programme_id)).where(col(RosterEntry.programme_id) == from_programme)
    await session.exec(insert(RosterEntry).from_select([*INHERITED, "programme_id"], source))
    titles = [col(getattr(RosterLevel, name)) for name in LEVELS_INHERITED]
    mapped = select_columns(*titles, literal(programme_id)).where(col(RosterLevel.programme_id) == from_programme)
    await session.exec(insert(RosterLevel).from_select([*LEVELS_INHERITED, "programme_id"], mapped))
