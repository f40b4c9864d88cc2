"""The process ends at any await between reading what is due and recording the result, whatever Slack answered.

Each scenario ends a worker at its n-th step, lets a fresh one go on, and looks: not lost, not twice. Two mutants show
that this would be noticed: one that does not read back, one without the fence. A sample runs by default, and every
step with `-m soak`.
"""

import asyncio
import types
from collections.abc import Coroutine, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from sqlmodel import col, update
from sqlmodel.ext.asyncio.session import AsyncSession

import storage.outbox
from bot.delivery.transitions import reschedule
from bot.delivery.worker import Decide, Delivery
from storage.tables import Outbox, OutboxState
from tests.delivery.harness import Office, StoppedGateway

FAULTS = (None, "lost_reply", "error_after", "error_before", "ratelimited", "late_acceptance", "drop_sockets")
SAMPLE = 17
"""By default every seventeenth step is tried."""
LEAST = {"sqlite": 120, "postgresql": 80}
"""Steps that there are at least for each fault: 1,400 scenarios in all. A busy machine makes more on PostgreSQL."""


@dataclass
class Steps:
    """Counts the awaits of everything a worker does, and ends it at number `end`."""

    end: int | None = None
    taken: int = 0

    def is_last(self) -> bool:
        self.taken += 1
        return self.end is not None and self.taken > self.end

    @types.coroutine
    def walk(self, coroutine: Coroutine[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """Run `coroutine`; at the end it is torn out, and its transaction rolled back as by a lost connection."""
        error: BaseException | None = None
        while True:
            try:
                waits_for = coroutine.throw(error) if error else coroutine.send(None)
            except StopIteration as stop:
                return stop.value
            error = None
            if self.is_last():
                self.end = None  # only once: what follows is the tearing out
                if not asyncio.isfuture(waits_for):
                    error = asyncio.CancelledError()
                    continue
                waits_for.cancel()
            try:
                yield waits_for
            except BaseException as raised:  # handed on to where it is awaited
                error = raised

    async def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """As `walk`, in the form that a task takes: since Python 3.12 no longer a decorated generator."""
        return await self.walk(coroutine)

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count the steps of every task of a worker's."""
        loop = asyncio.get_running_loop()

        def make(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
            ours = getattr(coroutine, "__qualname__", "").startswith("Delivery.")
            return asyncio.Task(self.run(coroutine) if ours else coroutine, loop=loop, **options)

        loop.set_task_factory(make)
        try:
            yield
        finally:
            loop.set_task_factory(None)


async def scenario(office: Office, key: str, fault: str | None, end: int, *, opened: bool) -> bool:
    """One message, one worker that ends at step `end`, and others after it; False if it was done before that step."""
    person = await office.person(opened=opened)
    await office.send(key, person_id=person)
    if fault:
        office.fail(fault, seconds=50)
    steps = Steps(end)
    with steps.counted(), suppress(asyncio.CancelledError):
        await asyncio.create_task(office.worker("first").run_due())
    await office.slack.wait_idle(settle=0)
    for _ in range(4):
        await office.later()
        await office.worker("next").run_due()
    office.slack.faults.clear()
    return steps.end is None


async def outcome(office: Office, key: str) -> tuple[OutboxState, int]:
    """What our table says, and how often the message is to be seen."""
    return await office.state(key), office.said().count(f"hello {key}")


async def every(office: Office, fault: str | None, stride: int) -> tuple[int, list[str]]:
    """Every `stride`-th step: how many there were, and what went wrong."""
    tried, wrong = 0, []
    for opened in (True, False):
        end, ended = 0, True
        while ended:
            key = f"{fault}, {'opened' if opened else 'unopened'}, step {end}"
            ended = await scenario(office, key, fault, end, opened=opened)
            seen = await outcome(office, key)
            if seen != (OutboxState.SENT, 1):
                wrong.append(f"{key}: {seen}")
            tried, end = tried + ended, end + stride
    return tried, wrong


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_sample_of_steps(one_office: Office, fault: str | None) -> None:
    tried, wrong = await every(one_office, fault, SAMPLE)
    assert wrong == []
    assert tried >= LEAST["sqlite"] / SAMPLE


@pytest.mark.soak
@pytest.mark.parametrize("fault", FAULTS)
async def test_every_step(office: Office, fault: str | None) -> None:
    tried, wrong = await every(office, fault, 1)
    assert wrong == []
    assert tried >= LEAST[office.store.engine.dialect.name]


async def test_without_reading_back_it_would_fail(one_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def guess(self: Delivery, row: Outbox, now: datetime) -> Decide:
        return partial(reschedule, why="guessed")

    monkeypatch.setattr(Delivery, "_reading", guess)
    _, wrong = await every(one_office, "lost_reply", 30)
    assert wrong != []


async def stopped_for_minutes(office: Office) -> tuple[OutboxState, int]:
    """A worker is stopped with its post under way, another takes over, then the first goes on."""
    await office.send("a", person_id=await office.person())
    other = office.worker("other")

    async def taken_over() -> None:
        for _ in range(3):
            await office.later()
            await other.run_due()

    await office.worker("stopped", gateway=StoppedGateway(office.gateway.client, taken_over)).run_due()
    return await outcome(office, "a")


async def test_stopped_for_minutes(office: Office) -> None:
    assert await stopped_for_minutes(office) == (OutboxState.SENT, 1)


async def test_without_the_fence_it_would_fail(one_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def unfenced(session: AsyncSession, row: Outbox, **values: Any) -> bool:
        await session.exec(update(Outbox).where(col(Outbox.id) == row.id).values(**values))
        return True

    monkeypatch.setattr(storage.outbox, "hold", unfenced)
    assert await stopped_for_minutes(one_office) == (OutboxState.SENT, 2)
