"""A release of 500 pairs within the limits that the local Slack keeps: how quickly, and what clicks wait meanwhile."""

import asyncio
import statistics
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import pytest
from sqlmodel import col, select

from bot.app import build
from bot.balik import Balik, BotConfig
from bot.clock import Clock, ManualClock, OffsetClock, SystemClock
from bot.sandbox import Manifest, Slack
from bot.services.matching.release import UNDO_WINDOW, release
from storage.outbox import Outgoing
from storage.rate_limits import BULK, Limits
from storage.tables import Outbox, OutboxState
from tests.bench.figures import Figure, show
from tests.processes import ROOT
from tests.sign_ups import HR, TEAM, by_hr, draw_up, sign_up

pytestmark = pytest.mark.bench
PAIRS = 500
TUESDAY = datetime(2027, 1, 12, 3, 0, tzinfo=UTC)
"""10:00 in Jakarta."""
CLICKS, EVERY = 150, 0.25
"""So many clicks, so many seconds apart."""
ANSWERS = 40
CHATS = "intro_group"


@asynccontextmanager
async def released(folder: Path, clock: Clock) -> AsyncIterator[tuple[Slack, Balik]]:
    """The whole bot, and 500 pairs that HR has just released."""
    slack = Slack(Manifest.load(ROOT / "manifest.yml"), clock=clock)
    async with slack.serve():
        parts = BotConfig(slack.bot_token, f"sqlite:///{folder}/bench.sqlite", clock, slack.api_url)
        async with build(parts) as balik, balik.socket(slack.app_token):
            users = [slack.add_user(f"Orang {number}").id for number in range(2 * PAIRS + 1)]
            people = [(user, slack.workspace.open_dm(user).id) for user in users]
            channels = [slack.add_channel(name, private=True, bot=True).id for name in ("hr", "umum")]
            await sign_up(balik.store, clock.now(), people, hr_channel=channels[0], announce_channel=channels[1])
            draft, pairs = await draw_up(balik.store, users[0], clock.now())
            assert pairs == PAIRS
            await release(balik.store, by_hr(users[0], clock.now()), draft, pairs)
            yield slack, balik


async def test_a_release_of_500_pairs(tmp_path: Path) -> None:
    clock = ManualClock(TUESDAY)
    async with released(tmp_path, clock) as (slack, balik):
        while moment := await balik.delivery.next_due():
            if moment > TUESDAY + timedelta(hours=2):
                break
            clock.move_to(moment)
            await balik.delivery.run_due()
        async with balik.store.read(clock.now()) as work:
            rows = (await work.session.exec(select(Outbox).where(col(Outbox.kind).like("intro%")))).all()
        refused = sum(1 for call in slack.calls if call["error"] == "ratelimited")
    assert {row.state for row in rows} == {OutboxState.SENT}, {row.error for row in rows}
    people = _minutes([row.sent_at for row in rows if row.kind != CHATS and row.sent_at])
    chats = _minutes([row.sent_at for row in rows if row.kind == CHATS and row.sent_at])
    ours = Limits()
    bulk, opens = ours.of(BULK).per_minute, ours.opens.per_minute
    told, opened = (2 * PAIRS - 1) / people, (PAIRS - 1) / chats
    show(
        f"A release of {PAIRS} pairs, {2 * PAIRS} people told and {PAIRS} chats opened, by Slack's clock",
        [
            Figure("calls that Slack put off (429)", refused, "", 0),
            Figure("people told, of the rate allowed to bulk", told / bulk * 100, "%", 95, at_least=True,
                   beside=f"{told:.0f} of {bulk:.0f} a minute, {people:.1f} minutes"),
            Figure("chats opened, of the rate allowed to opening", opened / opens * 100, "%", 95, at_least=True,
                   beside=f"{opened:.0f} of {opens:.0f} a minute, {chats:.1f} minutes"),
        ],
    )  # fmt: skip


def _minutes(moments: list[datetime]) -> float:
    return (max(moments) - min(moments)).total_seconds() / 60


async def test_clicks_during_a_release(tmp_path: Path) -> None:
    clock = OffsetClock(TUESDAY - SystemClock().now())
    async with released(tmp_path, clock) as (slack, balik):
        quiet = await clicks(slack, balik)
        clock.move_to(clock.now() + UNDO_WINDOW)
        async with balik.working():
            busy, replies = await asyncio.gather(clicks(slack, balik), answers(balik))
        async with balik.store.read(clock.now()) as work:
            theirs = select(Outbox).where(col(Outbox.kind).like("intro%"), Outbox.state == OutboxState.SENT)
            sent = (await work.session.exec(theirs)).all()
        refused = sum(1 for call in slack.calls if call["error"] == "ratelimited")
    show(
        f"{CLICKS} clicks while a release of {PAIRS} pairs goes out ({len(sent)} messages meanwhile)",
        [
            Figure("until answered, p99", _p99(busy), "s", 1, beside=f"with nothing else to do: {_p99(quiet):.3f}"),
            Figure("until answered, median", statistics.median(busy), "s", beside=f"{statistics.median(quiet):.3f}"),
            Figure("until an answer by direct message is sent, p99", _p99(replies), "s", 1),
            Figure("calls that Slack put off (429)", refused, "", 0),
        ],
    )
    assert sent


def _p99(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=100)[98]


async def clicks(slack: Slack, balik: Balik) -> list[float]:
    """Seconds until the bot is done with each command of one person after another."""
    taken: list[float] = []

    async def one(number: int) -> None:
        person = slack.as_person(slack.workspace.users[_slack_ids(slack)[number]])
        began = perf_counter()
        outcome = await person.command("/mentoring help")
        assert outcome.ok
        await balik.context.wait_idle()
        taken.append(perf_counter() - began)

    async with asyncio.TaskGroup() as group:
        for number in range(CLICKS):
            group.create_task(one(number))
            await asyncio.sleep(EVERY)
    return taken


def _slack_ids(slack: Slack) -> list[str]:
    return [user.id for user in slack.workspace.users.values() if not user.is_bot]


async def answers(balik: Balik) -> list[float]:
    """Seconds until what is not part of the wave is sent, each to somebody else."""
    taken: list[float] = []
    for number in range(ANSWERS):
        async with balik.store.write(balik.clock.now()) as work:
            await work.send(Outgoing(TEAM, f"1:welcome:{number}:bench", "welcome", 1, HR + 1 + number))
            await work.commit()
        await asyncio.sleep(CLICKS * EVERY / ANSWERS)
    async with balik.store.read(balik.clock.now()) as work:
        wanted = select(Outbox.due_at, Outbox.sent_at).where(col(Outbox.key).like("1:welcome:%:bench"))
        taken = [(sent - due).total_seconds() for due, sent in await work.session.exec(wanted) if sent]
    assert len(taken) == ANSWERS
    return taken
