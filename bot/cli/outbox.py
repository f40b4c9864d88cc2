"""`python -m bot outbox`: stuck messages, for operators. Ids and causes, never the text of a message."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from bot.cli.common import PROGRAM
from bot.domain.messages.registry import kind_of
from bot.services.alerts.undelivered import report_trouble
from storage.outbox_repair import Freed, give_up, is_live, is_paused, is_stuck, try_again
from storage.rate_limits import BULK, OPENS, POSTS
from storage.refusals import release
from storage.tables import Outbox, OutboxState, RateBucket
from storage.unit_of_work import Store

ADVICE = {
    OutboxState.HELD: "check in Slack whether it arrived: if so drop it, otherwise retry it",
    OutboxState.DEAD: "fix the cause, then retry it, or drop it",
    OutboxState.EXPIRED: "it is too late to be useful: drop it, or retry it anyway",
    OutboxState.UNKNOWN: "the bot looks it up in Slack at UNTIL; retry looks it up now",
    OutboxState.SENDING: "the bot takes it over after UNTIL; retry looks it up in Slack now",
    OutboxState.PENDING: "the bot sends it at UNTIL; retry sends it now; `outbox paused` lists pauses",
}
BECAME = {
    Freed.QUEUED: "will be sent",
    Freed.READ_BACK: "will be looked up in Slack, and sent if missing",
    Freed.DROPPED: "dropped",
    Freed.MISSING: "there is no such message",
    Freed.OVER: "it is not stuck: it was sent or dropped",
    Freed.BUSY: "it is being sent now: try again in a minute; with --force it may arrive twice",
    Freed.UNREADABLE: "its channel cannot be read: check in Slack, drop it if it is there, otherwise retry ID --force",
}
HEADINGS = ("ID", "STATE", "SINCE (UTC)", "UNTIL (UTC)", "TRIES", "KIND", "TO", "CAUSE")
PAUSED_HEADINGS = ("NAME", "SINCE (UTC)", "UNTIL (UTC)", "TIMES", "CAUSE")
MOST = 500
"""Maximum number of listed messages."""


@dataclass(frozen=True)
class Stuck:
    """A message, and until when its bucket is paused, if it is."""

    row: Outbox
    paused: RateBucket | None = None


async def in_trouble(store: Store, now: datetime, states: Sequence[OutboxState] = ()) -> list[Stuck]:
    """Messages in any of `states`, or without states those that are stuck, the oldest first; `MOST` at most."""
    async with store.read(now) as work:
        where = col(Outbox.state).in_(states) if states else is_stuck(now)
        statement = select(Outbox).where(where).order_by(col(Outbox.due_at), col(Outbox.id)).limit(MOST)
        rows = (await work.session.exec(statement)).all()
        buckets = (await work.session.exec(select(RateBucket).where(is_paused(now)))).all()
    paused = {(bucket.team_id, bucket.name): bucket for bucket in buckets}
    return [Stuck(row, _bucket_of(row, paused)) for row in rows]


def _bucket_of(row: Outbox, paused: dict[tuple[str, str], RateBucket]) -> RateBucket | None:
    """The paused bucket for which a pending message waits."""
    if row.state is not OutboxState.PENDING:
        return None
    names = (row.lane, POSTS, *((BULK,) if row.bulk else ()), *(() if row.channel else (OPENS,)))
    return next((paused[row.team_id, name] for name in names if (row.team_id, name) in paused), None)


async def settle(
    store: Store, now: datetime, ids: Iterable[int], *, again: bool, force: bool = False
) -> list[tuple[int, Freed]]:
    """Retry stuck messages (`again`), or drop them, all in one commit; the result of each."""
    settled = []
    async with store.write(now) as work:
        for outbox_id in dict.fromkeys(ids):
            free = try_again if again else give_up
            freed, row = await free(work.session, outbox_id, now, force=force)
            if freed is Freed.DROPPED and row is not None and kind_of(row.kind).confided:
                # A concern is never dropped without notifying its writer.
                await report_trouble(work, "dropped", row)
            settled.append((outbox_id, freed))
        await work.commit()
    return settled


async def paused(store: Store, now: datetime) -> list[RateBucket]:
    """Buckets that are paused now."""
    async with store.read(now) as work:
        statement = select(RateBucket).where(is_paused(now)).order_by(col(RateBucket.team_id), col(RateBucket.name))
        return list((await work.session.exec(statement)).all())


async def release_paused(store: Store, now: datetime, names: Iterable[str]) -> list[str]:
    """End pauses, by names as `paused_table` prints them; returns those that are not paused."""
    unknown = []
    async with store.write(now) as work:
        for name in dict.fromkeys(names):
            team_id, _, bucket = name.partition("/")
            if not await release(work.session, team_id, bucket, now):
                unknown.append(name)
        await work.commit()
    return unknown


def table(stuck: Sequence[Stuck], now: datetime) -> str:
    """The messages in columns, then the advice for each of their states."""
    lines = _columns([HEADINGS, *(_cells(one, now) for one in stuck)])
    states = dict.fromkeys(one.row.state for one in stuck)
    more = [f"These are the first {MOST}."] if len(stuck) == MOST else []
    return "\n".join([*lines, *more, "", *(f"{state}: {ADVICE[state]}" for state in states if state in ADVICE)])


def paused_table(buckets: Sequence[RateBucket]) -> str:
    """The pauses in columns, then the advice."""
    cells = [
        (
            f"{bucket.team_id}/{bucket.name}",
            _moment(bucket.refused_since),
            _until_freed(bucket) if bucket.stopped else _moment(bucket.paused_until),
            str(bucket.refusals),
            _reason(bucket),
        )
        for bucket in buckets
    ]
    advice = f"A pause ends at UNTIL; {PROGRAM} outbox release NAME ends it now."
    return "\n".join([*_columns([PAUSED_HEADINGS, *cells]), "", advice])


def _reason(bucket: RateBucket) -> str:
    if bucket.stopped and not _waits_for_channel(bucket):
        return "app_removed"
    return bucket.reason or "ratelimited"


def _until_freed(bucket: RateBucket) -> str:
    return "HR's channel is right again" if _waits_for_channel(bucket) else "app is installed again"


def _waits_for_channel(bucket: RateBucket) -> bool:
    """Whether HR's channel cannot be used (`bot.services.programme.hr_channel`): release only tries it again."""
    return bucket.stopped and (bucket.reason or "").startswith("hr_channel_")


