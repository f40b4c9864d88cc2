"""Selects the messages that may be sent now: due, within rate limits, not delaying clicks, programmes in turn."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, zip_longest
from typing import Any, Protocol

from sqlalchemy import ColumnElement, String, and_, bindparam, case, cast, exists, func, null, or_
from sqlalchemy import select as select_many
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.registry import UPLOADS
from storage.backlog_spread import Overload, overloads
from storage.claim_fitting import Candidate, WaitUntil, find_fitting
from storage.day_messages import due_with, join
from storage.deadlines import latest_pause
from storage.rate_limits import (
    BULK,
    FILES,
    OPENS,
    PLANNED_FILES,
    POSTS,
    BucketKey,
    Limits,
    is_open,
    lock_buckets,
    moments_of,
    opens_at,
    take,
)
from storage.tables import Outbox, OutboxState, Pair, Person, Programme, RateBucket
from storage.workspace_shares import Shares, in_turn

WINDOW = 64
"""Maximum number of candidates per query."""
SCANNED = 128
"""Mode many: how many messages that may go a claim looks at, to find those of several workspaces."""

LANE, BUCKET, BULK_BUCKET, OPEN_BUCKET, FILE_BUCKET, PLANNED_BUCKET = [aliased(RateBucket) for _ in range(6)]

ANOTHER = aliased(Outbox)

Prepare = Callable[[Sequence[Outbox]], Awaitable[None]]
"""Called with all messages for which `WaitUntil` may be called, so that it need not read what it needs for each."""


@dataclass(frozen=True)
class Claim:
    """The claiming worker and the size of the claim: at most `room` messages, until `lease_until`."""

    owner: str
    room: int
    lease_until: datetime
    last_programme: int | None = None
    """The programme that was served last."""
    joins: bool = True
    """Whether what is due for a person at the start of a day is joined."""
    shares: Shares | None = None
    """What each workspace may send at the same time; None in mode one."""


@dataclass
class Claimed:
    """`rows` are claimed; `moved` were postponed to working hours or dropped."""

    rows: list[Outbox] = field(default_factory=list)
    moved: int = 0
    inactive: list[Outbox] = field(default_factory=list)
    """Those of `moved` that were dropped because there is no active recipient."""
    overloads: list[Overload] = field(default_factory=list)
    """What is to be spread."""


async def claim(
    session: AsyncSession,
    now: datetime,
    limits: Limits,
    asked: Claim,
    wait_until: WaitUntil,
    prepare: Prepare | None = None,
) -> Claimed:
    """Claim messages that may be sent now. Commit before anything is posted."""
    too_much: list[Overload] = []
    found = await _candidates(session, now, limits, asked, too_much)
    if not found:
        return Claimed(overloads=too_much)
    rows = [row for row, _, _ in found]
    parts_due = await due_with(session, rows, now) if asked.joins else {}
    if prepare:
        await prepare([*{row.id: row for row in chain(rows, *parts_due.values())}.values()])
    fitting = await find_fitting(found, parts_due, now, asked.shares, wait_until)
    claimed = Claimed(moved=fitting.moved, inactive=fitting.inactive, overloads=too_much)
    keys = chain.from_iterable(buckets_of(row, channel) for row, channel, _ in fitting.candidates)
    buckets = await lock_buckets(session, keys, now)
    for candidate, known_channel, parts in fitting.candidates:
        row = candidate
        if len(claimed.rows) == asked.room:
            break
        used = {name: buckets[team, name] for team, name in buckets_of(row, known_channel)}
        if all(opens_at(bucket, limits.of(name), now) <= now for name, bucket in used.items()):
            for name, bucket in used.items():
                take(bucket, limits.of(name), now, UPLOADS[row.kind] if name in (FILES, PLANNED_FILES) else 1)
            if len(parts) > 1:
                row = await join(session, parts, now) or row
            _start(row, known_channel, asked, now)
            claimed.rows.append(row)
    return claimed


def _start(row: Outbox, channel: str | None, asked: Claim, now: datetime) -> None:
    row.state = OutboxState.SENDING
    row.attempt += 1
    row.owner, row.lease_until, row.started_at, row.error = asked.owner, asked.lease_until, now, None
    row.channel = channel


class Destined(Protocol):
    """What the buckets of a message depend on: of its row, or of some of its columns."""

    @property
    def team_id(self) -> str: ...
    @property
    def lane(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def bulk(self) -> bool: ...
    @property
    def keeps_hours(self) -> bool: ...


def buckets_of(row: Destined, channel: str | None) -> list[BucketKey]:
    """The buckets that sending `row` uses; `channel` is its channel if known."""
    names = [row.lane, POSTS, *([BULK] if row.bulk else []), *([] if channel else [OPENS])]
    if row.kind in UPLOADS:
        names += [FILES, PLANNED_FILES] if row.keeps_hours else [FILES]
    return [(row.team_id, name) for name in names]


async def _candidates(
    session: AsyncSession, now: datetime, limits: Limits, asked: Claim, too_much: list[Overload]
) -> list[Candidate]:
    """Replies before bulk messages, and the programmes' bulk messages in turn. Overloads are added to `too_much`."""
    few = min(WINDOW, 2 * asked.room + 8)
    values = {"now": now, "few": few, **_moments(now, limits)}
    full = [(team, name) for team, name in await session.exec(FULL, params=values)]
    values["full"] = [team for team, name in full if name == POSTS]
    if asked.shares:
        return await _shared_out(session, values, {team for team, _ in full}, asked, asked.shares, too_much)
    prompt = await _rows(session, PROMPT, values)
    if len(prompt) >= asked.room:
        return prompt
    values["full"] = sorted({team for team, _ in full})
    waves = [
        await _rows(session, STRAY_WAVE if programme is None else OWN_WAVE, {**values, "programme": programme})
        for programme in await _owners_of_waves(session, values, asked.last_programme)
    ]
    in_turn = chain.from_iterable(zip_longest(*waves))
    return [*prompt, *(candidate for candidate in in_turn if candidate is not None)]


