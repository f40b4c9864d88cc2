"""Bulk insert of messages into the outbox, for jobs and releases."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.execute_many import execute_many
from storage.outbox import Outgoing, row_values
from storage.tables import Outbox

TABLE = SQLModel.metadata.tables[str(Outbox.__tablename__)]
COLUMNS = (
    *(name for name in Outgoing.__dataclass_fields__ if name != "lasts"),
    "lane",
    "planned_at",
    "created_at",
    "state",
    "attempt",
    "refusals",
    "read_restarted",
)
INSERTS = {
    dialect: insert(TABLE)
    .values({name: bindparam(name) for name in COLUMNS})
    .on_conflict_do_nothing(index_elements=["team_id", "key"])
    for dialect, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


async def enqueue_all(session: AsyncSession, messages: Iterable[Outgoing], now: datetime) -> None:
    """Insert `messages`; those whose key already exists are left unchanged."""
    insert = INSERTS[session.get_bind().dialect.name]
    await execute_many(session, insert, (row_values(message, now) for message in messages))
