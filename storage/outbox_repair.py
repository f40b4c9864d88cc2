"""Operator actions on a stuck message in any state: retry it, or give it up."""

from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.rate_limits import BULK, OPENS, POSTS
from storage.tables import Outbox, OutboxState, Pair, Person, RateBucket

LONGEST_LEASE = timedelta(minutes=5)
"""A lease further ahead was set by a wrong clock."""
SETTLE = timedelta(seconds=60)
"""How long Slack may take to accept a post: its channel is not read back earlier."""
FAR = timedelta(days=90)
"""No message is planned further ahead."""
OVER = (OutboxState.SENT, OutboxState.DROPPED)
NEXT_READING: dict[str, Any] = {"read_cursor": None, "read_restarted": False, "refusals": 0}


Result = tuple["Freed", Outbox | None]


class Freed(Enum):
    """Result of an operator action."""

    QUEUED = auto()
    READ_BACK = auto()
    """It may have arrived: its channel is read back first."""
    DROPPED = auto()
    MISSING = auto()
    OVER = auto()
    """It was sent or dropped before."""
    BUSY = auto()
    """It may be in the middle of being sent."""
    UNREADABLE = auto()
    """It may have arrived, and its channel cannot be read back."""

    @property
    def done(self) -> bool:
        return self in (Freed.QUEUED, Freed.READ_BACK, Freed.DROPPED)


async def try_again(
    session: AsyncSession, outbox_id: int, now: datetime, *, force: bool
) -> tuple[Freed, Outbox | None]:
    """Send a message. If it may have arrived, it is read back first; with `force` it is sent without."""
    row = await _lock(session, outbox_id)
    if row is None or row.state in OVER:
        return (Freed.MISSING if row is None else Freed.OVER), row
    posted = row.channel is not None or row.state is not OutboxState.SENDING
    match row.state:
        case OutboxState.SENDING if is_live(row, now) and not force:
            return Freed.BUSY, row
        case OutboxState.JOINED:
            return Freed.BUSY, row  # it follows the message that it is a part of
        case OutboxState.UNKNOWN if row.person_id is None and not force:
            return Freed.UNREADABLE, row
        case OutboxState.SENDING if posted and not force:
            _set(row, state=OutboxState.UNKNOWN, due_at=now + SETTLE, error="freed_by_operator", read_until=None)
            return Freed.READ_BACK, row
        case OutboxState.UNKNOWN | OutboxState.HELD if row.person_id is not None and not force:
            _set(row, state=OutboxState.UNKNOWN, due_at=now)
            return Freed.READ_BACK, row
        case OutboxState.PENDING:
            _set(row, due_at=now, error=None)
        case _:
            _set(row, state=OutboxState.PENDING, due_at=now, expires_at=None, error=None, read_until=None)
    return Freed.QUEUED, row


async def give_up(session: AsyncSession, outbox_id: int, now: datetime, *, force: bool) -> Result:
    """Drop a message in any state. It may have arrived if it was being sent."""
    row = await _lock(session, outbox_id)
    if row is None or row.state in OVER:
        return (Freed.MISSING if row is None else Freed.OVER), row
    if row.state is OutboxState.SENDING and is_live(row, now) and not force:
        return Freed.BUSY, row
    _set(row, state=OutboxState.DROPPED, error="dropped_by_operator")
    return Freed.DROPPED, row


def is_live(row: Outbox, now: datetime) -> bool:
    """Whether a message may be in the middle of being sent."""
    return row.lease_until is not None and now < row.lease_until <= now + LONGEST_LEASE


def is_stuck(now: datetime) -> ColumnElement[bool]:
    """Messages that an operator may want to resolve: undelivered, unknown, postponed or abandoned."""
    state, due, lease = col(Outbox.state), col(Outbox.due_at), col(Outbox.lease_until)
    name = col(RateBucket.name)
    unopened = and_(name == OPENS, col(Outbox.channel).is_(None), ~_known_channel())
    ours = or_(name.in_((col(Outbox.lane), POSTS)), and_(name == BULK, col(Outbox.bulk)), unopened)
    paused = exists().where(col(RateBucket.team_id) == col(Outbox.team_id), ours, is_paused(now))
    waits = or_(and_(col(Outbox.error).is_not(None), due > now), due > now + FAR, and_(paused, due <= now + FAR))
    return or_(
        state.in_((OutboxState.HELD, OutboxState.DEAD, OutboxState.EXPIRED, OutboxState.UNKNOWN)),
        and_(state == OutboxState.SENDING, or_(lease.is_(None), lease <= now, lease > now + LONGEST_LEASE)),
        and_(state == OutboxState.PENDING, waits),
    )


def _known_channel() -> ColumnElement[bool]:
    """Whether the DM or group DM of a message was opened before."""
    dm = exists().where(col(Person.id) == col(Outbox.person_id), col(Person.dm_channel).is_not(None))
    to_pair = and_(col(Outbox.person_id).is_(None), col(Pair.id) == col(Outbox.pair_id))
    return or_(dm, exists().where(to_pair, col(Pair.group_channel).is_not(None)))


def is_paused(now: datetime) -> ColumnElement[bool]:
    """Buckets that are paused now."""
    return or_(col(RateBucket.paused_until) > now, col(RateBucket.stopped))


async def _lock(session: AsyncSession, outbox_id: int) -> Outbox | None:
    statement = select(Outbox).where(Outbox.id == outbox_id).with_for_update()
    return (await session.exec(statement)).one_or_none()


def _set(row: Outbox, **values: Any) -> None:
    for name, value in {"lease_until": None, **NEXT_READING, **values}.items():
        setattr(row, name, value)
