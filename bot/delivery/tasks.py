"""Waiting for several tasks at the same time."""

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Any

from storage.workspace_shares import Shares

Tasks = set[asyncio.Task[None]]


class Attempts:
    """The attempts that are under way, counted by workspace in `shares` if there are many."""

    def __init__(self, shares: Shares | None) -> None:
        self._tasks: Tasks = set()
        self._shares = shares

    def begin(self, team_id: str, attempt: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run `attempt`, which is for a message of this workspace."""
        task = asyncio.create_task(attempt)
        self._tasks.add(task)
        if self._shares:
            self._shares.begin(team_id)
        task.add_done_callback(partial(self._end, team_id))
        return task

    async def wait(self) -> None:
        """Return once none is under way."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    def _end(self, team_id: str, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._shares:
            self._shares.end(team_id)


async def until_one_ends(running: Tasks, places: int, woken: asyncio.Event, seconds: float) -> Tasks:
    """Wait until one of `running` ends; with one of the `places` free, also until `woken` or for `seconds`.

    Returns the tasks that still run; an error in one that ended is raised.
    """
    waker = asyncio.create_task(woken.wait())
    full = len(running) >= places
    try:
        await asyncio.wait(
            running if full else {*running, waker}, timeout=None if full else seconds, return_when="FIRST_COMPLETED"
        )
    finally:
        waker.cancel()
    for task in running:
        if task.done():
            task.result()
    return {task for task in running if not task.done()}


def end_if_cancelled() -> None:
    """Raise `CancelledError` if the current task was cancelled.

    A database driver that is interrupted may raise an error of its own, so that the cancellation is lost on the way.
    """
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError


async def finish(running: Tasks, seconds: float) -> None:
    """Let `running` end within `seconds`; then cancel the rest."""
    if running:
        _, late = await asyncio.wait(running, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
