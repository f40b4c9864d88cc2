"""One helper process for heavy work, so that solving and drawing never delay a click.

The heavy libraries are imported only there. The process starts with the first job and ends when idle for a
while, so that an idle bot needs little memory.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any

IDLE_SECONDS = 120


class Worker:
    """Runs plain functions in a process of its own: `await worker(function, *arguments)`."""

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._pool: ProcessPoolExecutor | None = None
        self._ending: asyncio.TimerHandle | None = None
        self._running = 0

    async def __call__(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """The result of `function(*arguments)`; both, and the result, must be picklable. Raises what it raises."""
        self._stay()
        self._running += 1
        try:
            return await self._submit(function, arguments)
        except BrokenProcessPool:
            # The process was killed, possibly by the operating system for its memory: retry once in a new one.
            self.close()
            return await self._submit(function, arguments)
        finally:
            self._running -= 1
            if not self._running:
                self._ending = asyncio.get_running_loop().call_later(self._idle_seconds, self.close)

    async def _submit(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        if self._pool is None:
            # Not "fork": the bot has threads and open sockets, which a forked child would share.
            self._pool = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"), initializer=_give_way)
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)

    def close(self) -> None:
        """End the process; a later job starts a new one."""
        self._stay()
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _stay(self) -> None:
        if self._ending:
            self._ending.cancel()
            self._ending = None


def _give_way() -> None:
    """Computations wait while a click needs the processor."""
    use_one_processor()
    if hasattr(os, "nice"):
        os.nice(10)


def use_one_processor() -> None:
    """Use one processor for matrix products; call before numpy is imported.

    With more, their threads wait in loops: they keep the event loop's processor busy, and on a busy machine the whole
    takes twice as long (measured at 10,000 a side).
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
