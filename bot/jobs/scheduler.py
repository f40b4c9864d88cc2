"""Runs the recurring jobs. Due work is stored in the tables, so a missed run loses nothing."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Container, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.clock import SystemClock

log = logging.getLogger(__name__)

Tick = Callable[[datetime], Awaitable[object]]
"""Processes the work that is due by the given moment. Idempotent, and safe to run on several machines concurrently."""

Present = Callable[[], Awaitable[datetime | None]]
"""The moment to pass to a job; None while no job may run."""

INTERVAL = 8.0
"""Seconds between two runs of a job: due work starts within ten, also after the database was unavailable."""
FAILURES = 3
"""Failed runs in a row after which a failing job is reported; a failure may pass by itself before."""
LATE = 2
"""Intervals without a run after which the watchdog acts."""


class Every(IntervalTrigger):  # type: ignore[misc]  # APScheduler has no types
    """An interval trigger that skips missed runs immediately.

    APScheduler's own trigger counts every missed run: after a clock was set a year ahead, four million per job.
    """

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The next run, in the future if the last one is due; the first as APScheduler plans it."""
        planned: datetime | None = super().get_next_fire_time(previous, now)
        if previous is None or planned is None or planned > now:
            return planned
        return now + timedelta(seconds=self.interval_length)


class Scheduler:
    """Runs each of the named jobs every `interval` seconds, as of `present()`, and immediately at the start.

    A job never overlaps itself; one that fails is logged and runs again.
    """

    def __init__(
        self,
        ticks: Mapping[str, Tick],
        present: Present,
        *,
        interval: float = INTERVAL,
        on_failure: Callable[[str, datetime], Awaitable[object]] | None = None,
    ) -> None:
        self.ticks = dict(ticks)
        self.present = present
        self.interval = interval
        self.on_failure = on_failure
        """Called for a repeatedly failing job, with its name and the time."""
        self._failed: Counter[str] = Counter()
        self._last_began: dict[str, float] = {}
        self._running: set[str] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._paused = False
        self._scheduler: AsyncIOScheduler | None = None
        self._watchdog: asyncio.Task[None] | None = None

    async def tick_all(self, now: datetime, only: Container[str] | None = None) -> None:
        """Run each job once, or each named in `only`, in order, as of `now`; errors are raised.

        For clocks moved by hand.
        """
        for name, tick in self.ticks.items():
            if only is None or name in only:
                await tick(now)

    async def start(self) -> None:
        """Start; jobs run until `stop`."""
        # Late or overlapping runs become one run now: APScheduler would otherwise skip a run that is a second late.
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = AsyncIOScheduler(job_defaults=defaults, timezone="UTC")
        for name in self.ticks:
            self._last_began[name] = time.monotonic()
            every = Every(seconds=self.interval, timezone="UTC")
            self._scheduler.add_job(self._run, every, args=[name], id=name, next_run_time=SystemClock().now())
        self._scheduler.start()
        self._watchdog = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Stop; a running job is cancelled, its transaction rolled back."""
        if self._watchdog:
            self._watchdog.cancel()
            with suppress(asyncio.CancelledError):
                await self._watchdog
        if self._scheduler:
            self._scheduler.shutdown(wait=False)
        self._watchdog = self._scheduler = None

    async def pause(self) -> None:
        """Start no job until `resume`, and let running jobs finish."""
        self._paused = True
        await self._idle.wait()

    def resume(self) -> bool:
        """Continue after `pause`; False if it was stopped in between."""
        self._paused = False
        return self._scheduler is not None

    def late(self) -> dict[str, float]:
        """Seconds since their start, for jobs that should have run again by now. For /health."""
        return {name: age for name, age in self.ages().items() if age > (LATE + 1) * self.interval}

    def ages(self) -> dict[str, float]:
        """Seconds since the last start of each job."""
        now = time.monotonic()
        return {name: now - began for name, began in self._last_began.items()}

    async def _run(self, name: str) -> None:
        self._last_began[name] = time.monotonic()
        if self._paused:
            return
        self._running.add(name)
        self._idle.clear()
        try:
            now = await self.present()
            if now is not None:
                await self.ticks[name](now)
            self._failed[name] = 0
        except asyncio.CancelledError:
            if self._scheduler:
                raise
            # Stopping. APScheduler would log each job that is cancelled then as an error, with its traceback.
        except Exception:
            # A failing job must run again, and must not stop the others: the fault may pass.
            log.exception("job %s failed, will run again", name)
            await self._tell(name)
        finally:
            self._running.discard(name)
            if not self._running:
                self._idle.set()

    async def _tell(self, name: str) -> None:
        self._failed[name] += 1
        if self._failed[name] < FAILURES or not self.on_failure:
            return
        try:
            now = await self.present()
            if now is not None:
                await self.on_failure(name, now)
        except Exception as error:
            # Usually the database is unavailable, which is also why the job fails.
            log.warning("could not notify the operator that job %s fails (%s)", name, type(error).__name__)

    async def _watch(self) -> None:
        """APScheduler uses wall time: after the clock was set back by an hour it would wait an hour. This does not."""
        while True:
            await asyncio.sleep(self.interval)
            for name, age in self.ages().items():
                if age > LATE * self.interval and self._scheduler:
                    if name in self._running:
                        log.warning("job %s has been running for %.0f s", name, age)
                    else:
                        self._scheduler.modify_job(name, next_run_time=SystemClock().now())
