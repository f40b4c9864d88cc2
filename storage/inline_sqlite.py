"""In-process SQLite for rehearsals: durability is not required, and no thread is used, so the order is deterministic.

The usual driver sends each call to a thread and waits. That keeps the event loop free while the disk is slow, and costs
more than the call itself if there is no disk to wait for. Here each call is executed at once, so concurrent tasks are
always in the same order.
"""

from asyncio import Future
from collections.abc import Callable, Generator
from typing import Any

import aiosqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


class _AtOnce:
    """Replaces the queue that the driver's thread works off."""

    def put_nowait(self, job: tuple[Future[Any] | None, Callable[[], Any]]) -> None:
        future, call = job
        try:
            result = call()
        except Exception as error:
            if future is None:
                raise
            future.set_exception(error)
        else:
            if future is not None:
                future.set_result(result)


class InStep(aiosqlite.Connection):
    """A connection of the usual driver whose thread is never started."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._tx = _AtOnce()  # type: ignore[assignment]  # all that the driver and SQLAlchemy do with it is to put

    def __await__(self) -> Generator[Any, None, aiosqlite.Connection]:
        return self._connect().__await__()


def engine_in_step(url: Any) -> AsyncEngine:
    """An engine whose connections execute calls inline."""

    def connect(*arguments: Any, **named: Any) -> InStep:
        usual = aiosqlite.connect(*arguments, **named)
        return InStep(usual._connector, usual._iter_chunk_size)

    return create_async_engine(url, hide_parameters=True, connect_args={"async_creator_fn": connect})
