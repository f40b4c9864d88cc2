"""Rate limits of calls to Slack: token buckets in the database, shared by all replicas.

Each bucket is one moment, as in the generic cell rate algorithm: when it would be unused again. A call moves it
forward by an interval; it may be ahead of now by a burst. A 429 also pauses the bucket.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, tuple_
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.deadlines import LONGEST_RETRY, latest_pause, possible
from storage.new_rows import inserts_unless_known
from storage.shared_time import is_shared
from storage.tables import RateBucket

POSTS = "chat.postMessage"
BULK = "chat.postMessage:bulk"
OPENS = "conversations.open"
READS = "conversations.history"

FILES = "files"
"""Uploads: each file takes one call of files.getUploadURLExternal."""
PLANNED_FILES = "files:bulk"
"""Uploads that nobody asked for just now, such as certificates."""
HOMES = "views.publish"
DELETIONS = "chat.delete"
FILE_DELETIONS = "files.delete"
PEOPLE = "users.list"
UPDATES = "chat.update"
CHANNELS = "conversations.info"
MEMBERS = "conversations.members"
PROFILES = "users.info"
LOOKUPS = "users.lookupByEmail"

STOPPED_LOOK = timedelta(hours=1)
"""After how long a stopped bucket is checked again."""

BucketKey = tuple[str, str]
"""(team_id, name)."""


@dataclass(frozen=True)
class Limit:
    """`per_minute` calls, of which `burst` may come at once."""

    per_minute: float
    burst: int

    @cached_property
    def interval(self) -> timedelta:
        return timedelta(minutes=1) / self.per_minute

    @cached_property
    def ahead(self) -> timedelta:
        """How far a bucket may be ahead of now and still take a call."""
        return self.interval * (self.burst - 1)


@dataclass(frozen=True)
class Limits:
    """Balik's own limits, a little below Slack's (see its documentation, "Rate limits")."""

    posts: Limit = Limit(300, 10)
    lane: Limit = Limit(60, 3)
    opens: Limit = Limit(40, 2)
    reads: Limit = Limit(48, 2)
    files: Limit = Limit(90, 4)
    background: Limit = Limit(60, 10)
    """Calls of a tier 4 method (100 per minute) for which nobody waits: the others are left for clicks."""
    slow_background: Limit = Limit(36, 12)
    """The same for a tier 3 method (50 per minute)."""
    profiles: Limit = Limit(60, 20)
    """Of people, also a tier 4 method: a daily comparison asks for a score of them at once."""
    lookups: Limit = Limit(25, 20)
    """Of people by their addresses, a tier 3 method: for a short roster, all at once."""
    channels: Limit = Limit(24, 8)
    """Of channels, a tier 3 method: HR's rights are asked for besides (`bot.slack.directory.FRESH_A_MINUTE`)."""
    slowest_background: Limit = Limit(10, 3)
    """The same for a tier 2 method (20 per minute)."""
    bulk_share: float = 0.7
    """The part of `posts` and `files` that a release, or certificates, may use, so that clicks never wait for them."""

    @cached_property
    def _bulk_posts(self) -> Limit:
        return Limit(self.posts.per_minute * self.bulk_share, max(1, int(self.posts.burst * self.bulk_share)))

    @cached_property
    def _planned_files(self) -> Limit:
        return Limit(self.files.per_minute * self.bulk_share, self.files.burst)

    def of(self, name: str) -> Limit:
        """The limit of a bucket."""
        match name:
            case "chat.postMessage":
                return self.posts
            case "chat.postMessage:bulk":
                return self._bulk_posts
            case "conversations.open":
                return self.opens
            case "conversations.history":
                return self.reads
            case "files":
                return self.files
            case "files:bulk":
                return self._planned_files
            case "views.publish" | "conversations.members":
                return self.background
            case "chat.delete" | "files.delete" | "chat.update":
                return self.slow_background
            case "conversations.info":
                return self.channels
            case "users.info":
                return self.profiles
            case "users.lookupByEmail":
                return self.lookups
            case "users.list":
                return self.slowest_background
            case _:
                return self.lane


FREE = Limit(6_000_000, 1_000_000)
UNLIMITED = Limits(FREE, FREE, FREE, FREE, FREE, FREE, FREE, FREE, FREE, FREE, FREE)
"""For tests of other things."""


def lane_of(person_id: int | None, pair_id: int | None, channel: str | None) -> str:
    """The bucket of the recipient of a message: known before its channel is."""
    if person_id is not None:
        return f"person:{person_id}"
    return f"pair:{pair_id}" if pair_id is not None else f"channel:{channel}"


class BucketState(Protocol):
    """What is read of a bucket: of its row, or of some of its columns."""

    @property
    def free_at(self) -> datetime: ...
    @property
    def paused_until(self) -> datetime | None: ...
    @property
    def stopped(self) -> bool: ...


def opens_at(bucket: BucketState, limit: Limit, now: datetime) -> datetime:
    """The first moment, now at the earliest, at which `bucket` takes a call."""
    moments = [now, _kept(bucket, limit, now) - limit.ahead]
    if bucket.stopped:
        moments.append(now + STOPPED_LOOK)
    if paused_until := possible(bucket.paused_until, now, LONGEST_RETRY):
        moments.append(paused_until)
    return max(moments)


def take(bucket: RateBucket, limit: Limit, now: datetime, calls: int = 1) -> None:
    """Use `bucket` for so many calls."""
    bucket.free_at = max(_kept(bucket, limit, now), now) + limit.interval * calls


