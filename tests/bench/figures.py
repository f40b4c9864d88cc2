"""How the benchmarks of the bot itself print: what was measured, the target, and a baseline of the same run."""

import asyncio
import gc
import os
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

BEAT = 0.005


@dataclass(frozen=True)
class Figure:
    """One line. `target` is the most there may be, or with `at_least` the least; `beside` is the baseline, in words."""

    name: str
    measured: float
    unit: str
    target: float | None = None
    at_least: bool = False
    beside: str = ""

    def line(self) -> str:
        bound = "" if self.target is None else f"{'>=' if self.at_least else '<='} {self.target:g}"
        return f"{self.name:52}{self.measured:>10.4g} {self.unit:5}{bound:>9}  {self._met():8}{self.beside}"

    def _met(self) -> str:
        if self.target is None:
            return ""
        well = self.measured >= self.target if self.at_least else self.measured <= self.target
        return "met" if well else "MISSED"


def show(title: str, figures: Iterable[Figure]) -> None:
    """Print a table."""
    print(f"\n{title} (load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)")
    for figure in figures:
        print(figure.line(), flush=True)


@dataclass
class Stalls:
    """The longest time for which nothing else could run in this event loop, in milliseconds.

    `longest` by the clock on the wall, and `own` by the loop's own work: the rest is what other programs took.
    """

    longest: float = 0
    own: float = 0


@asynccontextmanager
async def watched() -> AsyncIterator[Stalls]:
    """Look for stalls of the event loop while something runs."""
    gc.freeze()  # as `python -m bot run` does
    stalls = Stalls()

    async def beat() -> None:
        while True:
            wall, own = time.perf_counter(), time.thread_time()
            await asyncio.sleep(BEAT)
            stalls.longest = max(stalls.longest, (time.perf_counter() - wall - BEAT) * 1e3)
            stalls.own = max(stalls.own, (time.thread_time() - own) * 1e3)

    beating = asyncio.create_task(beat())
    try:
        yield stalls
    finally:
        beating.cancel()
