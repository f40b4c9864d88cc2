"""Clocks that are wrong: nothing is lost, nothing comes twice, and nothing waits for longer than its kind may."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

import storage.deadlines
import storage.rate_limits
from bot.delivery.worker import Delivery
from bot.domain.messages.care import PauseOverMessage
from bot.slack.clock_check import ClockCheck
from storage.tables import Outbox, OutboxState
from storage.unit_of_work import Store, UnitOfWork
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


def without_comparing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is compared with Slack's clock."""

    async def passes(_self: ClockCheck, _now: datetime) -> bool:
        return True

    monkeypatch.setattr(ClockCheck, "passes", passes)
    monkeypatch.setattr(ClockCheck, "agrees", lambda *_: True)
    monkeypatch.setattr(ClockCheck, "jumped_within", lambda *_: False)


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
    """The mutant: every replica takes its own clock for the shared one, and does not compare it with Slack's."""
    monkeypatch.setattr(Skewed, "shared", lambda self, _database: self.now())
    without_comparing(monkeypatch)
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


# A clock that ran ahead and came back: no deadline lies further ahead than its kind can

AHEAD = [timedelta(hours=1), timedelta(minutes=70), timedelta(days=365)]


@asynccontextmanager
async def ahead(office: Office, by: timedelta) -> AsyncIterator[None]:
    """Every clock is `by` ahead inside, Slack's too: nothing shows that it is wrong."""
    office.clock.moment += by
    yield
    office.clock.moment -= by


@pytest.mark.parametrize("by", AHEAD, ids=str)
async def test_a_429_of_a_clock_that_was_ahead_is_forgotten(office: Office, by: timedelta) -> None:
    people = [await office.person() for _ in range(5)]
    for number, person in enumerate(people):
        await office.send(str(number), person_id=person)
    worker = office.worker()
    async with ahead(office, by):
        office.fail("ratelimited", retry_after=7, times=5)
        await worker.run_due()
        assert office.said() == []
        office.slack.faults.clear()
    await worker.run_due()
    assert len(office.said()) == 5
    assert {row.planned_at for row in await office.rows()} == {office.clock.now()}


@pytest.mark.parametrize("by", AHEAD, ids=str)
@pytest.mark.parametrize("fault", ["lost_reply", "error_before", "late_acceptance"])
async def test_an_unknown_outcome_of_a_clock_that_was_ahead_settles_anew(
    office: Office, by: timedelta, fault: str
) -> None:
    await office.send("a", person_id=await office.person())
    worker = office.worker()
    async with ahead(office, by):
        office.fail(fault, seconds=50)
        await worker.run_due()
        assert await office.state("a") is OutboxState.UNKNOWN
        if fault == "late_acceptance":
            await office.later(timedelta(seconds=50))
    await worker.run_due()
    assert await office.state("a") is OutboxState.UNKNOWN, "nobody knows when it was posted: it settles once more"
    for _ in range(2):
        await office.later()
        await worker.run_due()
    assert (await office.state("a"), office.said()) == (OutboxState.SENT, ["hello a"])


@pytest.mark.parametrize("by", AHEAD, ids=str)
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_lease_of_a_clock_that_was_ahead_has_ended(office: Office, by: timedelta, when: str) -> None:
    await office.send("a", person_id=await office.person())
    async with ahead(office, by):
        with pytest.raises(Killed):
            await office.worker("old", gateway=DyingGateway(office.gateway.client, when)).run_due()
    worker = office.worker("new")
    for _ in range(3):
        await worker.run_due()
        await office.later()
    assert (await office.state("a"), office.said()) == (OutboxState.SENT, ["hello a"])


@pytest.mark.parametrize("by", AHEAD, ids=str)
async def test_working_hours_of_a_clock_that_was_ahead_are_found_anew(office: Office, by: timedelta) -> None:
    """Within a day all is sent, and of a whole year ahead nothing is left at all."""
    opens = office.clock.now() + timedelta(hours=20)

    async def next_moment(work: UnitOfWork, row: Outbox) -> datetime:
        return work.now if opens <= work.now < opens + timedelta(hours=9) else work.now + timedelta(hours=20)

    await office.send("a", person_id=await office.person())
    worker = office.worker(next_moment=next_moment)
    async with ahead(office, by):
        await worker.run_due()
    await worker.run_due()
    assert office.said() == []
    for _ in range(24):
        await office.later(timedelta(hours=1))
        await worker.run_due()
    assert office.said() == ["hello a"]


async def test_a_long_wait_is_looked_at_in_between(office: Office) -> None:
    """Ten days off: the message still waits for their end."""
    opens = office.clock.now() + timedelta(days=10)

    async def next_moment(work: UnitOfWork, row: Outbox) -> datetime:
        return max(work.now, opens)

    await office.send("a", person_id=await office.person())
    worker = office.worker(next_moment=next_moment)
    while (due := await worker.next_due()) and due < opens:
        office.clock.move_to(due)
        await worker.run_due()
        assert office.said() == []
    office.clock.move_to(opens)
    await worker.run_due()
    assert office.said() == ["hello a"]


async def test_what_is_planned_for_later_is_left_alone(office: Office) -> None:
    """A plan may lie as far ahead as it likes: only what was put off is bounded."""
    due = office.clock.now() + timedelta(days=200)
    await office.send("a", person_id=await office.person(), due_at=due)
    worker = office.worker()
    await worker.run_due()
    assert (await office.row("a")).due_at == due


async def test_without_the_bounds_it_would_be_stuck(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: every deadline is believed."""
    monkeypatch.setattr(storage.deadlines, "LONGEST_RETRY", timedelta(days=1000))
    monkeypatch.setattr(storage.deadlines, "LONGEST_WAIT", timedelta(days=1000))
    monkeypatch.setattr(storage.rate_limits, "LONGEST_RETRY", timedelta(days=1000))
    await office.send("a", person_id=await office.person())
    worker = office.worker()
    async with ahead(office, timedelta(days=365)):
        office.fail("ratelimited", retry_after=7)
        await worker.run_due()
    for _ in range(24):
        await worker.run_due()
        await office.later(timedelta(hours=1))
    assert office.said() == []


@pytest.mark.parametrize("daily", [False, True], ids=["alone", "of a day"])
async def test_what_falls_due_in_long_holidays_lasts_from_their_end(office: Office, daily: bool) -> None:
    """Its kind lasts a week from when it is due, and nobody works for ten days."""
    opens = office.clock.now() + timedelta(days=10)

    async def next_moment(work: UnitOfWork, row: Outbox) -> datetime:
        return max(work.now, opens)

    lasts = PauseOverMessage.kind.lasts
    assert lasts == timedelta(days=7)
    kind = PauseOverMessage.kind.name
    await office.send("a", person_id=await office.person(), kind=kind, daily=daily, lasts=lasts)
    worker = office.worker(next_moment=next_moment)
    while (due := await worker.next_due()) and due < opens:
        office.clock.move_to(due)
        await worker.run_due()
    office.clock.move_to(opens)
    await worker.run_due()
    assert office.said() == [f"{kind} a"]
    await office.send("b", person_id=await office.person(), kind=kind, daily=daily, lasts=lasts)
    office.clock.move_to(opens + timedelta(days=8))
    await worker.run_due()
    assert await office.state("b") is OutboxState.EXPIRED, "as before, if it could have been sent all the time"
