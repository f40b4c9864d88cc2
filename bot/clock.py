"""The only place that reads the time. Everything else is handed a `Clock`, or the time itself.

`SystemClock` runs by itself, `OffsetClock` runs ahead of it (the demo), and `ManualClock` stands still until it is
moved (tests, rehearsals). On a database that several processes share, its clock takes the place of theirs
(`storage.shared_time`): what a clock adds to the machine's it then adds to the database's.
"""

import asyncio
import time
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol


class Clock(Protocol):
    """Tells the present moment. Moments are aware and in UTC."""

    def now(self) -> datetime:
        """The present moment as this process has it. It may differ between processes that share a database."""
        ...

    def shared(self, database: datetime) -> datetime:
        """The present moment of all processes on a database whose own clock says `database`."""
        ...

    def monotonic(self) -> float:
        """Seconds that only go on: by as much as time passes, or the clock is moved on purpose, however it is set."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def shared(self, database: datetime) -> datetime:
        return database

    def monotonic(self) -> float:
        return time.monotonic()


@dataclass
class OffsetClock:
    """The machine's clock, `offset` ahead: it runs on by itself and can be moved forward."""

    offset: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def shared(self, database: datetime) -> datetime:
        return database + self.offset

    def monotonic(self) -> float:
        return time.monotonic() + self.offset.total_seconds()

    def move_to(self, moment: datetime) -> None:
        """Jump forward to `moment`; a moment already past leaves the clock alone."""
        self.offset += max(timedelta(), moment - self.now())


@dataclass
class ManualClock:
    """Stands at `moment` (aware) until it is moved."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment.astimezone(UTC)

    def shared(self, database: datetime) -> datetime:
        return self.now()

    def monotonic(self) -> float:
        return self.moment.timestamp()

    def move_to(self, moment: datetime) -> None:
        """Jump forward to `moment`; a moment already past leaves the clock alone."""
        self.moment = max(self.moment, moment)

    def advance(self, by: timedelta) -> None:
        """Move on by `by`."""
        self.moment += by


@dataclass(frozen=True)
class TimeLimits:
    """How long something may take in real time, whatever the `Clock` says: a call, a picture, a form's answer.

    `times` as long as usual: where the result may not depend on how busy the machine is (tests, rehearsals), so long
    that no limit is ever reached.
    """

    times: float = 1.0

    def seconds(self, usual: float) -> float:
        """For what takes its limit as a number."""
        return usual * self.times

    def within(self, usual: float) -> AbstractAsyncContextManager[object]:
        """Raises TimeoutError inside after `usual` seconds."""
        return asyncio.timeout(self.seconds(usual))

    async def is_done(self, task: "asyncio.Future[Any]", usual: float) -> bool:
        """Whether `task`, which goes on in any case, is done within `usual` seconds."""
        await asyncio.wait({task}, timeout=self.seconds(usual))
        return task.done()

    def monotonic(self) -> float:
        """Seconds since some moment, by a clock that nobody can set."""
        return time.monotonic() / self.times


NO_HURRY = TimeLimits(times=200)
