"""Engines for SQLite (one machine) and PostgreSQL (many)."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.inline_sqlite import make_inline_engine

BUSY_MS = 10_000
"""How long SQLite waits for another process's write (a backup, a console) before it fails."""

NO_IMPLICIT_TRANSACTIONS = {"isolation_level": None}
"""The driver must not open transactions of its own: `_begin` chooses the kind."""


def make_engine(url: str, *, inline: bool = False) -> AsyncEngine:
    """An engine for `sqlite:///path` or `postgresql://…`; the async driver is chosen here, not by the user.

    `inline`, for SQLite only: a database whose durability is not required, see `storage.inline_sqlite`.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed.set(drivername="sqlite+aiosqlite"), inline=inline)
    # Last in, first out: a recently used connection has the statements prepared. As many as a busy worker uses at once:
    # those beyond are closed after each use, and a third of all processor time went into opening them.
    pool = {"pool_size": 20, "pool_pre_ping": True, "pool_use_lifo": True}
    return create_async_engine(parsed.set(drivername="postgresql+asyncpg"), hide_parameters=True, **pool)


def _sqlite(url: Any, *, inline: bool) -> AsyncEngine:
    if url.database and url.database != ":memory:":
        # The file contains confidential answers: only its owner may read it.
        path = Path(url.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    if inline:
        engine = make_inline_engine(url, NO_IMPLICIT_TRANSACTIONS)
    else:
        engine = create_async_engine(url, hide_parameters=True, connect_args=NO_IMPLICIT_TRANSACTIONS)
    event.listen(engine.sync_engine, "connect", _prepare)
    if inline:
        event.listen(engine.sync_engine, "connect", _leave_to_the_system)
        event.listen(engine.sync_engine, "begin", _begin_inline)
    else:
        event.listen(engine.sync_engine, "begin", _begin)
        event.listen(engine.sync_engine, "invalidate", _let_go)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _leave_to_the_system(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get("balik_read", False)
    # A transaction that reads first and writes later would fail with "database is locked" halfway.
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _begin_inline(connection: Connection) -> None:
    if connection.get_execution_options().get("balik_read", False):
        # It cannot fail, so there is no error for SQLAlchemy to translate, and a simulated day has thousands of them.
        connection.connection.cursor().execute("BEGIN")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _let_go(connection: Any, _record: Any, _error: Any) -> None:
    """Roll back the transaction of a cancelled task.

    SQLAlchemy closes its connection, but SQLite keeps a closed one open, with its lock on the database, as long as
    any of its cursors exists. Nothing can be awaited any more, so the rollback is started and not waited for: by its
    first step it is in the driver's queue.
    """
    rollback = connection.driver_connection.rollback()
    with suppress(StopIteration, ValueError):  # it was done at once, or the connection is closed
        rollback.send(None)
    rollback.close()
