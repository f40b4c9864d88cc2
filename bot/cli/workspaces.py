"""`python -m bot workspaces`: lists those that installed the app, and deletes the data of one that removed it."""

from datetime import datetime

from sqlmodel import col, select

from bot.cli.common import CannotGoOn
from bot.cli.database import migrated_engine
from bot.clock import SystemClock
from storage.purge import purge
from storage.tables import Workspace, WorkspaceState
from storage.unit_of_work import Store

HEADINGS = ("ID", "STATE", "SINCE", "DELETED ON", "NAME")


async def run(url: str, purged: str | None = None) -> str:
    """The table, or what was done to the workspace `purged`. Raises `CannotGoOn`."""
    async with migrated_engine(url) as engine:
        store = Store(engine)
        now = await store.now(SystemClock())
        if purged:
            await delete_now(store, now, purged)
            return f"Everything of {purged} is deleted."
        workspaces = await known(store, now)
        return table(workspaces) if workspaces else "No workspace has installed the app."


async def known(store: Store, now: datetime) -> list[Workspace]:
    """All workspaces and organisations of mode many, by their ids."""
    async with store.read(now) as work:
        return list((await work.session.exec(select(Workspace).order_by(col(Workspace.team_id)))).all())


def table(workspaces: list[Workspace]) -> str:
    """One line each; times in UTC."""
    rows = [HEADINGS, *map(_row, workspaces)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS) - 1)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]) for row in rows
    )


def _row(one: Workspace) -> tuple[str, ...]:
    since = one.ended_at or one.installed_at
    deleted = f"{one.purge_at:%Y-%m-%d}" if one.purge_at else "-"
    return one.team_id, one.state.value, f"{since:%Y-%m-%d %H:%M}", deleted, one.name or "-"


async def delete_now(store: Store, now: datetime, team_id: str) -> None:
    """Delete everything of a workspace that removed the app. Raises `CannotGoOn`: unknown, or still installed."""
    async with store.write(now) as work:
        workspace = await work.session.get(Workspace, team_id, with_for_update=True)
        if workspace is None:
            raise CannotGoOn(f"{team_id} is not known: `workspaces` lists all")
        if workspace.state is WorkspaceState.INSTALLED:
            raise CannotGoOn(f"{team_id} has the app: have it removed there first")
        await purge(work.session, team_id)
        await work.commit()