async def _shared_out(
    session: AsyncSession,
    values: dict[str, Any],
    full_of_waves: set[str],
    asked: Claim,
    shares: Shares,
    too_much: list[Overload],
) -> list[Candidate]:
    """The same for many workspaces: one of each in turn, and the bulk messages one of each programme."""
    closed = {*values["full"], *shares.busy()}
    if behind := shares.backlogged(values["now"]):
        # Most of what they have due is waiting for a channel to be opened: it would be looked through in vain.
        closed |= set(await session.exec(OPENING_SOON, params={**values, "behind": sorted(behind)}))
    values |= {"scanned": SCANNED, "share": shares.most}

    async def read(statement: Any, closed: set[str], served: set[str], *, bulk: bool) -> tuple[list[Candidate], bool]:
        full = sorted(closed | shares.spread_now(bulk=bulk))
        rows = (await session.exec(statement, params={**values, "full": full, "served": sorted(served)})).all()
        more = bool(rows) and rows[0].scanned == SCANNED
        if more:
            too_much.extend(overloads(rows, SCANNED // 2, bulk=bulk))
        return [tuple(row)[:3] for row in rows], more

    async def prompt(served: set[str]) -> tuple[list[Candidate], bool]:
        return await read(SHARED_PROMPT, closed, served, bulk=False)

    async def waves(served: set[str]) -> tuple[list[Candidate], bool]:
        return await read(SHARED_WAVES, closed | full_of_waves, served, bulk=True)

    def enough(found: Sequence[Candidate]) -> bool:
        teams = Counter(row.team_id for row, _, _ in found)
        return sum(min(count, shares.room(team_id)) for team_id, count in teams.items()) >= asked.room

    first = await in_turn(prompt, shares.served, _team_of, asked.room, enough)
    if enough(first):
        return first
    return [*first, *await in_turn(waves, shares.served_programmes, _programme_of, asked.room, enough)]


def _team_of(candidate: Candidate) -> str:
    return candidate[0].team_id


def _programme_of(candidate: Candidate) -> str:
    row = candidate[0]
    return row.team_id if row.programme_id is None else str(row.programme_id)


async def _rows(session: AsyncSession, statement: Any, values: dict[str, Any]) -> list[Candidate]:
    return [(row, channel, active) for row, channel, active in await session.exec(statement, params=values)]


def _moments(now: datetime, limits: Limits) -> dict[str, datetime]:
    """Parameters of the statements below about the buckets."""
    return (
        moments_of("lane", limits.lane, now)
        | moments_of("posts", limits.posts, now)
        | moments_of("opens", limits.opens, now)
        | moments_of("bulk", limits.of(BULK), now)
        | moments_of("files", limits.files, now)
        | moments_of("planned_files", limits.of(PLANNED_FILES), now)
        | {"latest_pause": latest_pause(now)}
    )


def _may_go(*read: Any, bulk: bool) -> Any:
    """The first messages that may go, by when they are due; `read` are the columns."""
    known_channel, uploads = channel_of_row(), col(Outbox.kind).in_(sorted(UPLOADS))
    statement: Any = (
        select_many(*read)
        .select_from(Outbox)
        .outerjoin(Person, col(Person.id) == Outbox.person_id)
        .outerjoin(Pair, col(Pair.id) == Outbox.pair_id)
        .outerjoin(LANE, _named(LANE, col(Outbox.lane)))
        .outerjoin(BUCKET, _named(BUCKET, POSTS))
        .outerjoin(OPEN_BUCKET, _named(OPEN_BUCKET, OPENS))
        .outerjoin(FILE_BUCKET, and_(_named(FILE_BUCKET, FILES), uploads))
        .outerjoin(PLANNED_BUCKET, and_(_named(PLANNED_BUCKET, PLANNED_FILES), uploads, col(Outbox.keeps_hours)))
        .where(
            *waiting(bulk),
            col(Outbox.due_at) <= bindparam("now"),
            col(Outbox.team_id).not_in(bindparam("full", expanding=True)),
            or_(~col(Outbox.daily), ~_with_another(bulk)),
            is_open(LANE, "lane"),
            is_open(BUCKET, "posts"),
            is_open(FILE_BUCKET, "files"),
            is_open(PLANNED_BUCKET, "planned_files"),
            or_(known_channel.is_not(None), is_open(OPEN_BUCKET, "opens")),
        )
        .order_by(col(Outbox.due_at), col(Outbox.id))
    )
    if bulk:
        statement = statement.outerjoin(BULK_BUCKET, _named(BULK_BUCKET, BULK)).where(is_open(BULK_BUCKET, "bulk"))
    return statement


def _first_few(*, bulk: bool) -> Any:
    few = _may_go(Outbox, channel_of_row(), Person.active, bulk=bulk).limit(bindparam("few"))
    return few.with_for_update(skip_locked=True, of=Outbox)


def _shared(turn: Any, *, bulk: bool) -> Any:
    """Of the first messages that may go, the first ones of each `turn`, one after the other.

    Otherwise those of one workspace, which mostly were planned together, would fill what a claim looks at. With them
    the number of its messages among those that were looked at, and the number of these.
    """
    may_go = _may_go(col(Outbox.id).label("id"), turn.label("turn"), col(Outbox.due_at).label("due_at"), bulk=bulk)
    first = may_go.where(turn.not_in(bindparam("served", expanding=True))).limit(bindparam("scanned")).subquery()
    mine: dict[str, Any] = {"partition_by": first.c.turn}
    ranked = select_many(
        first.c.id,
        func.row_number().over(**mine, order_by=(first.c.due_at, first.c.id)).label("place"),
        func.count().over(**mine).label("waiting"),
        func.count().over().label("scanned"),
    ).subquery()
    columns: list[Any] = [Outbox, channel_of_row(), Person.active, ranked.c.waiting, ranked.c.scanned]
    return (
        select_many(*columns)
        .join(ranked, ranked.c.id == col(Outbox.id))
        .outerjoin(Person, col(Person.id) == col(Outbox.person_id))
        .outerjoin(Pair, col(Pair.id) == col(Outbox.pair_id))
        .where(*waiting(bulk), ranked.c.place <= bindparam("share"))
        .order_by(ranked.c.place, col(Outbox.due_at), col(Outbox.id))
        .limit(bindparam("few"))
        .with_for_update(skip_locked=True, of=Outbox)
    )


def _with_another(bulk: bool) -> ColumnElement[bool]:
    """Whether another part of the same day will claim it: so no two replicas send a reader two messages."""
    return exists().where(
        col(ANOTHER.person_id) == col(Outbox.person_id),
        col(ANOTHER.state) == OutboxState.PENDING,
        col(ANOTHER.daily),
        col(ANOTHER.bulk) == bulk,
        col(ANOTHER.due_at) <= bindparam("now"),
        col(ANOTHER.id) < col(Outbox.id),
    )


def _named(bucket: type[RateBucket], name: Any) -> ColumnElement[bool]:
    return and_(col(bucket.team_id) == col(Outbox.team_id), col(bucket.name) == name)


def channel_of_row() -> Any:
    """The channel of a row if known, in SQL with `Person` and `Pair` outer-joined."""
    to_pair = and_(col(Outbox.person_id).is_(None), col(Outbox.pair_id).is_not(None))
    return case(
        (col(Outbox.person_id).is_not(None), Person.dm_channel), (to_pair, Pair.group_channel), else_=Outbox.channel
    )


def waiting(bulk: bool) -> Iterable[ColumnElement[bool]]:
    """Condition for pending rows of one sort, in the form of the indexes."""
    return col(Outbox.state) == OutboxState.PENDING, col(Outbox.bulk) == bulk


async def _owners_of_waves(session: AsyncSession, values: dict[str, Any], last: int | None) -> list[int | None]:
    """The programmes that have bulk messages due, first the one after `last`; then None if there are some of no
    programme."""
    found = [programme_id for (programme_id,) in await session.exec(OWNERS_OF_WAVES, params=values)]
    ids = sorted((one for one in found if one is not None), key=lambda one: (one <= (last or 0), one))
    return [*ids, None] if None in found else [*ids]


def _with_waves() -> Any:
    due = select(Outbox.id).where(*waiting(bulk=True), col(Outbox.due_at) <= bindparam("now"))
    own = select_many(col(Programme.id)).where(
        col(Programme.team_id).not_in(bindparam("full", expanding=True)),
        due.where(Outbox.programme_id == Programme.id).exists(),
    )
    return own.union_all(select_many(null()).where(due.where(col(Outbox.programme_id).is_(None)).exists()))


def full_moments(limits: Limits, now: datetime) -> dict[str, datetime]:
    """The parameters of `FULL`."""
    posts, bulk = moments_of("posts", limits.posts, now), moments_of("bulk", limits.of(BULK), now)
    return posts | bulk | {"now": now, "latest_pause": latest_pause(now)}


def _full() -> Any:
    """The workspaces that take no message now, or no bulk message. Otherwise all their waiting messages would be looked
    through after each one that is sent, in vain."""
    name = col(RateBucket.name)
    closed = ((POSTS, ~is_open(RateBucket, "posts")), (BULK, ~is_open(RateBucket, "bulk")))
    return select(RateBucket.team_id, RateBucket.name).where(or_(*(and_(name == one, shut) for one, shut in closed)))


# Built once: building statements of this size takes longer than executing them.
PROMPT = _first_few(bulk=False)
OWN_WAVE = _first_few(bulk=True).where(col(Outbox.programme_id) == bindparam("programme"))
STRAY_WAVE = _first_few(bulk=True).where(col(Outbox.programme_id).is_(None))
SHARED_PROMPT = _shared(col(Outbox.team_id), bulk=False)
SHARED_WAVES = _shared(func.coalesce(cast(col(Outbox.programme_id), String), col(Outbox.team_id)), bulk=True)
OPENING_SOON = select(RateBucket.team_id).where(
    col(RateBucket.team_id).in_(bindparam("behind", expanding=True)),
    RateBucket.name == OPENS,
    ~is_open(RateBucket, "opens"),
    or_(col(RateBucket.paused_until).is_(None), col(RateBucket.paused_until) <= bindparam("now")),
)
"""Backlogged workspaces for which a channel can be opened again in a second or two."""
OWNERS_OF_WAVES = _with_waves()
FULL = _full()
