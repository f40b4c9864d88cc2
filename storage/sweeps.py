"""What delivery has to look at besides sending: ended leases, stale messages, unknown outcomes, old receipts."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.buckets import BULK, OPENS, POSTS, READS, Limits, lock_buckets, opens_at, take
from storage.claims import WINDOW, channel_of_row, waiting
from storage.tables import Outbox, OutboxState, Pair, Person, RateBucket, Receipt

RECEIPTS_KEPT = timedelta(days=2)
BATCH = 500
NEVER_POSTED = "never_posted"


async def end_leases(session: AsyncSession, now: datetime, lease_now: datetime, settle: timedelta) -> int:
    """Take over from workers whose lease ended by the leases' clock: what they posted is unknown."""
    ended = select(Outbox).where(col(Outbox.state) == OutboxState.SENDING, col(Outbox.lease_until) <= lease_now)
    rows = (await session.exec(ended.limit(BATCH).with_for_update(skip_locked=True))).all()
    for row in rows:
        if row.channel is None:
            row.state, row.due_at, row.error = OutboxState.PENDING, now, NEVER_POSTED
        else:
            row.state, row.due_at, row.error = OutboxState.UNKNOWN, now + settle, "lease_ended"
        row.lease_until = None
    return len(rows)


async def expire(session: AsyncSession, now: datetime) -> list[Outbox]:
    """Give up what went stale before it could be sent."""
    stale = select(Outbox).where(col(Outbox.state) == OutboxState.PENDING, col(Outbox.expires_at) <= now)
    rows = (await session.exec(stale.limit(BATCH).with_for_update(skip_locked=True))).all()
    for row in rows:
        row.state, row.error = OutboxState.EXPIRED, "expired"
    return list(rows)


async def take_unknown(
    session: AsyncSession, now: datetime, limits: Limits, room: int, until: datetime
) -> list[Outbox]:
    """Unknown outcomes that have settled, at most `room`; nobody else looks at them before `until`."""
    settled = select(Outbox).where(col(Outbox.state) == OutboxState.UNKNOWN, col(Outbox.due_at) <= now)
    in_order = settled.order_by(col(Outbox.due_at), col(Outbox.id)).limit(room).with_for_update(skip_locked=True)
    rows = (await session.exec(in_order)).all()
    buckets = await lock_buckets(session, [(row.team_id, READS) for row in rows], now)
    taken = []
    for row in rows:
        bucket = buckets[row.team_id, READS]
        if opens_at(bucket, limits.reads, now) > now:
            continue
        take(bucket, limits.reads, now)
        row.due_at = until
        taken.append(row)
    return taken


async def next_due(session: AsyncSession, now: datetime, limits: Limits) -> datetime | None:
    """The earliest moment, now at the earliest, at which something can be sent, read back, taken over or expired."""
    moments = [await _next_of_waiting(session, now, limits, bulk) for bulk in (False, True)]
    moments.append(await _next_of_unknown(session, now, limits))
    of_lease = select(func.min(Outbox.lease_until)).where(col(Outbox.state) == OutboxState.SENDING)
    moments.append((await session.exec(of_lease)).one())
    to_expire = select(Outbox.expires_at).where(
        col(Outbox.state) == OutboxState.PENDING, col(Outbox.expires_at).is_not(None)
    )
    moments.append((await session.exec(to_expire.order_by(col(Outbox.expires_at)).limit(1))).first())
    known = [moment for moment in moments if moment]
    return max(now, min(known)) if known else None


async def _next_of_unknown(session: AsyncSession, now: datetime, limits: Limits) -> datetime | None:
    unknown = select(Outbox).where(col(Outbox.state) == OutboxState.UNKNOWN).order_by(col(Outbox.due_at)).limit(WINDOW)
    rows = (await session.exec(unknown)).all()
    buckets = await _buckets(session, {row.team_id for row in rows})
    return min((max(row.due_at, _opens(buckets, row.team_id, READS, limits, now)) for row in rows), default=None)


async def _next_of_waiting(session: AsyncSession, now: datetime, limits: Limits, bulk: bool) -> datetime | None:
    """Of the first that are due, the first that the limits let go; else the first that will be due."""
    channel = channel_of_row()
    statement = (
        select(Outbox, channel)
        .outerjoin(Person, col(Person.id) == Outbox.person_id)
        .outerjoin(Pair, col(Pair.id) == Outbox.pair_id)
        .where(*waiting(bulk))
        .order_by(col(Outbox.due_at), col(Outbox.id))
    )
    rows = [(row, known) for row, known in await session.exec(statement.limit(WINDOW))]
    buckets = await _buckets(session, {row.team_id for row, _ in rows}, {row.lane for row, _ in rows})
    moments = []
    for row, known in rows:
        names = [row.lane, POSTS, *([BULK] if bulk else []), *([] if known else [OPENS])]
        moments.append(max(row.due_at, *(_opens(buckets, row.team_id, name, limits, now) for name in names)))
    if len(rows) == WINDOW:
        # Behind a window of those who wait, somebody else may be free to go: look again soon.
        moments.append(now + timedelta(seconds=1))
    return min(moments, default=None)


Buckets = dict[tuple[str, str], RateBucket]


async def _buckets(session: AsyncSession, teams: set[str], lanes: Iterable[str] = ()) -> Buckets:
    names = {POSTS, BULK, OPENS, READS, *lanes}
    wanted = select(RateBucket).where(col(RateBucket.team_id).in_(teams), col(RateBucket.name).in_(names))
    return {(bucket.team_id, bucket.name): bucket for bucket in await session.exec(wanted)}


def _opens(buckets: Buckets, team_id: str, name: str, limits: Limits, now: datetime) -> datetime:
    bucket = buckets.get((team_id, name))
    return opens_at(bucket, limits.of(name), now) if bucket else now


async def forget_old(session: AsyncSession, now: datetime) -> int:
    """Delete receipts that no redelivery can refer to any more, and buckets long unused; how many receipts."""
    old = now - RECEIPTS_KEPT
    receipts = await session.exec(delete(Receipt).where(col(Receipt.at) < old))
    idle = or_(col(RateBucket.paused_until).is_(None), col(RateBucket.paused_until) < old)
    await session.exec(delete(RateBucket).where(col(RateBucket.free_at) < old, idle))
    return int(receipts.rowcount)
