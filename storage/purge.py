"""Deletes everything that the database holds about one workspace."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, and_, delete, or_, select, update
from sqlmodel import SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import tables  # noqa: F401  fills the metadata
from storage.tables import BusyCalendar, CalendarSlot, SlackBot, Workspace

OF_NO_WORKSPACE = ("databasemark", "oauthstate")
"""Tables whose rows belong to no workspace."""


AFTER_RESTORING = timedelta(days=7)
"""How long after a backup was restored nothing is deleted: a workspace may have installed the app again since."""


async def postpone_purges(session: AsyncSession, now: datetime) -> None:
    """After a backup was restored: keep the data of workspaces that had removed the app by then for a while."""
    until = now + AFTER_RESTORING
    await session.exec(update(Workspace).where(col(Workspace.purge_at) < until).values(purge_at=until))


async def purge(session: AsyncSession, team_id: str) -> None:
    """Delete every row of a workspace, and the workspace itself. Do not use rows that were read before."""
    await session.flush()
    for table in reversed(SQLModel.metadata.sorted_tables):  # rows before those that they refer to
        if table.name not in (*OF_NO_WORKSPACE, CalendarSlot.__tablename__):
            await session.exec(delete(table).where(_of(table, team_id)))
    # Hosts of calendars that no workspace uses any more: they may be a company's own.
    used = select(col(BusyCalendar.host))
    await session.exec(delete(CalendarSlot).where(col(CalendarSlot.host).not_in(used)))


def _of(table: Table, team_id: str) -> ColumnElement[bool]:
    columns = table.c
    if table.name == SlackBot.__tablename__:  # it has the workspace's own id, which an org-wide installation lacks
        of_org = and_(columns.is_enterprise_install, columns.enterprise_id == team_id)
        return or_(columns.team_id == team_id, of_org)
    return columns.team_id == team_id
