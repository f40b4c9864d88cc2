"""Moves a manual clock forward: everything due is processed in order, at its moment."""

import gc
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from bot.balik import Balik
from bot.clock import ManualClock, OffsetClock

MovableClock = ManualClock | OffsetClock
SMALLEST_STEP = timedelta(milliseconds=100)
"""Minimum step, even if due work cannot be done yet."""


async def play(
    balik: Balik,
    clock: MovableClock,
    until: datetime,
    after_step: Callable[[datetime], Awaitable[datetime | None]] | None = None,
) -> None:
    """Move from one due moment to the next until `until`.

    `after_step(now)` is called after each, and at the end; it returns when it wants to be called again at the latest.
    """
    due: datetime | None = clock.now()
    while True:
        if due is not None and due <= clock.now():
            await balik.settle()
        wish = await after_step(clock.now()) if after_step else None
        now = clock.now()
        if now >= until:
            return
        due = await balik.next_moment()
        moments = [moment for moment in (due, wish) if moment is not None]
        await balik.delivery.wait_idle()
        clock.move_to(min([until, *(max(moment, now + SMALLEST_STEP) for moment in moments)]))


@contextmanager
def few_collections() -> Iterator[None]:
    """Collect garbage seldom: simulated time makes many lasting objects, and ends soon."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
