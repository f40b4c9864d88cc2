"""The clock by which everything goes is wrong: nothing runs until it is right, whatever was under way."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from bot.delivery.worker import Delivery
from bot.slack.clock_check import ASK_AGAIN, ClockCheck
from bot.slack.date import date_of
from storage.tables import Outbox, OutboxState
from storage.unit_of_work import UnitOfWork
from tests.delivery.harness import SETTLE, DyingGateway, Killed, Office, StoppedGateway, Wrong
from tests.delivery.test_clocks import without_comparing

HOUR = timedelta(hours=1)
JUMPS = [sign * by for by in (HOUR, timedelta(minutes=70), timedelta(days=365)) for sign in (1, -1)]
HELLO = "hello a"


def workers(office: Office) -> tuple[Wrong, list[Delivery]]:
    """One worker on SQLite, two on PostgreSQL, by a clock that can be put wrong."""
    clock = Wrong(office.clock, timedelta())
    names = ("only",) if office.store.engine.dialect.name == "sqlite" else ("first", "second")

    async def next_moment(work: UnitOfWork, row: Outbox) -> datetime:
        """Some messages wait for a better hour."""
        return max(work.now, row.created_at + timedelta(hours=3)) if row.data.get("waits") else work.now

    return clock, [office.worker(name, clock=clock, next_moment=next_moment) for name in names]


async def go_on(office: Office, working: list[Delivery], steps: int, by: timedelta) -> None:
    """All of them look again and again while time goes on."""
    for _ in range(steps):
        for worker in working:
            await worker.run_due()
        await office.later(by)


async def refused(office: Office, working: list[Delivery]) -> None:
    """It met a 429."""
    office.fail("ratelimited", retry_after=30)
    await office.send("a", person_id=await office.person())
    await working[0].run_due()


async def paused(office: Office, working: list[Delivery]) -> None:
    """The whole workspace is paused."""
    office.fail("ratelimited", retry_after=30, times=3)
    for _ in range(3):
        await office.send(f"other {len(office.people)}", person_id=await office.person())
    await working[0].run_due()
    await office.send("a", person_id=await office.person())


async def lost(office: Office, working: list[Delivery]) -> None:
    """It was posted, and the reply was lost."""
    office.fail("lost_reply")
    await office.send("a", person_id=await office.person())
    await working[0].run_due()


async def late(office: Office, working: list[Delivery]) -> None:
    """It will be accepted late."""
    office.fail("late_acceptance", seconds=50)
    await office.send("a", person_id=await office.person())
    await working[0].run_due()


async def dying(office: Office, working: list[Delivery]) -> None:
    """Whoever posted it died before recording it."""
    await office.send("a", person_id=await office.person())
    worker = office.worker("dying", gateway=DyingGateway(office.gateway.client, "after"))
    with pytest.raises(Killed):
        await worker.run_due()


async def waiting(office: Office, working: list[Delivery]) -> None:
    """It waits for working hours."""
    await office.send("a", person_id=await office.person(), data={"waits": True})
    await working[0].run_due()


async def planned(office: Office, working: list[Delivery]) -> None:
    """It is planned for later."""
    await office.send("a", person_id=await office.person(), due_at=office.clock.now() + timedelta(minutes=30))


async def expiring(office: Office, working: list[Delivery]) -> None:
    """It is good for a while only."""
    now = office.clock.now()
    due = {"due_at": now + timedelta(minutes=30), "expires_at": now + timedelta(minutes=50)}
    await office.send("a", person_id=await office.person(), **due)


STATES = [refused, paused, lost, late, dying, waiting, planned, expiring]
NOT_BEFORE = {waiting: timedelta(hours=3), planned: timedelta(minutes=30), expiring: timedelta(minutes=30)}
"""How long after its beginning each may arrive at the earliest."""


@pytest.mark.wide(5)
@pytest.mark.parametrize("by", JUMPS, ids=str)
@pytest.mark.parametrize("begin", STATES, ids=lambda one: one.__name__)
async def test_wrong_and_right_again(
    office: Office, begin: Callable[[Office, list[Delivery]], Awaitable[None]], by: timedelta
) -> None:
    """Not lost, not twice, not stuck, and not early."""
    clock, working = workers(office)
    began = office.clock.now()
    await begin(office, working)
    clock.by = by
    await go_on(office, working, 12, timedelta(seconds=10))
    assert office.troubles == [], "nothing expires by a clock that is wrong"
    seen = [text for text in office.said() if text == HELLO]
    assert seen == ([HELLO] if begin in (lost, late, dying) else []), "nothing is posted by a clock that is wrong"
    clock.by = timedelta()
    while HELLO not in office.said() and office.clock.now() < began + timedelta(hours=4):
        await go_on(office, working, 1, timedelta(minutes=1))
        if HELLO in office.said() and begin in NOT_BEFORE:
            assert office.clock.now() >= began + NOT_BEFORE[begin]
    await go_on(office, working, 4, SETTLE)
    assert office.said().count(HELLO) == 1
    assert {row.state for row in await office.rows()} == {OutboxState.SENT}
    assert len(office.said()) == len(await office.rows())


async def test_without_comparing_it_would_be_early(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: nobody looks at Slack's clock."""
    without_comparing(monkeypatch)
    clock, working = workers(office)
    await planned(office, working)
    clock.by = timedelta(days=365)
    await go_on(office, working, 1, timedelta(seconds=10))
    assert office.said() == [HELLO]


