"""Bulk insert of messages into the outbox, for jobs and releases."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from storage.execute_many import execute_many
from storage.outbox import INSERTS, Outgoing, row_values


async def enqueue_all(session: AsyncSession, messages: Iterable[Outgoing], now: datetime) -> None:
    """Insert `messages`; those whose key already exists are left unchanged."""
    insert = INSERTS[session.get_bind().dialect.name]
    await execute_many(session, insert, (row_values(message, now) for message in messages))
