"""The current moment of all processes that share a database: the one source of every stored moment.

On PostgreSQL that is the server's clock, since the clocks of several replicas differ; on SQLite, which one process
uses, it is the process's.
"""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Clock

When = datetime | Clock
"""A given moment, or the shared one at the start of a transaction."""

DATABASE_CLOCK = select(func.clock_timestamp())


def is_shared(dialect: str) -> bool:
    """Whether several processes may use one database of this kind."""
    return dialect == "postgresql"


async def moment_of(session: AsyncSession, when: When) -> datetime:
    """`when` as a moment. Reads the database's time only where processes share it."""
    if isinstance(when, datetime):
        return when
    if not is_shared(session.get_bind().dialect.name):
        return when.now()
    database: datetime = (await session.exec(DATABASE_CLOCK)).one()
    return when.shared(database)