def _kept(bucket: BucketState, limit: Limit, now: datetime) -> datetime:
    return now if bucket.free_at > _impossible(limit, now) else bucket.free_at


def _impossible(limit: Limit, now: datetime) -> datetime:
    """Reset a bucket that is further ahead than possible apart from clock differences: the clock was set back."""
    return now + limit.ahead + limit.interval + timedelta(minutes=1)


def is_open(bucket: Any, name: str) -> ColumnElement[bool]:
    """`opens_at(bucket) <= now` in SQL, with the values of `moments_of` for `name`, and `latest_pause`.

    `bucket` is an alias of `RateBucket` that is outer-joined.
    """
    unused = or_(
        bucket.free_at.is_(None),
        bucket.free_at <= bindparam(f"{name}_ahead"),
        bucket.free_at > bindparam(f"{name}_impossible"),
    )
    paused_until = bucket.paused_until
    open_now = or_(paused_until.is_(None), paused_until <= bindparam("now"), paused_until > bindparam("latest_pause"))
    return and_(unused, bucket.stopped.is_not(True), open_now)


def moments_of(name: str, limit: Limit, now: datetime) -> dict[str, datetime]:
    """The parameters of `is_open`."""
    return {f"{name}_ahead": now + limit.ahead, f"{name}_impossible": _impossible(limit, now)}


async def lock_buckets(session: AsyncSession, keys: Iterable[BucketKey], now: datetime) -> dict[BucketKey, RateBucket]:
    """The named buckets, created if needed, locked until the transaction ends.

    Always in the same order, so that two replicas never wait for each other.
    """
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    dialect = session.get_bind().dialect.name
    if not is_shared(dialect):
        # One transaction writes at a time, so the order does not matter, and mostly no bucket is missing.
        known = await _locked(session, wanted)
        if len(known) == len(wanted):
            return known
    rows = [{"team_id": team, "name": name, "free_at": now, **UNUSED} for team, name in wanted]
    while True:
        await session.exec(INSERTS[dialect], params=rows)
        known = await _locked(session, wanted)
        if len(known) == len(wanted):
            return known
        # Another replica removed one that was unused, in between: it is inserted again.


async def _locked(session: AsyncSession, wanted: Sequence[BucketKey]) -> dict[BucketKey, RateBucket]:
    found = await session.exec(IN_ORDER, params={"wanted": wanted})
    return {(bucket.team_id, bucket.name): bucket for bucket in found}


async def take_turn(session: AsyncSession, team_id: str, name: str, limits: Limits, now: datetime) -> datetime:
    """Use a bucket once if it is open: then `now`, otherwise the moment at which it opens. Commit before the call."""
    return (await take_turns(session, team_id, [name], limits, now))[0]


async def take_turns(
    session: AsyncSession, team_id: str, names: Sequence[str], limits: Limits, now: datetime
) -> tuple[datetime, str]:
    """Use each of these buckets once if all are open: then `now`, otherwise the moment at which the last one opens;
    with the name of that one. Commit before the calls."""
    buckets = await lock_buckets(session, [(team_id, name) for name in names], now)
    opens, last = max((opens_at(buckets[team_id, name], limits.of(name), now), name) for name in names)
    if opens <= now:
        for name in names:
            take(buckets[team_id, name], limits.of(name), now)
    return opens, last


async def count_call(session: AsyncSession, team_id: str, name: str, limits: Limits, now: datetime) -> None:
    """Use a bucket for a call that is made whether it is open or not."""
    take((await lock_buckets(session, [(team_id, name)], now))[team_id, name], limits.of(name), now)


_TABLE = SQLModel.metadata.tables[str(RateBucket.__tablename__)]
UNUSED = {"stopped": False, "refusals": 0}
_NAMES = ("team_id", "name", "free_at", *UNUSED)
INSERTS = inserts_unless_known(_TABLE, _NAMES)
"""Each post and each published page needs one."""

IN_ORDER = (
    select(RateBucket)
    .where(tuple_(col(RateBucket.team_id), col(RateBucket.name)).in_(bindparam("wanted", expanding=True)))
    .order_by(col(RateBucket.team_id), col(RateBucket.name))
    .with_for_update()
    .execution_options(populate_existing=True)
)


async def pause(session: AsyncSession, team_id: str, name: str, until: datetime, now: datetime) -> None:
    """Slack said 429 for a bucket. If several recipients' buckets are paused at once, the workspace's limit was hit."""
    buckets = await lock_buckets(session, [(team_id, POSTS), (team_id, name)], now)
    _hold(buckets[team_id, name], until, now)
    if name in (POSTS, BULK, OPENS, READS, FILES, PLANNED_FILES):
        return
    await session.flush()
    paused = select(func.count()).where(
        RateBucket.team_id == team_id,
        col(RateBucket.paused_until) > now,
        col(RateBucket.paused_until) <= latest_pause(now),
    )
    if (await session.exec(paused)).one() >= LANES_THAT_TELL:
        _hold(buckets[team_id, POSTS], until, now)


LANES_THAT_TELL = 3


def _hold(bucket: RateBucket, until: datetime, now: datetime) -> None:
    until = min(until, now + LONGEST_RETRY)
    bucket.paused_until = max(possible(bucket.paused_until, now, LONGEST_RETRY) or until, until)