def _columns(cells: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]


def _cells(stuck: Stuck, now: datetime) -> tuple[str, ...]:
    row = stuck.row
    to = f"person {row.person_id}" if row.person_id else f"pair {row.pair_id}" if row.pair_id else "channel"
    since = row.created_at if row.state is OutboxState.PENDING else row.started_at or row.created_at
    return (
        str(row.id),
        str(row.state),
        _moment(since),
        _until(stuck),
        str(row.attempt),
        row.kind,
        to,
        _why(stuck, now),
    )


def _until(stuck: Stuck) -> str:
    row = stuck.row
    if row.state is OutboxState.SENDING:
        return _moment(row.lease_until)
    if row.state is OutboxState.UNKNOWN:
        return _moment(row.due_at)
    if row.state is not OutboxState.PENDING:
        return "-"
    if stuck.paused and stuck.paused.stopped:
        return "-"
    moments = [row.due_at, *([stuck.paused.paused_until] if stuck.paused and stuck.paused.paused_until else [])]
    return _moment(max(moments))


def _why(stuck: Stuck, now: datetime) -> str:
    row = stuck.row
    if stuck.paused:
        return f"paused {stuck.paused.team_id}/{stuck.paused.name}: {_reason(stuck.paused)}"
    if row.state is OutboxState.SENDING and not is_live(row, now):
        return "lease_ended" if row.lease_until and row.lease_until <= now else "lease_endless"
    return row.error or ""


def _moment(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M") if moment else "-"
