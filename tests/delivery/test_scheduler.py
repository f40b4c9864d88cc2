"""Ticks come again, whatever happens to the clock or to them. Real time, in intervals of a few milliseconds."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta

import pytest

from bot.clock import SystemClock
from bot.jobs.scheduler import FAILURES, Every, Scheduler
from tests.delivery.harness import NOW
from tests.processes import HANG


async def present() -> datetime:
    return NOW


class Counted:
    """A tick that lets a test wait for its runs."""

    def __init__(self, error: Exception | None = None) -> None:
        self.moments: list[datetime] = []
        self.error = error
        self._ran = asyncio.Condition()

    async def __call__(self, now: datetime) -> None:
        async with self._ran:
            self.moments.append(now)
            self._ran.notify_all()
        if self.error:
            raise self.error

    async def runs(self, count: int) -> None:
        async with asyncio.timeout(HANG), self._ran:
            await self._ran.wait_for(lambda: len(self.moments) >= count)


async def test_ticks_run_at_once_and_again_with_the_clocks_now() -> None:
    tick = Counted()
    scheduler = Scheduler({"t": tick}, present, interval=0.02)
    await scheduler.start()
    await tick.runs(3)
    await scheduler.stop()
    assert set(tick.moments) == {NOW}
    assert scheduler.late() == {}


async def test_one_that_fails_runs_again_and_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    bad, good, told = Counted(RuntimeError("no")), Counted(), Counter[str]()

    async def tell(name: str, _now: datetime) -> None:
        told[name] += 1
        raise RuntimeError("nor can this")

    ticks = {"bad": bad, "good": good}
    scheduler = Scheduler(ticks, present, interval=0.02, on_failure=tell)
    await scheduler.start()
    await bad.runs(FAILURES + 2)
    await good.runs(2)
    await scheduler.stop()
    assert "job bad failed" in caplog.text
    assert set(told) == {"bad"}
    assert told["bad"] < len(bad.moments), "what passes by itself is nobody's trouble"


@pytest.mark.parametrize("hours", [1, -1], ids=["back", "forward"])
async def test_the_clock_is_put_by_an_hour(hours: int) -> None:
    """For APScheduler that is the same as a next run in an hour, or an hour ago: after a suspend, too."""
    tick = Counted()
    scheduler = Scheduler({"t": tick}, present, interval=0.02)
    await scheduler.start()
    await tick.runs(1)
    assert scheduler._scheduler
    scheduler._scheduler.modify_job("t", next_run_time=SystemClock().now() + timedelta(hours=hours))
    await tick.runs(len(tick.moments) + 2)
    await scheduler.stop()


@pytest.mark.parametrize("days", [365, -365, 4000], ids=["ahead", "back", "far ahead"])
async def test_the_clock_is_put_by_a_year(days: int) -> None:
    """What was missed is one run, counted at once: to count a year of them would stop the loop for minutes."""
    every, now = Every(seconds=8, timezone="UTC"), SystemClock().now()
    asked, moment = 0, now - timedelta(days=days)
    while moment <= now and asked < 10:
        later = every.get_next_fire_time(moment, now)
        assert later
        assert later > moment
        moment, asked = later, asked + 1
    assert asked <= 1
    tick = Counted()
    scheduler = Scheduler({"t": tick}, present, interval=0.02)
    await scheduler.start()
    await tick.runs(1)
    assert scheduler._scheduler
    scheduler._scheduler.modify_job("t", next_run_time=now - timedelta(days=days))
    await tick.runs(len(tick.moments) + 2)
    await scheduler.stop()


async def test_tick_all_runs_each_in_order_and_raises() -> None:
    seen: list[str] = []

    async def first(now: datetime) -> None:
        seen.append("first")

    async def second(now: datetime) -> None:
        seen.append("second")
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011  that it comes through is the point
        await Scheduler({"a": first, "b": second}, present).tick_all(NOW)
    assert seen == ["first", "second"]


async def test_stopping_in_the_middle_of_a_job_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def long(_now: datetime) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    scheduler = Scheduler({"t": long}, present, interval=0.02)
    await scheduler.start()
    async with asyncio.timeout(HANG):
        await begun.wait()
        await scheduler.stop()
        await cancelled.wait()
    for _ in range(3):  # what is logged is logged by the turn after the job's
        await asyncio.sleep(0)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
