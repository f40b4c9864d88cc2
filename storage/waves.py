"""Many messages at once, as a tick has them: one statement instead of one each."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.buckets import lane_of
from storage.outbox import Outgoing
from storage.tables import Outbox, OutboxState

AT_ONCE = 1000
"""Rows a statement: PostgreSQL takes at most 32,767 values."""


async def enqueue_all(session: AsyncSession, messages: Sequence[Outgoing], now: datetime) -> None:
    """Insert `messages`; those whose key is there already are left as they are."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    table = SQLModel.metadata.tables[str(Outbox.__tablename__)]
    statement = insert(table).on_conflict_do_nothing(index_elements=["team_id", "key"])
    connection = await session.connection()
    for start in range(0, len(messages), AT_ONCE):
        rows = [_row(message, now) for message in messages[start : start + AT_ONCE]]
        await connection.execute(statement, rows)


def _row(message: Outgoing, now: datetime) -> dict[str, object]:
    return {
        **{name: getattr(message, name) for name in message.__dataclass_fields__},
        "lane": lane_of(message.person_id, message.pair_id, message.channel),
        "due_at": message.due_at or now,
        "created_at": now,
        "state": OutboxState.PENDING,
        "attempt": 0,
    }
