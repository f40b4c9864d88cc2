"""Clocks that are wrong: nothing is lost, nothing comes twice, and nothing waits for longer than its kind may."""

from datetime import timedelta

import pytest

from bot.delivery import Delivery
from storage.tables import OutboxState
from storage.unit_of_work import Store
from tests.delivery.harness import SETTLE, DyingGateway, Killed, Office, Skewed, open_office

MINUTES = (-10, -2, 2, 10)
"""How far the clock of one replica is ahead of another's, which is as far behind."""
ACCEPTED = (20, 50)
"""Seconds after which Slack accepts a post whose reply was lost: within the settle time."""


def replicas(office: Office, minutes: int) -> list[Delivery]:
    """Two on one database, whose clocks are wrong by as much, to either side."""
    both = {"first": timedelta(minutes=minutes), "second": timedelta(minutes=-minutes)}
    return [office.worker(owner, clock=Skewed(office.clock, by)) for owner, by in both.items()]


async def late_and_read_back(office: Office, workers: list[Delivery], seconds: int, messages: int = 5) -> None:
    """The first replica posts, Slack accepts it late, and all look every ten seconds until long after."""
    since = office.clock.now() - timedelta(minutes=15)
    for number in range(messages):
        await office.send(str(number), person_id=await office.person(), due_at=since)
    office.fail("late_acceptance", seconds=seconds, times=messages)
    await workers[0].run_due()
    for _ in range(24):
        await office.later(timedelta(seconds=10))
        for worker in reversed(workers):
            await worker.run_due()


@pytest.mark.parametrize("seconds", ACCEPTED)
@pytest.mark.parametrize("minutes", MINUTES)
async def test_replicas_whose_clocks_differ_settle_by_the_databases(
    postgres_store: Store, minutes: int, seconds: int
) -> None:
    async with open_office(postgres_store) as office:
        await late_and_read_back(office, replicas(office, minutes), seconds)
        assert sorted(office.said()) == [f"hello {number}" for number in range(5)]
        assert {row.state for row in await office.rows()} == {OutboxState.SENT}


async def test_with_each_replicas_own_clock_it_would_fail(
    postgres_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutant: every replica takes its own clock for the shared one."""
    monkeypatch.setattr(Skewed, "shared", lambda self, _database: self.now())
    async with open_office(postgres_store) as office:
        await late_and_read_back(office, replicas(office, -2), 50)
        assert len(office.said()) > 5


@pytest.mark.parametrize("minutes", MINUTES)
async def test_a_replica_that_dies_is_taken_over_whatever_its_clock_says(postgres_store: Store, minutes: int) -> None:
    async with open_office(postgres_store) as office:
        await office.send("a", person_id=await office.person())
        dying = DyingGateway(office.gateway.client, "after")
        first, second = replicas(office, minutes)
        first.gateway = dying
        with pytest.raises(Killed):
            await first.run_due()
        await office.later(timedelta(seconds=29))
        assert await second.run_due() == 0, "the lease has not ended yet"
        for _ in range(2):
            await office.later(SETTLE)
            await second.run_due()
        assert (await office.state("a"), office.said()) == (OutboxState.SENT, ["hello a"])
