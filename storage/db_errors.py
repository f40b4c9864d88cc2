"""Exceptions of a database that cannot be reached or cannot write."""

import asyncpg  # type: ignore[import-untyped]  # ships no types
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

DATABASE_AWAY = (DBAPIError, PoolTimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
"""Stopped, restarting, full, read-only: SQLAlchemy wraps most of these errors, but not those while connecting."""


def why(error: BaseException) -> str:
    """The cause for the log, such as "database or disk is full". Other errors may quote rows: only their type."""
    return str(error.orig) if isinstance(error, OperationalError) else type(error).__name__
