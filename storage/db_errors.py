"""How a database that cannot be reached, or cannot write, shows itself."""

import asyncpg  # type: ignore[import-untyped]  # ships no types
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

DATABASE_AWAY = (DBAPIError, PoolTimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
"""Stopped, restarting, full, read-only: SQLAlchemy wraps most of it, but not what happens while connecting."""


def why(error: BaseException) -> str:
    """What is the matter with the database, for the log: "database or disk is full". Other errors might quote rows."""
    return str(error.orig) if isinstance(error, OperationalError) else type(error).__name__
