"""The job that deletes the data of workspaces that removed the app long ago."""

import logging
from datetime import datetime

from sqlmodel import col, select

from storage.purge import purge
from storage.tables import Workspace, WorkspaceState
from storage.unit_of_work import Store

log = logging.getLogger(__name__)


async def purge_due(store: Store, now: datetime) -> list[str]:
    """Delete all data of the workspaces whose time is over; their keys."""
    over = (col(Workspace.purge_at) <= now, col(Workspace.state) != WorkspaceState.INSTALLED)
    async with store.read(now) as work:
        due = (await work.session.exec(select(Workspace.team_id).where(*over))).all()
    purged = []
    for team_id in due:
        async with store.write(now) as work:
            # It may have been installed again since.
            statement = select(Workspace).where(Workspace.team_id == team_id, *over).with_for_update()
            if (await work.session.exec(statement)).first() is None:
                continue
            await purge(work.session, team_id)
            await work.commit()
        purged.append(team_id)
        log.warning("workspace %s: all its data was deleted, as the app was removed long ago", team_id)
    return purged
