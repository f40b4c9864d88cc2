"""The outbox: what is to be sent, each once. `bot.delivery` empties it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Outbox, OutboxState


@dataclass(frozen=True)
class Outgoing:
    """A message to send. Name one of `person_id` (their DM), `pair_id` (its group DM) or `channel`.

    `key` is `programme:kind:subject:slot` and makes it unique in its workspace; `due_at` defaults to now.
    """

    team_id: str
    key: str
    kind: str
    programme_id: int | None = None
    person_id: int | None = None
    pair_id: int | None = None
    channel: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
    expires_at: datetime | None = None
    bulk: bool = False
    keeps_hours: bool = True


async def enqueue(session: AsyncSession, message: Outgoing, now: datetime) -> bool:
    """Insert `message`; False, and nothing done, if its key is there already."""
    values = {
        **{name: getattr(message, name) for name in message.__dataclass_fields__},
        "due_at": message.due_at or now,
        "created_at": now,
        "state": OutboxState.PENDING,
        "attempt": 0,
    }
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Outbox).values(**values).on_conflict_do_nothing(index_elements=["team_id", "key"])
    result = await session.execute(statement)
    return bool(result.rowcount)  # type: ignore[attr-defined]  # Result of an insert is a CursorResult
