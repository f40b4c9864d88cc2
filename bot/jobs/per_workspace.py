"""Jobs that call Slack: an item of each workspace in turn, so that one workspace's trouble delays no other."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from bot.clock import TimeLimits
from bot.workspaces.current import in_workspace
from storage.deadlines import LONGEST_TURN, is_over
from storage.unit_of_work import Store

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Workspaces for which one job works at the same time."""
PATIENCE = 4.0
"""Seconds after which a job of mode many no longer waits for a workspace. The work there continues, and the job's next
run leaves that workspace out."""

Work = Callable[[str], Awaitable[int]]
"""Does what is due in a workspace; how much that was."""
Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]
"""Runs a coroutine in the background, until the bot stops."""


async def due_in(store: Store, now: datetime, table: Any, column: Any, *where: Any) -> list[str]:
    """The workspaces in which the work of a job is due; those without any cost nothing."""
    due = select(table.team_id).where(is_over(column, now, LONGEST_TURN), *where)
    async with store.read(now) as work:
        return list((await work.session.exec(due.distinct().order_by(col(table.team_id)))).all())


@dataclass
class PerWorkspace:
    """The work of one job."""

    spawn: Spawn = asyncio.create_task
    limits: TimeLimits = field(default_factory=TimeLimits)
    many: bool = False
    """Mode many. In mode one nothing else has to wait."""
    _under_way: dict[str, asyncio.Task[None]] = field(default_factory=dict, init=False)
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE), init=False)

    async def each(self, team_ids: Sequence[str], work: Work) -> int:
        """Do `work` for each of the workspaces, unless it is still under way there; how much was done.

        Raises what `work` raises; what it raises later is logged.
        """
        if not self.many:
            return sum([await self._in_turn(team_id, work) for team_id in team_ids])
        results: list[int] = []
        failures: list[Exception] = []
        tasks = {
            team_id: self.spawn(self._work(team_id, work, results, failures))
            for team_id in team_ids
            if team_id not in self._under_way
        }
        if tasks:
            self._under_way |= tasks
            await asyncio.wait(tasks.values(), timeout=self.limits.seconds(PATIENCE))
        if failures:
            raise failures[0]
        return sum(results)

    @staticmethod
    async def _in_turn(team_id: str, work: Work) -> int:
        with in_workspace(team_id):
            return await work(team_id)

    async def _work(self, team_id: str, work: Work, results: list[int], failures: list[Exception]) -> None:
        try:
            async with self._places:
                results.append(await self._in_turn(team_id, work))
        except Exception as error:  # a failure in one workspace must not stop the others
            log.exception("a job failed in workspace %s", team_id)
            failures.append(error)
        finally:
            del self._under_way[team_id]
