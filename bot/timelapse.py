"""Plays time forward on a clock that is moved by hand: everything due is done in order, at its moment."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.app import Balik
from bot.clock import ManualClock, OffsetClock

MovableClock = ManualClock | OffsetClock
SMALLEST_STEP = timedelta(milliseconds=100)
"""Time always goes on, even if something due cannot be done yet."""


async def play(
    balik: Balik,
    clock: MovableClock,
    until: datetime,
    after_step: Callable[[datetime], Awaitable[object]] | None = None,
) -> None:
    """Go from one thing due to the next until `until`. `after_step(now)` is called after each, and at the end."""
    while True:
        await balik.settle()
        if after_step:
            await after_step(clock.now())
        now = clock.now()
        if now >= until:
            return
        due = await balik.next_moment()
        clock.move_to(until if due is None else min(until, max(due, now + SMALLEST_STEP)))
