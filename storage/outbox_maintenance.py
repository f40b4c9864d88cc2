"""Work of delivery besides sending: ended leases, stale messages, unknown outcomes, old processed requests."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, delete, exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.deadlines import STEP, latest_pause
from storage.outbox_claims import FULL, WINDOW, buckets_of, channel_of_row, full_moments, waiting
from storage.rate_limits import (
    BULK,
    POSTS,
    READS,
    BucketKey,
    BucketState,
    Limits,
    is_open,
    lock_buckets,
    moments_of,
    opens_at,
    take,
)
from storage.tables import Outbox, OutboxState, Pair, Person, ProcessedRequest, RateBucket
from storage.types import UTCDateTime
from storage.workspace_shares import Shares

RECEIPTS_KEPT = timedelta(days=2)
BATCH = 500
NEVER_POSTED = "never_posted"
MOST_WINDOWS = 4
"""Of waiting rows, each without the workspaces of those before."""


@dataclass(frozen=True)
class PendingWork:
    """For which kinds of work there are rows; `sending` includes rows whose worker died."""

    messages: bool = True
    unknown: bool = True
    stale: bool = True
    sending: bool = True

    def __bool__(self) -> bool:
        return self.messages or self.unknown or self.stale or self.sending


async def find_work(session: AsyncSession, now: datetime) -> PendingWork:
    """Find out what there is to do, in one quick query."""
    return PendingWork(*(await session.exec(WAITING_NOW, params={"now": now})).one())


async def end_leases(session: AsyncSession, now: datetime, lease: timedelta, settle: timedelta, until: datetime) -> int:
    """Take over rows whose lease ended, or lies further ahead than `lease`: their outcome is unknown.

    Slack accepted it before `until`, if at all.
    """
    moments = {"now": now, "latest": now + lease + STEP}
    for row in (rows := (await session.exec(ENDED_LEASES, params=moments)).all()):
        if row.channel is None:
            row.state, row.due_at, row.error = OutboxState.PENDING, now, NEVER_POSTED
        else:
            row.state, row.due_at, row.error = OutboxState.UNKNOWN, now + settle, "lease_ended"
            row.read_until = until
        row.lease_until = None
    return len(rows)


async def expire(session: AsyncSession, now: datetime, most: int) -> list[Outbox]:
    """Expire messages that became stale before they could be sent, at most so many."""
    for row in (rows := (await session.exec(STALE, params={"now": now, "most": most})).all()):
        row.state, row.error = OutboxState.EXPIRED, "expired"
    return list(rows)


async def take_unknown(
    session: AsyncSession,
    now: datetime,
    limits: Limits,
    room: int,
    until: datetime,
    busy: Collection[str] = (),
) -> list[Outbox]:
    """Claim unknown outcomes that have settled, at most `room`; no other worker reads them back before `until`.

    None of the workspaces that are `busy`, nor of those that may not be read now: they would take the room of others.
    """
    open_now = moments_of("reads", limits.reads, now) | {"latest_pause": latest_pause(now)}
    values: dict[str, Any] = {"now": now, "room": room, "busy": sorted(busy), **open_now}
    rows = (await session.exec(SETTLED, params=values)).all()
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


async def next_due(
    session: AsyncSession, now: datetime, limits: Limits, shares: Shares | None = None
) -> datetime | None:
    """The earliest moment, now at the earliest, at which something can be sent, read back, taken over or expired.

    `shares`: apart from what waits until a workspace has room again.
    """
    *waiting_or_unknown, lease_until, expires_at = (await session.exec(EARLIEST)).one()
    moments = [lease_until, expires_at]
    for earliest, looked_at in zip(waiting_or_unknown, (PROMPT, WAVES, UNKNOWN), strict=True):
        if earliest is None or earliest > now:
            moments.append(earliest)
        elif looked_at is UNKNOWN:
            moments.append(await _next_of_unknown(session, now, limits))
        elif shares:
            moments += await _next_of_shared(session, now, limits, shares, bulk=looked_at is WAVES)
        else:
            moments.append(await _first_open(session, (await session.exec(looked_at)).all(), now, limits))
    known = [moment for moment in moments if moment]
    return max(now, min(known)) if known else None


async def _next_of_unknown(session: AsyncSession, now: datetime, limits: Limits) -> datetime | None:
    rows = (await session.exec(UNKNOWN)).all()
    buckets = await _buckets(session, {row.team_id for row in rows}, {READS})
    return min((max(row.due_at, _opens(buckets, row.team_id, READS, limits, now)) for row in rows), default=None)


async def _next_of_shared(
    session: AsyncSession, now: datetime, limits: Limits, shares: Shares, *, bulk: bool
) -> list[datetime | None]:
    """When the workspaces open again that take nothing now, and the first moments of the others.

    Without those that are closed, whose rows would fill the window; if it is full of rows that the limits do not allow,
    without their workspaces once more.
    """
    names = (POSTS, BULK) if bulk else (POSTS,)
    full = [one for one in await session.exec(FULL_STATE, params=full_moments(limits, now)) if one.name in names]
    but = {bucket.team_id for bucket in full} | shares.busy() | shares.spread_now(bulk=bulk)
    moments: list[datetime | None] = [opens_at(bucket, limits.of(bucket.name), now) for bucket in full]
    for left in reversed(range(MOST_WINDOWS)):
        others = (await session.exec(OTHER_WAVES if bulk else OTHER_PROMPT, params={"but": sorted(but)})).all()
        moments.append(first := await _first_open(session, others, now, limits, again=not left))
        if len(others) < WINDOW or (first and first <= now):
            break
        but |= {row.team_id for row in others}
    return moments


async def _first_open(
    session: AsyncSession, rows: Sequence[Any], now: datetime, limits: Limits, *, again: bool = True
) -> datetime | None:
    """Of the first rows that wait, the first moment at which the limits allow one; `again`: if the window is full, at
    the latest in a second."""
    used = [buckets_of(row, row.known_channel) for row in rows]
    names = {name for keys in used for _, name in keys}
    buckets = await _buckets(session, {row.team_id for row in rows}, names)
    # Behind a full window of waiting rows another may be ready: check again soon.
    first = now + timedelta(seconds=1) if again and len(rows) == WINDOW else None
    opens: dict[BucketKey, datetime] = {}
    for row, keys in zip(rows, used, strict=True):
        if first and row.due_at >= first:
            break  # so are the others
        for team, name in keys:
            if (team, name) not in opens:
                opens[team, name] = _opens(buckets, team, name, limits, now)
        moment = max([row.due_at, *(opens[key] for key in keys)])
        first = min(moment, first or moment)
        if first <= now:
            break
    return first


Buckets = dict[tuple[str, str], BucketState]


async def _buckets(session: AsyncSession, teams: set[str], names: set[str]) -> Buckets:
    found = await session.exec(BUCKETS, params={"teams": sorted(teams), "names": sorted(names)})
    return {(bucket.team_id, bucket.name): bucket for bucket in found}


def _opens(buckets: Buckets, team_id: str, name: str, limits: Limits, now: datetime) -> datetime:
    bucket = buckets.get((team_id, name))
    return opens_at(bucket, limits.of(name), now) if bucket else now


# Statements are built once: building takes longer than executing them.

NOW: Any = bindparam("now", type_=UTCDateTime())


def _first_waiting(bulk: bool) -> Any:
    """Of the first waiting rows what their buckets depend on, with their channel if known.

    Single columns: of hundreds that wait, sixty are looked at again after each message.
    """
    destined: list[Any] = [Outbox.due_at, Outbox.team_id, Outbox.lane, Outbox.kind, Outbox.bulk, Outbox.keeps_hours]
    read: list[Any] = [*destined, channel_of_row().label("known_channel")]
    return (
        select(*read)
        .outerjoin(Person, col(Person.id) == Outbox.person_id)
        .outerjoin(Pair, col(Pair.id) == Outbox.pair_id)
        .where(*waiting(bulk))
        .order_by(col(Outbox.due_at), col(Outbox.id))
        .limit(WINDOW)
    )


def _first(column: Any, *where: Any) -> Any:
    """The earliest moment in a column, by its index."""
    return select(column).where(*where, column.is_not(None)).order_by(column).limit(1).scalar_subquery()


def _in_state(state: OutboxState) -> Any:
    return col(Outbox.state) == state


PROMPT, WAVES = _first_waiting(False), _first_waiting(True)
_BUT = col(Outbox.team_id).not_in(bindparam("but", expanding=True))
OTHER_PROMPT, OTHER_WAVES = PROMPT.where(_BUT), WAVES.where(_BUT)
UNKNOWN: Any = (
    select(Outbox.team_id, Outbox.due_at)
    .where(_in_state(OutboxState.UNKNOWN))
    .order_by(col(Outbox.due_at))
    .limit(WINDOW)
)
BUCKET_STATE: list[Any] = [
    RateBucket.team_id,
    RateBucket.name,
    RateBucket.free_at,
    RateBucket.paused_until,
    RateBucket.stopped,
]
FULL_STATE: Any = select(*BUCKET_STATE).where(FULL.whereclause)
BUCKETS: Any = select(*BUCKET_STATE).where(
    col(RateBucket.team_id).in_(bindparam("teams", expanding=True)),
    col(RateBucket.name).in_(bindparam("names", expanding=True)),
)
MOMENTS: list[Any] = [
    _first(col(Outbox.due_at), *waiting(False)),
    _first(col(Outbox.due_at), *waiting(True)),
    _first(col(Outbox.due_at), _in_state(OutboxState.UNKNOWN)),
    _first(col(Outbox.lease_until), _in_state(OutboxState.SENDING)),
    _first(col(Outbox.expires_at), _in_state(OutboxState.PENDING)),
]
EARLIEST: Any = select(*MOMENTS)
SORTS: list[Any] = [
    or_(*(exists().where(*waiting(bulk), col(Outbox.due_at) <= NOW) for bulk in (False, True))),
    exists().where(_in_state(OutboxState.UNKNOWN), col(Outbox.due_at) <= NOW),
    exists().where(_in_state(OutboxState.PENDING), col(Outbox.expires_at) <= NOW),
    exists().where(_in_state(OutboxState.SENDING)),
]
WAITING_NOW: Any = select(*SORTS)


def _some(*where: Any) -> Any:
    return select(Outbox).where(*where).limit(BATCH).with_for_update(skip_locked=True)


LATEST: Any = bindparam("latest", type_=UTCDateTime())
ENDED_LEASES = _some(
    _in_state(OutboxState.SENDING), or_(col(Outbox.lease_until) <= NOW, col(Outbox.lease_until) > LATEST)
)
STALE: Any = (
    select(Outbox)
    .where(_in_state(OutboxState.PENDING), col(Outbox.expires_at) <= NOW)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
READ_BUCKET = aliased(RateBucket)
SETTLED: Any = (
    select(Outbox)
    .outerjoin(READ_BUCKET, and_(col(READ_BUCKET.team_id) == col(Outbox.team_id), col(READ_BUCKET.name) == READS))
    .where(
        _in_state(OutboxState.UNKNOWN),
        col(Outbox.due_at) <= NOW,
        col(Outbox.team_id).not_in(bindparam("busy", expanding=True)),
        is_open(READ_BUCKET, "reads"),
    )
    .order_by(col(Outbox.due_at), col(Outbox.id))
    .limit(bindparam("room"))
    .with_for_update(skip_locked=True, of=Outbox)
)


async def delete_old(session: AsyncSession, now: datetime) -> int:
    """Delete processed requests that no redelivery can repeat, and unused buckets; the number of requests."""
    old = now - RECEIPTS_KEPT
    receipts = await session.exec(delete(ProcessedRequest).where(col(ProcessedRequest.at) < old))
    idle = or_(col(RateBucket.paused_until).is_(None), col(RateBucket.paused_until) < old)
    await session.exec(delete(RateBucket).where(col(RateBucket.free_at) < old, idle, ~col(RateBucket.stopped)))
    return int(receipts.rowcount)
