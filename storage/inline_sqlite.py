"""SQLite without a thread, for rehearsals and the demo. Durability is not required of them.

The usual driver sends each call to a thread and waits for it. That keeps a bot responsive while its disk is slow, but
costs more than the call itself where no disk is waited for. Here each call runs at once, in the event loop, so that
what runs beside it always has the same order, too.
"""

import sqlite3
from collections.abc import Callable, Generator, Sequence
from typing import Any

from sqlalchemy import URL
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


class InlineCursor:
    """A cursor of `sqlite3` with the asynchronous methods that SQLAlchemy calls."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self.cursor = cursor

    async def __aenter__(self) -> "InlineCursor":
        return self

    @property
    def description(self) -> Any:
        return self.cursor.description

    @property
    def rowcount(self) -> int:
        return self.cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self.cursor.lastrowid

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        self.cursor.execute(statement, parameters)

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> None:
        self.cursor.executemany(statement, parameters)

    async def fetchone(self) -> Any:
        return self.cursor.fetchone()

    async def fetchmany(self, size: int) -> list[Any]:
        return self.cursor.fetchmany(size)

    async def fetchall(self) -> list[Any]:
        return self.cursor.fetchall()

    async def close(self) -> None:
        self.cursor.close()


class InlineConnection:
    """A connection of `sqlite3` with the methods of `aiosqlite` that SQLAlchemy calls."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._connection: sqlite3.Connection | None = sqlite3.connect(*arguments, **named)
        """None once it is closed. SQLAlchemy asks for it by this name before it commits or rolls back."""

    def __await__(self) -> Generator[Any, None, "InlineConnection"]:
        yield from ()
        return self

    @property
    def open_connection(self) -> sqlite3.Connection:
        """Raises ValueError once it is closed, as `aiosqlite` does."""
        if self._connection is None:
            raise ValueError("no active connection")
        return self._connection

    def cursor(self) -> InlineCursor:
        return InlineCursor(self.open_connection.cursor())

    async def create_function(self, name: str, count: int, function: Callable[..., Any], **named: Any) -> None:
        self.open_connection.create_function(name, count, function, **named)

    async def commit(self) -> None:
        self.open_connection.commit()

    async def rollback(self) -> None:
        self.open_connection.rollback()

    async def close(self) -> None:
        self.stop()

    def stop(self) -> None:
        """Close it where nothing can be awaited."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


INLINE = "inline"
"""The name of the driver in an engine's dialect."""


class InlineDialect(SQLiteDialect_aiosqlite):
    """How statements are written for these connections.

    All of these dialects are equal, so that a process compiles each statement once and not once a database: tests open
    a thousand of them.
    """

    driver = INLINE
    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, InlineDialect)

    def __hash__(self) -> int:
        return hash(InlineDialect)


registry.register("sqlite.inline", __name__, InlineDialect.__name__)
_compiled: dict[Any, Any] = {}


def make_inline_engine(url: URL, connect_args: dict[str, Any]) -> AsyncEngine:
    """An engine whose connections are `InlineConnection`."""
    return create_async_engine(
        url.set(drivername="sqlite+inline"),
        hide_parameters=True,
        connect_args={**connect_args, "async_creator_fn": InlineConnection},
        execution_options={"compiled_cache": _compiled},
    )
