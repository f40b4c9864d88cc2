"""SQLite without a thread, for rehearsals, the demo and tests. Durability is not required of them.

The usual driver sends each call to a thread and waits for it. That keeps a bot responsive while its disk is slow, but
costs more than the call itself where no disk is waited for. Here each call runs at once, in the event loop, so that
what runs beside it always has the same order, too.
"""

import sqlite3
from collections import deque
from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import URL, AsyncAdaptedQueuePool
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util.concurrency import await_, in_greenlet
from sqlmodel.ext.asyncio.session import AsyncSession

Row = TypeVar("Row")

CACHED_STATEMENTS = 2000
"""How many prepared statements a connection keeps; the default of 128 is less than a rehearsal's day needs."""


class InlineCursor(sqlite3.Cursor):
    """Reads all rows at once, as the usual driver does: what is half read would keep its transaction open."""

    rows: deque[Any]

    def execute(self, statement: str, parameters: Any = (), /) -> "InlineCursor":
        super().execute(statement, parameters)
        self.rows = deque(super().fetchall() if self.description else ())
        return self

    def fetchone(self) -> Any:
        return self.rows.popleft() if self.rows else None

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        return [self.rows.popleft() for _ in range(min(size or 1, len(self.rows)))]

    def fetchall(self) -> list[Any]:
        rows = list(self.rows)
        self.rows.clear()
        return rows

    async def _async_soft_close(self) -> None:
        """SQLAlchemy calls this of each cursor of an `AsyncConnection`: there is nothing left to read."""


class InlineConnection(sqlite3.Connection):
    """Makes cursors that read all rows at once."""

    def cursor(self, factory: Any = InlineCursor) -> Any:
        return super().cursor(factory)


INLINE = "inline"
"""The name of the driver in an engine's dialect."""


class InlineDialect(SQLiteDialect_pysqlite):
    """How statements are written for these connections.

    All of these dialects are equal, so that a process compiles each statement once and not once a database: tests open
    a thousand of them.
    """

    driver = INLINE
    supports_statement_cache = True
    is_async = True
    """So that an `AsyncEngine` takes it, although nothing is waited for."""

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        _wait_for_nothing()
        cursor.execute(statement, parameters)

    def do_executemany(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        _wait_for_nothing()
        cursor.executemany(statement, parameters)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, InlineDialect)

    def __hash__(self) -> int:
        return hash(InlineDialect)


def _wait_for_nothing() -> None:
    """An `AsyncConnection` refuses a driver that does not wait for anything."""
    if in_greenlet():
        await_(_nothing())


async def _nothing() -> None:
    """Is done at once."""


registry.register("sqlite.inline", __name__, InlineDialect.__name__)
_compiled: dict[Any, Any] = {}


def make_inline_engine(url: URL, connect_args: dict[str, Any]) -> AsyncEngine:
    """An engine whose connections are `InlineConnection`."""
    return create_async_engine(
        url.set(drivername="sqlite+inline"),
        hide_parameters=True,
        connect_args={"factory": InlineConnection, "cached_statements": CACHED_STATEMENTS, **connect_args},
        execution_options={"compiled_cache": _compiled},
        poolclass=AsyncAdaptedQueuePool,
        pool_size=0,  # no limit: a session that runs at once cannot wait for another one's connection
        pool_use_lifo=True,
    )


async def connect_first(engine: AsyncEngine) -> None:
    """Let an engine without connections make one, before the first session.

    SQLAlchemy prepares an engine with its first connection, under a lock that only a greenlet can wait for.
    """
    pool = engine.pool
    if isinstance(pool, AsyncAdaptedQueuePool) and not pool.checkedin() + pool.checkedout():
        async with engine.connect():
            pass


class InlineSession(AsyncSession):
    """A session on an inline engine: it calls the synchronous session directly instead of in a greenlet each time,
    which takes a third of the time of a short statement."""

    async def exec(self, statement: Any, *, params: Any = None, **options: Any) -> Any:
        return self.sync_session.exec(statement, params=params, **options)

    async def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        return self.sync_session.get(entity, ident, **options)

    async def get_one(self, entity: Any, ident: Any, **options: Any) -> Any:
        return self.sync_session.get_one(entity, ident, **options)

    async def delete(self, instance: object) -> None:
        self.sync_session.delete(instance)

    async def flush(self, objects: Sequence[Any] | None = None) -> None:
        self.sync_session.flush(objects)

    async def commit(self) -> None:
        self.sync_session.commit()

    async def rollback(self) -> None:
        self.sync_session.rollback()

    async def close(self) -> None:
        self.sync_session.close()
