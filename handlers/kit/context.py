"""What every listener works with."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.clock import Clock, TimeLimits
from bot.slack.directory import Directory
from bot.slack.gateway import Gateway
from prompts.catalogue import Catalogue, Texts
from storage.tables import Person
from storage.unit_of_work import Store

RunInWorker = Callable[..., Awaitable[Any]]
"""Runs a plain function in the worker process, so that clicks stay quick: `await run(function, *arguments)`."""

LOW_PRIORITY_PAUSE = 0.05
LOW_PRIORITY_TRIES = 100
"""Every 50 ms, 5 s at most: longer than Slack waits for an answer."""


@dataclass
class AppContext:
    """The parts a listener needs, put together by `bot.app`."""

    store: Store
    gateway: Gateway
    directory: Directory
    catalogue: Catalogue
    clock: Clock
    in_worker: RunInWorker
    command: str = "/mentoring"
    acked: Callable[[str, float], None] = lambda _kind, _seconds: None
    """Told of which kind of request, and after how many seconds, Slack had its answer."""
    retention_months: int = 24
    """How long after a programme's end what is personal in it is kept."""
    hr_channels: frozenset[str] = frozenset()
    """Where programmes may be set up; none: in any private channel."""
    limits: TimeLimits = field(default_factory=TimeLimits)
    present: Callable[[], Awaitable[datetime]] | None = None
    """The present moment, compared with Slack's clock."""
    forms: set[asyncio.Event] = field(default_factory=set)
    """Of the forms that are being looked at now: set once answered."""
    _low_priority: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    _working: set[asyncio.Task[None]] = field(default_factory=set)

    def texts(self, person: Person) -> Texts:
        """Everything a person reads, in their language and register."""
        return self.catalogue.texts(person.language, person.address, person.name)

    async def now(self) -> datetime:
        """The present moment, as everything that a request stores takes it."""
        return await (self.present() if self.present else self.store.now(self.clock))

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Let a listener work on by itself."""
        task = asyncio.create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        return task

    @asynccontextmanager
    async def low_priority(self) -> AsyncIterator[None]:
        """For what nobody waits for, a refreshed Home tab: when a hundred people send a form, answers come first."""
        async with self._low_priority:
            for _ in range(LOW_PRIORITY_TRIES):
                if all(answered.is_set() for answered in self.forms):
                    break
                await asyncio.sleep(LOW_PRIORITY_PAUSE)
            yield

    async def wait_idle(self) -> None:
        """Returns once no listener is at work."""
        while self._working:
            await asyncio.wait(set(self._working))
