"""What the ticks cost: 100,000 messages due at once, and nothing due beside 100,000 messages sent."""

import statistics
from time import perf_counter, process_time

import pytest
from sqlalchemy import Column, MetaData, Table, func, insert, select
from sqlmodel import SQLModel

from bot.jobs.registry import TICKS
from bot.services.sessions.session_tick import BATCH, tick_sessions
from storage.engine import make_engine
from storage.migrate import upgrade
from storage.tables import Outbox, OutboxState
from storage.unit_of_work import Store
from tests.bench.crowd import NOW, messages, pairs
from tests.bench.figures import Figure, show, watched

pytestmark = pytest.mark.bench
DUE = 100_000
SENT = 100_000
ROUNDS = 20
MOST_SECONDS = {"sqlite": 10, "postgresql": 20}


async def test_a_sweep_of_what_is_due(empty_url: str) -> None:
    engine = make_engine(empty_url)
    await upgrade(engine)
    store = Store(engine)
    await pairs(store, DUE // 2, sessions=1, due=True)
    began, worked = perf_counter(), process_time()
    async with watched() as stalls:
        handled = await tick_sessions(store, NOW)
    seconds, cpu = perf_counter() - began, process_time() - worked
    planned, bare = await same_rows_again(store)
    kind = engine.dialect.name
    show(
        f"A sweep of {planned:,} messages due at once, to both of {handled:,} pairs, on {kind}",
        [
            Figure("the sweep", seconds, "s", MOST_SECONDS[kind], beside=f"the same rows, bare: {bare:.1f} s"),
            Figure("  of it this process's own work", cpu, "s"),
            Figure("the longest stall of the event loop", stalls.longest, "ms", 250, beside=f"own: {stalls.own:.0f}"),
        ],
    )
    await engine.dispose()
    assert (handled, planned) == (DUE // 2, DUE)


async def same_rows_again(store: Store) -> tuple[int, float]:
    """How many messages there are, and the seconds to write them to a table that has no index: by SQLAlchemy alone."""
    seconds = 0.0
    outbox = SQLModel.metadata.tables[str(Outbox.__tablename__)]
    table = Table("plain", MetaData(), *(Column(one.name, one.type) for one in outbox.columns))
    async with store.engine.begin() as connection:
        await connection.run_sync(table.create)
        count = (await connection.execute(select(func.count()).select_from(outbox))).scalar_one()
        some = (await connection.execute(select(outbox).limit(2 * BATCH))).mappings().all()
    rows = [dict(row) for row in some]
    for _ in range(count // len(rows)):
        began = perf_counter()
        async with store.engine.begin() as connection:
            await connection.execute(insert(table), rows)
        seconds += perf_counter() - began
    return count, seconds


async def test_nothing_due(empty_url: str) -> None:
    engine = make_engine(empty_url)
    await upgrade(engine)
    store = Store(engine)
    before = await each_tick(store)
    await pairs(store, DUE // 2, sessions=1, due=False)
    await messages(store, SENT, OutboxState.SENT, people=DUE)
    taken = await each_tick(store)
    show(
        f"A tick with nothing due, {DUE:,} people and {SENT:,} messages sent, on {engine.dialect.name}",
        [
            Figure(name, seconds * 1e3, "ms", 5, beside=f"in an empty database: {before[name] * 1e3:.2f}")
            for name, seconds in sorted(taken.items(), key=lambda one: -one[1])
        ],
    )
    await engine.dispose()
    assert set(taken) == set(TICKS)


async def each_tick(store: Store) -> dict[str, float]:
    """The median seconds of each tick."""
    taken: dict[str, list[float]] = {name: [] for name in TICKS}
    for _ in range(ROUNDS):
        for name, tick in TICKS.items():
            began = perf_counter()
            await tick(store, NOW)
            taken[name].append(perf_counter() - began)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}
