"""The only place that reads the time. Everything else is handed a `Clock`, or the time itself.

`now()` is aware and in UTC. `SystemClock` runs by itself, `OffsetClock` runs ahead of it (the demo), and
`ManualClock` stands still until it is moved (tests, rehearsals).
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the present moment, aware, in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class OffsetClock:
    """The machine's clock, `offset` ahead: it runs on by itself and can be moved forward."""

    offset: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def move_to(self, moment: datetime) -> None:
        """Jump forward to `moment`; a moment already past leaves the clock alone."""
        self.offset += max(timedelta(), moment - self.now())


@dataclass
class ManualClock:
    """Stands at `moment` (aware) until it is moved."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment.astimezone(UTC)

    def move_to(self, moment: datetime) -> None:
        """Jump forward to `moment`; a moment already past leaves the clock alone."""
        self.moment = max(self.moment, moment)

    def advance(self, by: timedelta) -> None:
        """Move on by `by`."""
        self.moment += by
