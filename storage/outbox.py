"""The outbox: messages to send, each exactly once. `bot.delivery` sends them; `storage.outbox_claims` selects them.

States: pending → sending → sent | pending | unknown | dead | expired | dropped, unknown → sent | pending | held; of
the parts of a day's message (`storage.day_messages`): pending → joined → sent | pending | dropped | expired | held.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Update, bindparam, func, update
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.kind import OutboxMessage
from storage.new_rows import inserts_unless_known
from storage.rate_limits import lane_of
from storage.tables import Outbox, OutboxState

TROUBLED = (OutboxState.HELD, OutboxState.DEAD, OutboxState.EXPIRED)
"""States that an operator may want to look at."""
PERHAPS_POSTED = (OutboxState.SENDING, OutboxState.UNKNOWN, OutboxState.JOINED)
"""States of messages that may be in Slack already."""
UNSENT = (OutboxState.PENDING, OutboxState.JOINED)
"""States of messages that can still be taken back, at the latest when they are rendered."""
NOT_POSTED = (OutboxState.PENDING, OutboxState.DROPPED, OutboxState.EXPIRED, OutboxState.DEAD)
"""States of messages that nobody has read, nor can have."""
UNDER_WAY = (OutboxState.PENDING, *PERHAPS_POSTED)
"""States of messages that will be in Slack, or may be."""
NOT_OVER = (*UNDER_WAY, *TROUBLED)
UNSETTLED = (OutboxState.UNKNOWN, OutboxState.PENDING, OutboxState.HELD, OutboxState.EXPIRED)


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
    daily: bool = False
    lasts: timedelta | None = None
    """It expires so long after it is due, if no `expires_at` is named."""


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
INSERTS = inserts_unless_known(TABLE, COLUMNS, ["team_id", "key"])


def outgoing(
    payload: OutboxMessage,
    team_id: str,
    programme_id: int | None = None,
    *,
    person_id: int | None = None,
    pair_id: int | None = None,
    channel: str | None = None,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    bulk: bool = False,
    keeps_hours: bool = True,
    urgent: bool = False,
) -> Outgoing:
    """The message that says `payload`. Its kind knows the key, how long it lasts, and whether it waits for others.

    `urgent`: it does not wait for the message of the next day.
    """
    kind = payload.kind
    keeps_hours = keeps_hours and not kind.at_once
    return Outgoing(
        team_id,
        payload.key(programme_id, person_id),
        kind.name,
        programme_id,
        person_id,
        pair_id,
        channel,
        payload.stored(),
        due_at,
        expires_at,
        bulk=bulk or kind.bulk,
        keeps_hours=keeps_hours,
        daily=kind.daily and person_id is not None and keeps_hours and not urgent,
        lasts=kind.lasts,
    )


async def enqueue(session: AsyncSession, message: Outgoing, now: datetime) -> bool:
    """Insert `message`; False, without any change, if its key already exists."""
    await session.flush()  # what the row refers to
    result = await session.exec(INSERTS[session.get_bind().dialect.name], params=row_values(message, now))
    return bool(result.rowcount)


def row_values(message: Outgoing, now: datetime) -> dict[str, Any]:
    """The initial row of a message."""
    due_at = message.due_at or now
    values = dict(message.__dict__)
    lasts = values.pop("lasts")
    return {
        **values,
        "lane": lane_of(message.person_id, message.pair_id, message.channel),
        "due_at": due_at,
        "planned_at": due_at,
        "expires_at": message.expires_at or (due_at + lasts if lasts else None),
        "created_at": now,
        "state": OutboxState.PENDING,
        "attempt": 0,
        "refusals": 0,
        "read_restarted": False,
    }


def key_hash(row: Outbox) -> str:
    """The mark of a message in Slack, where the whole workspace can see it: it is meaningless to others."""
    return hashlib.sha256(f"{row.team_id}:{row.key}".encode()).hexdigest()[:32]


async def hold(session: AsyncSession, row: Outbox, **values: Any) -> bool:
    """Update the row that we claimed as `row`; False, without any change, if the claim was lost (fencing)."""
    ours = {"id": row.id, "state": OutboxState.SENDING, "owner": row.owner, "attempt": row.attempt}
    return await _change(session, ours, values)


async def _change(session: AsyncSession, where: dict[str, Any], values: dict[str, Any]) -> bool:
    """Whether a row that matches `where` existed and was updated to `values`."""
    await session.flush()
    statement = _changing(frozenset(where), frozenset(values))
    named = {f"is_{name}": value for name, value in where.items()} | {f"to_{name}": v for name, v in values.items()}
    result = await session.exec(statement, params=named)
    return bool(result.rowcount)


@cache
def _changing(where: frozenset[str], values: frozenset[str]) -> Update:
    """Built once for each combination: building a statement takes longer than executing it."""
    matches = [TABLE.c[name] == bindparam(f"is_{name}") for name in sorted(where)]
    changes = {name: bindparam(f"to_{name}", type_=TABLE.c[name].type) for name in sorted(values)}
    return update(TABLE).where(*matches).values(changes)


async def record(session: AsyncSession, row: Outbox, state: OutboxState, **values: Any) -> bool:
    """Record the result of the attempt for which `row` was claimed; False if the claim was lost."""
    return await hold(session, row, state=state, lease_until=None, **values)


async def record_found(session: AsyncSession, row: Outbox, state: OutboxState, **values: Any) -> bool:
    """Record the result of reading back the unknown attempt of `row`; False if it is already settled."""
    same = {"id": row.id, "state": OutboxState.UNKNOWN, "attempt": row.attempt}
    return await _change(session, same, {"state": state, **values})


async def record_late(session: AsyncSession, row: Outbox, ts: str, now: datetime, settle: timedelta) -> bool:
    """A message was posted as `ts` after its claim was lost. False if it is a duplicate: delete it.

    If nobody tried since, it is the message. If another worker sends it, or may have sent it, reading back decides.
    """
    current = (await session.exec(select(Outbox).where(Outbox.id == row.id).with_for_update())).one_or_none()
    if current is None or (current.state == OutboxState.SENT and current.ts != ts):
        return False
    if current.attempt == row.attempt and current.state in UNSETTLED:
        current.state, current.ts, current.sent_at, current.error = OutboxState.SENT, ts, now, None
    elif current.attempt != row.attempt and current.state in (OutboxState.PENDING, OutboxState.SENDING):
        current.state, current.due_at, current.lease_until = OutboxState.UNKNOWN, now + settle, None
        current.attempt += 1  # so that the other worker does not take its post for the only one
    return True


@dataclass(frozen=True)
class Backlog:
    """The number of messages in a state, and for how many seconds the oldest of them has been due (0 if it is not)."""

    state: str
    count: int
    age: float


async def backlog(session: AsyncSession, now: datetime) -> list[Backlog]:
    """Waiting and undelivered messages, by state. The cost does not depend on the number of sent messages."""
    oldest = func.min(col(Outbox.due_at))
    statement = select(Outbox.state, func.count(), oldest).where(col(Outbox.state).in_(NOT_OVER)).group_by(Outbox.state)
    found = {state: (count, due) for state, count, due in await session.exec(statement)}
    none = (0, now)
    return [
        Backlog(str(state), found.get(state, none)[0], max(0.0, (now - found.get(state, none)[1]).total_seconds()))
        for state in NOT_OVER
    ]


async def backlog_by_workspace(session: AsyncSession, now: datetime, most: int) -> list[tuple[str, Backlog]]:
    """The same by workspace: of the `most` workspaces and states in which a message has been due for longest."""
    oldest = func.min(col(Outbox.due_at))
    statement = (
        select(Outbox.team_id, Outbox.state, func.count(), oldest)
        .where(col(Outbox.state).in_(NOT_OVER))
        .group_by(Outbox.team_id, Outbox.state)
        .order_by(oldest, Outbox.team_id, Outbox.state)
        .limit(most)
    )
    return [
        (team_id, Backlog(str(state), count, max(0.0, (now - due).total_seconds())))
        for team_id, state, count, due in await session.exec(statement)
    ]


async def troubled(session: AsyncSession, team_id: str) -> list[Outbox]:
    """Messages that are held, dead or expired, newest first."""
    statement = select(Outbox).where(Outbox.team_id == team_id, col(Outbox.state).in_(TROUBLED))
    return list((await session.exec(statement.order_by(col(Outbox.id).desc()))).all())


async def retry(session: AsyncSession, team_id: str, outbox_id: int, now: datetime) -> bool:
    """Send a held, dead or expired message again; False if it is none. A held one may then arrive twice."""
    values = {"state": OutboxState.PENDING, "due_at": now, "expires_at": None, "error": None, "refusals": 0}
    return await _settle(session, team_id, outbox_id, values)


async def drop(session: AsyncSession, team_id: str, outbox_id: int) -> bool:
    """Give up a held, dead or expired message; False if it is none."""
    return await _settle(session, team_id, outbox_id, {"state": OutboxState.DROPPED, "error": "dropped_by_operator"})


async def drop_waiting(session: AsyncSession, person_id: int, programme_id: int, spare: Collection[str] = ()) -> int:
    """Drop the waiting messages to a participant of a programme, except kinds to `spare`; their number."""
    theirs = (
        col(Outbox.state) == OutboxState.PENDING,
        col(Outbox.person_id) == person_id,
        col(Outbox.programme_id) == programme_id,
        col(Outbox.kind).not_in(spare),
    )
    values = {"state": OutboxState.DROPPED, "error": "left"}
    return int((await session.exec(update(Outbox).where(*theirs).values(**values))).rowcount)


async def _settle(session: AsyncSession, team_id: str, outbox_id: int, values: dict[str, Any]) -> bool:
    theirs = (col(Outbox.id) == outbox_id, col(Outbox.team_id) == team_id, col(Outbox.state).in_(TROUBLED))
    result = await session.exec(update(Outbox).where(*theirs).values(**values))
    return bool(result.rowcount)
