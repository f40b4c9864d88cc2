"""Several rehearsals on one bot, each in a workspace of its own, while the same clock moves for all."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.balik import Balik
from bot.rehearsal.rehearsal import Rehearsal
from bot.rehearsal.time_travel import MovableClock, play

Step = Callable[[datetime], Awaitable[datetime | None]]
"""Lets people act up to a moment; when they want to act next."""


@dataclass(frozen=True)
class _Waiting:
    until: datetime
    step: Step
    reached: "asyncio.Future[None]"


class SharedTime:
    """The clock moves while every rehearsal waits for a moment, up to the first of these moments."""

    def __init__(self, balik: Balik, clock: MovableClock, rehearsals: int) -> None:
        self._balik, self._clock, self._rehearsals = balik, clock, rehearsals
        self._waiting: list[_Waiting] = []

    async def pass_time(self, until: datetime, step: Step) -> None:
        """Wait for a moment; `step` is called on the way, as `play` calls it."""
        waiting = _Waiting(until, step, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        await self._move()
        await waiting.reached

    async def leave(self) -> None:
        """A rehearsal is over: the others do not wait for it."""
        self._rehearsals -= 1
        await self._move()

    async def _move(self) -> None:
        if not self._waiting or len(self._waiting) < self._rehearsals:
            return
        try:
            await play(self._balik, self._clock, min(one.until for one in self._waiting), self._step)
        except Exception as error:
            for one in self._waiting:
                one.reached.set_exception(error)
            self._waiting.clear()
            return
        there = [one for one in self._waiting if one.until <= self._clock.now()]
        self._waiting = [one for one in self._waiting if one not in there]
        for one in there:
            one.reached.set_result(None)

    async def _step(self, now: datetime) -> datetime | None:
        wishes = [await one.step(now) for one in self._waiting]
        return min((wish for wish in wishes if wish), default=None)


async def run_side_by_side(rehearsals: Sequence[Rehearsal], balik: Balik, clock: MovableClock) -> None:
    """Run them at the same time, from set-up to the end. Raises what the first that fails raises."""
    shared = SharedTime(balik, clock, len(rehearsals))

    async def run(rehearsal: Rehearsal) -> None:
        rehearsal.pass_time = shared.pass_time
        try:
            await rehearsal.run()
        finally:
            await shared.leave()

    async with asyncio.TaskGroup() as group:
        for rehearsal in rehearsals:
            group.create_task(run(rehearsal))
