"""Keeps the busy intervals of connected calendars fresh: on demand before times are shown, and at night."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from weakref import WeakValueDictionary

from sqlalchemy import ColumnElement

from bot.calendars.fetch import Fetcher
from bot.calendars.link_keys import LinkKeys
from bot.calendars.reader import Read, read_calendar
from bot.clock import TimeLimits
from bot.domain.busy_hours import HORIZON, LinkProblem, LinkRefused, read_link
from bot.domain.messages.registry import kind_of
from bot.services.busy_hours import refreshing
from bot.services.busy_hours.busy_hours import NewCalendar
from bot.services.busy_hours.refreshing import SLOTS, Outcome, Task, of_pair, of_person_and_partners
from storage.tables import Outbox
from storage.unit_of_work import Store

log = logging.getLogger(__name__)

SLOT_PAUSE = 0.2
SLOT_TRIES = 50
"""Every 0.2 s, 10 s at most: other replicas may be fetching from the same host."""

HOST_IS_DOWN = 3
"""After so many calendars of a host in a row that could not be reached, the rest of a batch is not tried."""
TICK_SECONDS = 15.0
PATIENCE = 1.0
"""Seconds that a person waits for calendars after a click. Slack waits for three."""
MESSAGE_PATIENCE = 10.0
"""Seconds that a message waits."""

RunInWorker = Callable[..., Coroutine[Any, Any, Any]]


class BusyCalendars:
    """Fetching, reading and storing of calendars.

    While it is off nothing is fetched. Without keys nothing can be connected, and who had is asked for the link again.
    """

    def __init__(
        self, store: Store, fetcher: Fetcher, keys: LinkKeys, in_worker: RunInWorker, limits: TimeLimits, *, on: bool
    ) -> None:
        self.store = store
        self.fetcher = fetcher
        self.keys = keys
        self.on = on
        self.in_worker = in_worker
        self._limits = limits
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._night: asyncio.Future[None] | None = None
        self._background: set[asyncio.Future[None]] = set()

    @property
    def enabled(self) -> bool:
        """Whether people can connect a calendar."""
        return self.on and bool(self.keys)

    async def read_new(self, pasted: str, zone: str, now: datetime) -> NewCalendar:
        """What a pasted link leads to. Raises `LinkRefused`."""
        address = read_link(pasted)
        self.fetcher.rules.check(address)
        async with self._turn(address.host):
            slot = await self._wait_for_slot(address.host, now)
            try:
                fetched = await self.fetcher.fetch(address)
            finally:
                await refreshing.free_slot(self.store, slot, now)
        if fetched.content is None:
            raise LinkRefused(LinkProblem.REFUSED)
        read = await self._read(fetched.content, zone, now, "")
        link = self.keys.encrypt(address.link)
        return NewCalendar(link, address.host, fetched.etag, fetched.modified, read.digest, read.spans or ())

    async def refresh(self, person_id: int, now: datetime, patience: float = PATIENCE) -> None:
        """Before times are shown to a person: fetch the calendars of both sides that were not looked at for a while.

        Returns after `patience` seconds at the latest; what takes longer continues, for the next time.
        """
        await self._refresh(of_person_and_partners(person_id), now, patience)

    async def before_message(self, row: Outbox, now: datetime) -> None:
        """The same before a message is rendered that may offer times."""
        if row.person_id is not None:
            whose = of_person_and_partners(row.person_id)
        elif row.pair_id is not None:
            whose = of_pair(row.pair_id)
        else:
            return
        if kind_of(row.kind).offers_times:
            await self._refresh(whose, now, MESSAGE_PATIENCE)

    async def _refresh(self, whose: ColumnElement[bool], now: datetime, patience: float) -> None:
        if not self.enabled:
            return
        tasks = await refreshing.claim(self.store, whose, now)
        if not tasks:
            return
        await self._limits.is_done(self._begin(tasks, now), patience)

    async def tick(self, now: datetime) -> int:
        """Fetch calendars whose night has come; how many. More are left for the next run.

        Returns after `TICK_SECONDS` at the latest: a job is late otherwise. The next run waits for what is under way.
        """
        if self._night is None or self._night.done():
            tasks = await refreshing.claim_due(self.store, now, on=self.on)
            self._night = self._begin(tasks, now)
            await self._limits.is_done(self._night, TICK_SECONDS)
            return len(tasks)
        await self._limits.is_done(self._night, TICK_SECONDS)
        return 0

    def _begin(self, tasks: Sequence[Task], now: datetime) -> "asyncio.Future[None]":
        fetching = asyncio.ensure_future(self.fetch_all(tasks, now))
        self._background.add(fetching)
        fetching.add_done_callback(self._ended)
        return fetching

    def _ended(self, fetching: "asyncio.Future[None]") -> None:
        self._background.discard(fetching)
        if not fetching.cancelled() and (error := fetching.exception()):
            log.warning("fetching calendars failed (%s)", type(error).__name__)

    async def close(self) -> None:
        """Cancel fetches that nobody waits for, and close the connections."""
        under_way = list(self._background)
        for fetching in under_way:
            fetching.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self.fetcher.close()

    async def fetch_all(self, tasks: Sequence[Task], now: datetime) -> None:
        """Fetch claimed calendars, those of a host two at once."""
        by_host = sorted(tasks, key=lambda task: task.host)
        hosts = [list(same) for _, same in groupby(by_host, key=lambda task: task.host)]
        shares = [host[number::SLOTS] for host in hosts for number in range(SLOTS)]
        await asyncio.gather(*(self._fetch_in_turn(share, now) for share in shares if share))

    async def _fetch_in_turn(self, tasks: Sequence[Task], now: datetime) -> None:
        """One after the other, all at one host."""
        async with self._turn(tasks[0].host):
            try:
                slot = await self._wait_for_slot(tasks[0].host, now, len(tasks))
            except LinkRefused:
                for task in tasks:
                    await refreshing.give_up(self.store, task, now)
                return
            try:
                failures = 0
                for task in tasks:
                    if failures == HOST_IS_DOWN:
                        await refreshing.record(self.store, task, Outcome(LinkProblem.UNREACHABLE), now)
                        continue
                    answered = await self._fetch(task, now)
                    failures = 0 if answered else failures + 1
            finally:
                await refreshing.free_slot(self.store, slot, now)

    def _turn(self, host: str) -> asyncio.Semaphore:
        """The fetches that this process runs at once at a host; kept while one of them uses it."""
        return self._turns.setdefault(host, asyncio.Semaphore(SLOTS))

    async def _wait_for_slot(self, host: str, now: datetime, fetches: int = 1) -> int:
        """Raises `LinkRefused` (unreachable): other replicas fetch from this host all the time."""
        for _ in range(SLOT_TRIES):
            if (slot := await refreshing.take_slot(self.store, host, now, fetches)) is not None:
                return slot
            await asyncio.sleep(SLOT_PAUSE)
        raise LinkRefused(LinkProblem.UNREACHABLE)

    async def _fetch(self, task: Task, now: datetime) -> bool:
        """Whether the server answered."""
        try:
            outcome = await self._outcome(task, now)
        except LinkRefused as refused:
            outcome = Outcome(refused.problem)
        except Exception as error:
            # Neither its message nor its trace: they may quote the link.
            log.warning("calendar %s not read (%s)", task.id, type(error).__name__)
            outcome = Outcome(LinkProblem.UNREACHABLE)
        await refreshing.record(self.store, task, outcome, now)
        return outcome.problem is not LinkProblem.UNREACHABLE

    async def _outcome(self, task: Task, now: datetime) -> Outcome:
        """Raises `LinkRefused`."""
        address = read_link(self.keys.decrypt(task.link))
        fetched = await self.fetcher.fetch(address, task.etag, task.modified)
        if fetched.content is None:
            return Outcome(etag=task.etag, modified=task.modified)
        read = await self._read(fetched.content, task.zone, now, task.digest)
        return Outcome(None, read.spans, read.digest, fetched.etag, fetched.modified)

    async def _read(self, content: bytes, zone: str, now: datetime, known: str) -> Read:
        """In the worker process. Raises `LinkRefused`."""
        read: Read = await self.in_worker(read_calendar, content, zone, now, now + HORIZON, known)
        return read
