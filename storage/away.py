"""How a database that cannot be reached, or cannot write, shows itself."""

import asyncpg  # type: ignore[import-untyped]  # ships no types
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

DATABASE_AWAY = (DBAPIError, PoolTimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
"""Stopped, restarting, full, read-only: SQLAlchemy wraps most of it, but not what happens while connecting."""
