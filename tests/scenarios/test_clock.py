"""The bot's clock is wrong: nothing happens by itself, people are answered, and the operator is told once."""

from datetime import timedelta

import pytest

from bot.domain.messages.sessions import BookingNudgeMessage
from bot.jobs.registry import waiting
from bot.sandbox import Fault, Message
from bot.server.health import condition, exposition
from bot.slack.clock_alarm import ClockAlarm
from bot.slack.clock_check import ASK_AGAIN, ClockCheck
from tests.delivery.harness import Wrong
from tests.scenarios.office import Colleague, Office, texts_in
from tests.scenarios.pairs import MONDAY_11, agree, introduced, of_kind, sent_at

YEAR = timedelta(days=365)
JUMPS = [YEAR, -YEAR, timedelta(minutes=70), timedelta(minutes=-70)]


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    """Sari and Budi, introduced, on the morning when the first session is to be booked."""
    return await introduced(office, hr)


def wrong_clock(office: Office, operator: str = "") -> Wrong:
    """A clock that can be put wrong, for everything that the bot does; Slack keeps the right one."""
    clock, balik = Wrong(office.clock, timedelta()), office.balik
    balik.check.clock = balik.delivery.clock = clock
    if operator and isinstance(alarm := balik.check.on_wrong, ClockAlarm):
        balik.check.on_wrong = ClockAlarm(alarm.store, alarm.gateway, operator, alarm.compose)
    return clock


async def turn(office: Office, times: int = 3) -> None:
    """The bot looks at all there is to do, some times in half a minute each."""
    for _ in range(times):
        await office.balik.settle()
        await office.calm()
        office.clock.advance(timedelta(seconds=ASK_AGAIN))


def posted_to(who: Colleague) -> list[Message]:
    """What came by the outbox, without what answered a command."""
    return [one for one in who.inbox if not one.ephemeral_to]


def everything(office: Office) -> list[Message]:
    """Every message of the bot's that is to be seen."""
    bot = office.slack.workspace.bot_user
    channels = office.slack.workspace.channels.values()
    return [one for channel in channels for one in channel.messages.values() if one.user == bot]


@pytest.mark.parametrize("by", JUMPS, ids=str)
async def test_nothing_of_the_skipped_time_is_sent_early(pair: Office, by: timedelta) -> None:
    """A year has reminders, polls, cards, summaries and a closing: not one of them comes, then or after."""
    clock, store = wrong_clock(pair), pair.balik.store
    before, plans = len(everything(pair)), await waiting(store, pair.clock.now())
    clock.by = by
    await turn(pair)
    assert len(everything(pair)) == before
    clock.by = timedelta()
    assert await waiting(store, pair.clock.now()) == plans
    await agree(pair)
    (nudge,) = of_kind(pair.people["sari"], BookingNudgeMessage, session=1)
    assert sent_at(nudge) == MONDAY_11


@pytest.mark.parametrize("by", JUMPS, ids=str)
async def test_a_click_meanwhile_is_answered_and_sends_when_the_clock_is_right(
    office: Office, hr: Colleague, by: timedelta
) -> None:
    await office.set_up(hr)
    sari, clock = office.hire("Sari Wulandari"), wrong_clock(office)
    clock.by = by
    assert (await sari.command("help")).ok
    assert (await office.join(sari, "mentor", "specialist", "finance")).ok
    assert posted_to(sari) == []
    clock.by = timedelta()
    await turn(office)
    assert len(posted_to(sari)) == 1, "the welcome"


async def test_the_operator_is_told_once_and_sees_it(office: Office, hr: Colleague) -> None:
    await office.set_up(hr)
    rina = office.hire("Rina Operator")
    clock = wrong_clock(office, rina.id)
    clock.by = YEAR
    await turn(office, 4)
    (told,) = rina.inbox
    assert "2028-01-04" in texts_in(told)
    assert "2027-01-04" in texts_in(told)
    seen = await condition(office.balik)
    assert (seen.clock, seen.ready, seen.told()["clock"]) == (False, False, False)
    assert b"balik_clock_right 0.0" in await exposition(office.balik)
    assert b"balik_clock_ahead_seconds 3.1536" in await exposition(office.balik)
    clock.by = timedelta()
    await turn(office)
    assert len(rina.inbox) == 1
    assert (await condition(office.balik)).clock


async def test_replicas_tell_the_operator_together_once_and_try_again(office: Office, hr: Colleague) -> None:
    """Slack puts the first message off; a second process has the same trouble."""
    rina = office.hire("Rina Operator")
    clock, balik = wrong_clock(office, rina.id), office.balik
    other = ClockCheck(balik.store, balik.gateway, clock, balik.check.on_wrong)
    clock.by = -YEAR
    office.slack.faults.add(Fault("ratelimited", "chat.postMessage", times=1))
    for _ in range(3):
        assert await balik.check.for_jobs() is None
        assert await other.for_jobs() is None
        office.clock.advance(timedelta(seconds=ASK_AGAIN))
    assert len(rina.inbox) == 1
