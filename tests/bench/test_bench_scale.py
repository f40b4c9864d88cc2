"""Many workspaces over some simulated days, on PostgreSQL with two replicas: what is lost or sent twice, how long
messages and clicks wait, and what a message and an idle workspace cost. docs/scaling.md describes it.

`BENCH_WORKSPACES=1,10,100 BENCH_DAYS=31 .venv/bin/python -m pytest -n 0 -m bench -s tests/bench/test_bench_scale.py`

`BENCH_SPREAD` is the time in seconds over which the workspaces' days start (0: all at the same moment, which shows the
capacity; long enough, the latency below it), and `BENCH_MINUTES` the real time after which a run ends early.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.clock import OffsetClock, SystemClock
from storage.engine import make_engine
from storage.migrate import upgrade
from tests.bench.figures import Figure, show
from tests.bench.scale_figures import CORES, Played
from tests.bench.scale_month import Month
from tests.bench.scale_seed import seed
from tests.bench.scale_sink import Sink
from tests.databases import PostgresServer

pytestmark = pytest.mark.bench
SIZES = tuple(int(size) for size in os.environ.get("BENCH_WORKSPACES", "1,10").split(","))
DAYS = int(os.environ.get("BENCH_DAYS", "4"))
SPREAD = timedelta(seconds=int(os.environ.get("BENCH_SPREAD", "0")))
MOST_SECONDS = 60 * float(os.environ.get("BENCH_MINUTES", "60"))
PAIRS = int(os.environ.get("BENCH_PAIRS", "20"))
TUESDAY = datetime(2027, 1, 12, 3, 0, tzinfo=UTC)
"""10:00 in Jakarta: the release."""
POSTS_PER_PAIR = 0.5
"""A day, on average over the first month: for the estimate only."""
MESSAGE_SECONDS = 0.05
"""Of processor time, with the database and the sink: for the estimate only."""
IDLE_SIZES = tuple(int(size) for size in os.environ.get("BENCH_IDLE", "10,100").split(","))
GOAL = 1.2
"""The cost of a message beside that with ten workspaces."""
COMPARED_WITH = 10


@dataclass(frozen=True)
class Size:
    """What the database takes."""

    empty: int
    seeded: int
    after: int
    rows: int


async def test_scale(postgres_server: PostgresServer) -> None:
    base: Played | None = None
    for workspaces in SIZES:
        print(_estimate(workspaces), flush=True)
        async with postgres_server.database() as url:
            played, size = await play(url, workspaces)
        base = base or (played if workspaces >= COMPARED_WITH else None)
        show(
            f"{workspaces:,} workspaces of {PAIRS} pairs, {played.days:.1f} of {DAYS} days",
            figures(played, size, workspaces, base),
        )
        print("  kinds:", ", ".join(f"{kind} {count:,}" for kind, count in played.kinds.most_common(12)))
        print("  calls:", ", ".join(f"{method} {count:,}" for method, count in played.calls.most_common()))
        print("  slowest, every hundredth:", *played.slowest, sep="\n    ")
        print("  errors:", *played.errors, sep="\n")
        assert (played.lost, played.twice) == (0, 0)


def _estimate(workspaces: int) -> str:
    posts = workspaces * PAIRS * DAYS * POSTS_PER_PAIR
    minutes = max(posts * MESSAGE_SECONDS / CORES, SPREAD.total_seconds() * DAYS * 5 / 7) / 60
    return (
        f"{workspaces:,} workspaces, {DAYS} days: about {posts:,.0f} messages, {minutes + workspaces / 500 + 1:.0f} "
        f"minutes on {CORES} cores; it ends after {MOST_SECONDS / 60:.0f} at the latest"
    )


async def test_idle_workspaces(postgres_server: PostgresServer) -> None:
    """Nothing of theirs is due: what two replicas do meanwhile must not depend on how many there are."""
    statements: dict[int, float] = {}
    for workspaces in IDLE_SIZES:
        async with postgres_server.database() as url:
            clock = await _migrated(url)
            sink = Sink(clock, people=2 * PAIRS + 1)
            async with sink.serve() as api_url:
                await seed(url, api_url, clock, workspaces, PAIRS)
                rested = await Month(url, api_url, clock, sink, workspaces).rest()
        statements[workspaces] = rested.statements
        show(
            f"{workspaces:,} idle workspaces of {PAIRS} pairs, two replicas, a minute",
            [
                Figure("statements", rested.statements, ""),
                Figure("processor time of the replicas", rested.cpu * 1e3, "ms"),
                Figure("processor time of the database", rested.database_cpu * 1e3, "ms"),
                Figure("more for a workspace and day: statements", rested.daily_statements, ""),
                Figure("  processor time of the replicas", rested.daily_cpu * 1e3, "ms"),
                Figure("  processor time of the database", rested.daily_database_cpu * 1e3, "ms"),
            ],
        )
    assert max(statements.values()) < 1.1 * min(statements.values())


async def _migrated(url: str) -> OffsetClock:
    """The database with our tables; the clock with which a run begins."""
    engine = make_engine(url)
    await upgrade(engine)
    await engine.dispose()
    return OffsetClock(TUESDAY - SystemClock().now())


async def play(url: str, workspaces: int) -> tuple[Played, Size]:
    clock = await _migrated(url)
    empty = await _bytes(url)
    sink = Sink(clock, people=2 * PAIRS + 1)
    async with sink.serve() as api_url:
        await seed(url, api_url, clock, workspaces, PAIRS)
        seeded = await _bytes(url)
        month = Month(url, api_url, clock, sink, workspaces, SPREAD, MOST_SECONDS)
        played = await month.play(clock.now() + timedelta(days=DAYS))
    return played, Size(empty, seeded, await _bytes(url), await _rows(url))


def figures(played: Played, size: Size, workspaces: int, base: Played | None) -> list[Figure]:
    pairs, kb = workspaces * PAIRS, 1024
    found = [
        Figure("messages", played.messages, "", beside=f"{played.seconds:.0f} s of real time"),
        Figure("lost", played.lost, "", 0, beside=f"{played.lost_replies} replies lost, {played.limited} answered 429"),
        Figure("twice", played.twice, "", 0),
        Figure("from due to sent, p99", played.waited(0.99), "s", beside=f"median {played.waited(0.5):.2f} s"),
        Figure("most messages in a minute, per second", played.peak, "1/s"),
        Figure("what all processors could send, by the cost of a message", played.rate, "1/s"),
        Figure("from a click to its ack, p99", played.acked(0.99) * 1e3, "ms",
               beside=f"median {played.acked(0.5) * 1e3:.0f}, {len(played.acks)} clicks, {played.unacked} not acked"),
        Figure("a message, processor time of the replicas", played.cpu_of_message * 1e3, "ms"),
        Figure("a message, processor time of the database", played.database_of_message * 1e3, "ms"),
        Figure("a message, statements", played.statements / played.messages, ""),
        Figure("idle, both replicas, statements a minute", played.idle_statements, ""),
        Figure("idle, both replicas, processor time a minute", played.idle_cpu * 1e3, "ms"),
        Figure("database per pair, as seeded", (size.seeded - size.empty) / pairs / kb, "kB"),
        Figure("  at the end", (size.after - size.empty) / pairs / kb, "kB", beside=f"{size.rows / pairs:.0f} rows"),
        Figure("errors in the logs", played.error_count, ""),
    ]  # fmt: skip
    if base and base is not played:
        found += [
            Figure("processor time of a message beside that at 10", played.whole_cost / base.whole_cost, "times", GOAL),
            Figure("statements of a message beside those at 10",
                   played.statements / played.messages / (base.statements / base.messages), "times", GOAL),
        ]  # fmt: skip
    return found


async def _bytes(url: str) -> int:
    engine = make_engine(url)
    async with engine.connect() as connection:
        size = (await connection.execute(text("SELECT pg_database_size(current_database())"))).scalar_one()
    await engine.dispose()
    return int(size)


async def _rows(url: str) -> int:
    """As the planner counts them."""
    engine = make_engine(url)
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("ANALYZE"))
        counted = text(
            "SELECT sum(reltuples) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        rows = (await connection.execute(counted)).scalar_one()
    await engine.dispose()
    return int(rows)
