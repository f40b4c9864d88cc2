"""How long an app may take to acknowledge: real time as Slack measures it, or processor time in tests."""

import asyncio
import time
from contextlib import suppress

import pytest

from bot.sandbox import Slack
from bot.sandbox.ack_time import MOST_REAL_TIME, processor_time
from tests.disturbance import DisturbedLoop
from tests.sandbox.local_slack_kit import MANIFEST, open_socket, open_world


def test_people_get_slacks_three_seconds_of_real_time() -> None:
    deliveries = Slack(MANIFEST).deliveries
    assert (deliveries.ack_seconds, deliveries.ack_limit) == (3.0, asyncio.timeout)


async def test_an_app_that_never_acknowledges_is_noticed() -> None:
    async with open_world(ack_seconds=0.01, ack_limit=processor_time) as world, open_socket(world):
        outcome = await world.sari.command("/contoh")
    assert not outcome.ok
    assert "operation_timeout" in str(outcome.text)


async def test_an_app_that_computes_for_too_long_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def compute() -> None:
        monkeypatch.setattr(time, "process_time", lambda: later)
        await asyncio.Event().wait()

    later = time.process_time() + 1_000
    with pytest.raises(TimeoutError):
        async with processor_time(3):
            await compute()


def test_a_busy_machine_makes_no_app_late() -> None:
    """A second of this loop's is a hundred: three of them pass long before the wait ends."""

    async def wait() -> float:
        loop = asyncio.get_running_loop()
        began = loop.time()
        with suppress(TimeoutError):
            async with processor_time(3):
                await asyncio.Event().wait()
        return loop.time() - began

    with asyncio.Runner(loop_factory=lambda: DisturbedLoop(1, speed=100)) as runner:
        assert runner.run(wait()) >= 3 * MOST_REAL_TIME