@pytest.mark.wide(5)
@pytest.mark.parametrize("by", JUMPS, ids=str)
@pytest.mark.parametrize("fault", ["lost_reply", "late_acceptance", "ratelimited", "error_before", None])
async def test_the_clock_jumps_while_a_message_is_being_posted(
    office: Office, by: timedelta, fault: str | None
) -> None:
    clock, working = workers(office)
    await office.send("a", person_id=await office.person())

    async def jump() -> None:
        clock.by = by

    if fault:
        office.fail(fault, seconds=50, retry_after=1)
    gateway = StoppedGateway(office.gateway.client, jump)
    gateway.date = office.gateway.date
    await office.worker("posting", clock=clock, gateway=gateway).run_due()
    await go_on(office, working, 12, timedelta(seconds=10))
    clock.by = timedelta()
    await go_on(office, working, 4, SETTLE)
    assert (await office.state("a"), office.said()) == (OutboxState.SENT, [HELLO])


@pytest.mark.parametrize("minutes", [1, 2, 4.5])
async def test_a_jump_that_is_borne_shortens_no_settling(office: Office, minutes: float) -> None:
    """Up to five minutes are borne; what was posted just before still has its time to appear."""
    clock, working = workers(office)
    await late(office, working)
    clock.by = timedelta(minutes=minutes)
    await go_on(office, working, 24, timedelta(seconds=10))
    assert (await office.state("a"), office.said()) == (OutboxState.SENT, [HELLO])


async def test_it_stops_beyond_five_minutes_and_says_so_once(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    clock, working = workers(office)
    await office.send("a", person_id=await office.person())
    clock.by = timedelta(minutes=5, seconds=10)
    await go_on(office, working[:1], 20, timedelta(seconds=10))
    assert office.said() == []
    assert working[0].check.wrong
    assert caplog.text.count("sending and jobs are paused") == 1
    asked = [call["method"] for call in office.slack.calls].count("auth.test")
    assert asked <= 200 / ASK_AGAIN + 2, "Slack is asked now and then, not each time"
    clock.by = timedelta(minutes=4, seconds=50)
    await go_on(office, working[:1], 1, timedelta(seconds=10))
    assert office.said() == [HELLO]
    assert caplog.text.count("agrees with Slack's again") == 1


@pytest.mark.parametrize("told", ["", "yesterday", "Mon, 99 Jan 2027 03:00:00 GMT"])
async def test_a_date_that_nobody_can_read_is_ignored(office: Office, told: str) -> None:
    office.slack.web_api.told_date = told
    clock, working = workers(office)
    clock.by = HOUR
    await office.send("a", person_id=await office.person())
    await go_on(office, working, 1, timedelta(seconds=10))
    assert office.said() == [HELLO]
    assert date_of({"Date": told}) is None


async def test_after_a_jump_nothing_goes_before_slack_was_asked(office: Office) -> None:
    """A suspend, say: the clock went on, and nothing else did. Slack cannot be reached just then."""
    clock, working = workers(office)
    await office.send("a", person_id=await office.person())
    clock.by = timedelta(minutes=3)
    rule = office.fail("error_before", "auth.test", times=1)
    await go_on(office, working[:1], 1, timedelta(seconds=ASK_AGAIN))
    assert (office.said(), rule.struck) == ([], 1)
    await go_on(office, working[:1], 1, timedelta(seconds=10))
    assert office.said() == [HELLO]


async def test_requests_are_served_by_slacks_clock_while_ours_is_wrong(office: Office) -> None:
    """What a click plans meanwhile is planned for when it happens, not for a year later."""
    clock = Wrong(office.clock, timedelta(days=365))
    check = ClockCheck(office.store, office.gateway, clock)
    assert await check.for_jobs() is None
    assert abs(await check.for_requests(clock.now()) - office.clock.now()) <= timedelta(seconds=1)
    clock.by = timedelta()
    assert await check.for_jobs() == await check.for_requests(clock.now()) == office.clock.now()


async def test_a_clock_that_says_nothing_of_slack_at_first(office: Office) -> None:
    """Before the first job Slack is asked, once."""
    clock = Wrong(office.clock, timedelta(hours=-2))
    worker = office.worker(clock=clock)
    await office.send("a", person_id=await office.person(), due_at=office.clock.now() - timedelta(hours=3))
    assert await worker.run_due() == 0
    assert (office.said(), worker.check.wrong) == ([], True)
