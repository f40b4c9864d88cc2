"""The only module that reads the time. All others get a `Clock`, or the time itself.

`SystemClock` is the machine's clock, `OffsetClock` is ahead of it (the demo), and `ManualClock` stands still until
it is moved (tests, rehearsals). On a database that several processes share, its clock replaces theirs
(`storage.shared_time`): a clock's offset from the machine's is then added to the database's.
"""

import asyncio
import time
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol


class Clock(Protocol):
    """Returns the current moment. Moments are aware and in UTC."""

    def now(self) -> datetime:
        """The current moment of this process. It may differ between processes that share a database."""
        ...

    def shared(self, database: datetime) -> datetime:
        """The current moment of all processes on a database whose own clock says `database`."""
        ...

    def monotonic(self) -> float:
        """Monotonic seconds: they increase as time passes, or as the clock is moved on purpose."""
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
    """The machine's clock, `offset` ahead; it can be moved forward."""

    offset: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def shared(self, database: datetime) -> datetime:
        return database + self.offset

    def monotonic(self) -> float:
        return time.monotonic() + self.offset.total_seconds()

    def move_to(self, moment: datetime) -> None:
        """Jump forward to `moment`; a past moment has no effect."""
        self.offset += max(timedelta(), moment - self.now())


@dataclass
class ManualClock:
    """Stands still at `moment` (aware) until it is moved."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment.astimezone(UTC)

    def shared(self, database: datetime) -> datetime:
        return self.now()

    def monotonic(self) -> float:
        return self.moment.timestamp()

    def move_to(self, moment: datetime) -> None:
        """Jump forward to `moment`; a past moment has no effect."""
        self.moment = max(self.moment, moment)

    def advance(self, by: timedelta) -> None:
        """Move forward by `by`."""
        self.moment += by


@dataclass(frozen=True)
class TimeLimits:
    """Time limits in real time, whatever the `Clock` says: for a call, a picture, a form's answer.

    `times` as long as usual: where the result must not depend on how busy the machine is (tests, rehearsals), so long
    that no limit is ever reached.
    """

    times: float = 1.0

    def seconds(self, usual: float) -> float:
        """For code that takes a limit as a number."""
        return usual * self.times

    def within(self, usual: float) -> AbstractAsyncContextManager[object]:
        """Raises TimeoutError inside after `usual` seconds."""
        return asyncio.timeout(self.seconds(usual))

    async def is_done(self, task: "asyncio.Future[Any]", usual: float) -> bool:
        """Whether `task`, which continues in any case, is done within `usual` seconds."""
        await asyncio.wait({task}, timeout=self.seconds(usual))
        return task.done()

    def monotonic(self) -> float:
        """Seconds of the monotonic clock."""
        return time.monotonic() / self.times


NO_HURRY = TimeLimits(times=200)
