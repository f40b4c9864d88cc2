"""What every listener works with."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.clock import Clock
from bot.directory import Directory
from bot.gateway import Gateway
from prompts.catalogue import Catalogue, Texts
from storage.tables import Person
from storage.unit_of_work import Store

RunInWorker = Callable[..., Awaitable[Any]]
"""Runs a plain function in the worker process, so that clicks stay quick: `await run(function, *arguments)`."""


@dataclass
class Desk:
    """The parts a listener needs, put together by `bot.app`."""

    store: Store
    gateway: Gateway
    directory: Directory
    catalogue: Catalogue
    clock: Clock
    in_worker: RunInWorker
    wake_delivery: Callable[[], None]
    command: str = "/mentoring"
    leisure: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    """Held by what nobody waits for, a refreshed Home tab: when a hundred people press at once, answers come first."""
    _open: int = 0
    _free: asyncio.Event = field(default_factory=asyncio.Event)

    def texts(self, person: Person) -> Texts:
        """Everything a person reads, in their language and register."""
        return self.catalogue.texts(person.language, person.address, person.name)

    @asynccontextmanager
    async def busy(self) -> AsyncIterator[None]:
        """Counts a listener that is at work, for `quiet`."""
        self._open += 1
        self._free.clear()
        try:
            yield
        finally:
            self._open -= 1
            if not self._open:
                self._free.set()

    async def quiet(self) -> None:
        """Returns once no listener is at work."""
        while self._open:
            await self._free.wait()
