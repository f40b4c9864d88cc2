"""What a step of the bot costs does not grow with the people who have nothing to do in it."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.jobs.registry import TICKS, due, next_due
from storage.outbox_claims import Claim, claim
from storage.outbox_maintenance import next_due as next_message
from storage.rate_limits import BULK, Limits
from storage.tables import Outbox, OutboxState
from storage.unit_of_work import Store
from tests.bench.crowd import NOW, messages, pairs
from tests.databases import lay_out, open_store
from tests.meter import metered

FEW, MANY = 4, 40


async def statements(store: Store) -> dict[str, int]:
    """Of each job, and of looking for the next moment, while nobody has anything due."""
    taken = {}
    for name, tick in TICKS.items():
        await tick(store, NOW)  # what it plans the first time
        with metered(store.engine) as cost:
            await tick(store, NOW)
        taken[name] = cost.statements
    with metered(store.engine) as cost:
        await due(store, NOW)
        await next_due(store, NOW)
    taken["what is due"] = cost.statements
    return taken


async def test_a_tick_with_nothing_due(tmp_path: Path) -> None:
    taken = []
    for count in (FEW, MANY):
        url = f"sqlite:///{tmp_path}/{count}.sqlite"
        await lay_out(url)
        async with open_store(url) as store:
            await pairs(store, count, sessions=2, due=False)
            taken.append(await statements(store))
    assert taken[0] == taken[1]


@pytest.mark.parametrize("waiting", [FEW, MANY])
async def test_looking_at_what_waits_loads_no_rows_of_it(sqlite_store: Store, waiting: int) -> None:
    """It is done after each message of a release, while hundreds wait for their turn."""
    await pairs(sqlite_store, waiting, sessions=1, due=False)
    await messages(sqlite_store, waiting, OutboxState.PENDING, people=waiting)
    with metered(sqlite_store.engine) as cost:
        async with sqlite_store.read(NOW) as work:
            assert await next_message(work.session, NOW, Limits()) == NOW
            assert not work.session.sync_session.identity_map.keys()
    assert cost.statements == 3


async def test_a_message_whose_turn_is_later_is_found(sqlite_store: Store) -> None:
    """The first that may go is not the first that waits: the bucket of its reader is full."""
    await pairs(sqlite_store, FEW, sessions=1, due=False)
    later = NOW + timedelta(minutes=3)
    await messages(sqlite_store, FEW, OutboxState.PENDING, people=FEW, due_at=later)
    async with sqlite_store.read(NOW) as work:
        assert await next_message(work.session, NOW, Limits()) == later


async def test_what_waits_for_the_workspaces_limit_is_not_looked_through(sqlite_store: Store) -> None:
    """After each message of a release nothing may go for a moment: no query goes over all that wait."""
    await pairs(sqlite_store, FEW, sessions=1, due=False)
    await messages(sqlite_store, MANY, OutboxState.PENDING, people=2 * FEW)
    async with sqlite_store.write(NOW) as work:
        await work.session.exec(update(Outbox).values(bulk=True))
        await work.commit()
    limits = Limits()
    asked = Claim("test", 1, NOW + timedelta(minutes=1), joins=False)
    burst = limits.of(BULK).burst
    for turn in range(burst + 1):
        with metered(sqlite_store.engine) as cost:
            async with sqlite_store.write(NOW) as work:
                found = await claim(work.session, NOW, limits, asked, always_now)
                await work.commit()
        assert len(found.rows) == (turn < burst)
    assert cost.statements == 3, "full workspaces, replies, what has bulk messages"
    async with sqlite_store.write(NOW + timedelta(seconds=2)) as work:
        later = replace(asked, lease_until=NOW + timedelta(minutes=2))
        assert (await claim(work.session, NOW + timedelta(seconds=2), limits, later, always_now)).rows


async def always_now(_row: Outbox) -> datetime:
    return NOW
