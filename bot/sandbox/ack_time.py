"""How the time is measured that an app has to acknowledge what it is sent."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

AckLimit = Callable[[float], AbstractAsyncContextManager[object]]
"""Raises TimeoutError inside once so many seconds have passed. `asyncio.timeout` measures real time, as Slack does."""

LOOK = 0.05
"""Seconds between two looks at the processor time."""
MOST_REAL_TIME = 20
"""Times the limit: real seconds after which even an app that uses no processor time is too late."""


@asynccontextmanager
async def processor_time(seconds: float) -> AsyncIterator[None]:
    """An `AckLimit` for tests whose app runs in this process, in seconds of the process's processor time.

    A busy machine makes an app late in real time. Its processor time stays the same, so it is late only if it really
    computes for so long, or waits for something that does not come: for `MOST_REAL_TIME` times as long.
    """
    loop = asyncio.get_running_loop()
    used, began = time.process_time(), loop.time()

    async def watch(limit: asyncio.Timeout) -> None:
        most = MOST_REAL_TIME * seconds
        while time.process_time() - used < seconds and loop.time() - began < most:  # noqa: ASYNC110  nothing tells of it
            await asyncio.sleep(LOOK)
        limit.reschedule(loop.time())

    async with asyncio.timeout(None) as limit:
        watching = asyncio.create_task(watch(limit))
        try:
            yield
        finally:
            watching.cancel()
