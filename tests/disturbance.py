"""An event loop on which everything takes its time, as on a busy machine, by the dice of a seed.

Tasks begin late and wait between two steps, so that those that run at the same time overtake each other in ways that
they otherwise rarely do. The loop's clock can run fast: everything that is limited in real time is late then.

`python -m tests.disturbance SEED SPEED ...` is `python -m bot ...` on such a loop.
"""

import asyncio
import random
import sys
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any

HOW_OFTEN = 0.01
"""The share of a task's steps before which it waits."""
LONGEST = 0.003
"""Real seconds that it waits at most."""


class DisturbedLoop(asyncio.SelectorEventLoop):
    """`speed` is how many seconds its clock makes of one."""

    speed = 1.0

    def __init__(self, seed: int, speed: float = 1.0) -> None:
        super().__init__()
        self.dice = random.Random(seed)
        self.speed = speed
        self.set_task_factory(_late)

    def time(self) -> float:
        return super().time() * self.speed

    async def wait_now_and_then(self) -> None:
        if self.dice.random() < HOW_OFTEN:
            await asyncio.sleep(self.dice.uniform(0, LONGEST) * self.speed)


def _late(loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> "asyncio.Task[Any]":
    assert isinstance(loop, DisturbedLoop)
    return asyncio.Task(_disturbed(work, loop), loop=loop, **options)


async def _disturbed(work: Coroutine[Any, Any, Any], loop: DisturbedLoop) -> Any:
    try:
        return await _in_steps(work, loop)
    finally:
        work.close()  # it may have been cancelled before it began


@coroutine
def _in_steps(work: Coroutine[Any, Any, Any], loop: DisturbedLoop) -> Generator[Any, Any, Any]:
    """Run `work` step by step. What is thrown in while it waits, a cancellation as a rule, is thrown into the work."""
    thrown: BaseException | None = None
    while True:
        if thrown is None:
            try:
                yield from loop.wait_now_and_then().__await__()
            except BaseException as error:
                thrown = error
        try:
            waits_for = work.throw(thrown) if thrown else work.send(None)
        except StopIteration as end:
            return end.value
        thrown = None
        try:
            yield waits_for
        except BaseException as error:
            thrown = error


class _Policy(asyncio.DefaultEventLoopPolicy):
    """Makes such loops, for code that runs its own."""

    def __init__(self, seed: int, speed: float) -> None:
        super().__init__()
        self.seed, self.speed = seed, speed

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return DisturbedLoop(self.seed, self.speed)


if __name__ == "__main__":
    from bot.__main__ import main

    asyncio.set_event_loop_policy(_Policy(int(sys.argv[1]), float(sys.argv[2])))
    del sys.argv[1:3]
    sys.exit(main())
