"""One worker delivers for many workspaces: each message reaches its own, and the trouble of one delays no other."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import col, select

from bot.clock import NO_HURRY, ManualClock
from bot.delivery.backlogs import spread_backlog
from bot.delivery.settings import DeliverySettings
from bot.delivery.worker import Delivery
from bot.sandbox import Fault, Manifest, Slack
from bot.slack.connections import Connection, ManyConnections
from bot.slack.date import SlackDate
from bot.slack.gateway import Gateway, Message
from bot.workspaces.current import current_workspace
from storage.outbox import Outgoing
from storage.outbox_claims import Claim, claim
from storage.rate_limits import BULK, POSTS, UNLIMITED, Limits
from storage.tables import Outbox, OutboxState
from storage.unit_of_work import Store, UnitOfWork
from tests.delivery.harness import NOW, SCOPES
from tests.meter import metered
from tests.processes import HANG

TEAMS = ("T0001", "T0002")


@dataclass
class Offices:
    """Two local Slacks with the same ids of people and channels, and one database."""

    store: Store
    slacks: dict[str, Slack]
    gateway: Gateway
    tokens: dict[str, str | None]
    clock: ManualClock
    composed: list[str] = field(default_factory=list)
    """The workspaces of messages, in the order in which they were rendered to be sent."""
    troubles: list[tuple[str, str]] = field(default_factory=list)

    async def bot_token(self, team_id: str) -> str | None:
        return self.tokens[team_id]

    async def team_ids(self) -> list[str]:
        return sorted(self.tokens)

    def worker(self, *, limits: Limits = UNLIMITED, workers: int = 4, share: int = 2, **parts: Any) -> Delivery:
        settings = DeliverySettings(workers=workers, share=share, limits=limits)
        given: dict[str, Any] = {"gateway": self.gateway, "on_trouble": self.hear} | parts
        return Delivery(self.store, clock=self.clock, compose=self.compose, owner="w", settings=settings, **given)

    async def compose(self, _work: UnitOfWork, row: Outbox) -> Message:
        assert current_workspace() == row.team_id
        self.composed.append(row.team_id)
        return Message(f"{row.team_id} {row.key}")

    async def hear(self, _work: UnitOfWork, kind: str, row: Outbox) -> None:
        self.troubles.append((row.team_id, kind))

    async def send(self, team_id: str, count: int = 1, *, due: datetime = NOW, **fields: Any) -> None:
        """Enqueue messages for the workspace's channel."""
        channel = next(iter(self.slacks[team_id].workspace.channels))
        async with self.store.write(NOW) as work:
            for number in range(count):
                key = f"{fields.get('programme_id', 1)}:hello:{number}:{due.isoformat()}"
                values: dict[str, Any] = {"channel": channel, "due_at": due} | fields
                assert await work.send(Outgoing(team_id, key, "hello", **values))
            await work.commit()

    async def states(self, team_id: str) -> Counter[OutboxState]:
        async with self.store.read(NOW) as work:
            rows = (await work.session.exec(select(Outbox).where(Outbox.team_id == team_id))).all()
            return Counter(row.state for row in rows)

    def said(self, team_id: str) -> list[str]:
        channels = self.slacks[team_id].workspace.channels.values()
        return [message.text for channel in channels for message in channel.messages.values()]


@pytest.fixture
async def offices(store: Store) -> AsyncIterator[Offices]:
    clock = ManualClock(NOW)
    manifest = Manifest(scopes=frozenset(SCOPES), messages_tab=True, messages_read_only=False)
    slacks = {team_id: Slack(manifest, clock=clock, rate_limits=False) for team_id in TEAMS}
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        for team_id, slack in slacks.items():
            slack.workspace.team_id = team_id
            await stack.enter_async_context(slack.serve())
            slack.add_channel("hr", private=True, bot=True)

        def client_of(team_id: str, token: str) -> AsyncWebClient:
            return AsyncWebClient(token, base_url=slacks[team_id].api_url, session=session, retry_handlers=[])

        tokens: dict[str, str | None] = {team_id: slack.bot_token for team_id, slack in slacks.items()}
        base = AsyncWebClient(base_url=slacks[TEAMS[0]].api_url, session=session, retry_handlers=[])
        gateway = Gateway(base, limits=NO_HURRY)
        gateway.date = SlackDate(clock.monotonic)
        made = Offices(store, slacks, gateway, tokens, clock)
        gateway.connections = ManyConnections(made, client_of, clock.monotonic)
        yield made


async def test_each_message_reaches_its_own_workspace(offices: Offices) -> None:
    for team_id in TEAMS:
        await offices.send(team_id, 2)
    assert offices.slacks[TEAMS[0]].workspace.channels.keys() == offices.slacks[TEAMS[1]].workspace.channels.keys()
    await offices.worker().run_due()
    for team_id in TEAMS:
        assert len(offices.said(team_id)) == 2
        assert all(text.startswith(team_id) for text in offices.said(team_id))


@pytest.mark.parametrize("bulk", [False, True])
async def test_a_backlog_of_one_workspace_delays_no_other(offices: Offices, bulk: bool) -> None:
    await offices.send("T0001", 100, due=NOW - timedelta(hours=1), bulk=bulk)
    await offices.send("T0002", 3, bulk=bulk)
    await offices.worker().run_due()
    last = max(place for place, team_id in enumerate(offices.composed) if team_id == "T0002")
    assert last < 12, "of 103"
    assert await offices.states("T0001") == {OutboxState.SENT: 100}


async def test_replies_of_every_workspace_come_before_bulk_messages(offices: Offices) -> None:
    await offices.send("T0001", 20, due=NOW - timedelta(hours=1), bulk=True)
    await offices.send("T0002", 5)
    await offices.worker().run_due()
    last = max(place for place, team_id in enumerate(offices.composed) if team_id == "T0002")
    assert last < 14, "of 25: what they leave free is used for the others"
    assert await offices.states("T0001") == {OutboxState.SENT: 20}


async def test_workspaces_with_a_backlog_take_turns(offices: Offices) -> None:
    """Twenty workspaces whose messages are older by an hour than those of the one after: the last is not the last."""
    offices.tokens |= {f"T1{number:03}": None for number in range(20)}
    for number in range(20):
        team_id = f"T1{number:03}"
        offices.slacks[team_id] = offices.slacks["T0001"]
        await offices.send(team_id, 30, due=NOW - timedelta(hours=24 - number))
    claimed = Counter[str]()
    worker = offices.worker()
    for _ in range(20):
        async with offices.store.write(NOW) as work:
            asked = Claim("w", 4, NOW + timedelta(seconds=30), None, True, worker.shares)
            found = await claim(work.session, NOW, UNLIMITED, asked, _now)
            claimed.update(row.team_id for row in found.rows)
            await work.commit()
    assert len(claimed) == 20
    assert max(claimed.values()) - min(claimed.values()) <= 4
    assert sum(claimed.values()) == 80, "each claim is full"


@pytest.mark.parametrize("bulk", [False, True])
async def test_a_backlog_is_spread_over_the_time_that_it_needs(offices: Offices, bulk: bool) -> None:
    """So that the others' claims do not look through it. The messages of one recipient stay together."""
    limits = Limits()
    async with offices.store.write(NOW) as work:
        for number in range(200):
            channel, due = f"C{number // 2}", NOW - timedelta(minutes=200 - number)
            row = Outgoing("T0001", f"1:hello:{number}", "hello", channel=channel, due_at=due, bulk=bulk)
            assert await work.send(row)
        await work.commit()
    worker = offices.worker(limits=limits, workers=24, share=3)
    async with offices.store.write(NOW) as work:
        asked = Claim("w", 24, NOW + timedelta(seconds=30), None, True, worker.shares)
        found = await claim(work.session, NOW, limits, asked, _now)
        await work.commit()
    assert len(found.rows) == 3
    assert [(one.team_id, one.bulk) for one in found.overloads] == [("T0001", bulk)]
    async with offices.store.read(NOW) as work:
        due_now = (await work.session.exec(select(Outbox.id).where(Outbox.due_at <= NOW))).all()
    assert len(due_now) == 200, "a claim puts nothing off: others wait for it"
    assert worker.shares
    await spread_backlog(offices.store, offices.clock, worker.shares, limits, found.overloads[0])
    async with offices.store.read(NOW) as work:
        rows = list(await work.session.exec(select(Outbox).order_by(col(Outbox.id))))
    waiting = [row for row in rows if row.state == OutboxState.PENDING]
    assert sum(row.due_at <= NOW for row in waiting) < 60
    later = [row for row in waiting if row.due_at > NOW]
    assert [row.due_at for row in later] == sorted(row.due_at for row in later), "in their order"
    together = {row.channel: {one.due_at for one in later if one.channel == row.channel} for row in later}
    assert {len(moments) for moments in together.values()} == {1}
    seconds = (later[-1].due_at - NOW).total_seconds()
    assert seconds == pytest.approx(len(together) * limits.of(BULK if bulk else POSTS).interval.total_seconds(), 0.01)
    assert {row.planned_at for row in later} <= {NOW - timedelta(minutes=200 - number) for number in range(200)}


async def test_a_few_messages_are_not_spread(offices: Offices) -> None:
    """To look through them takes no longer."""
    async with offices.store.write(NOW) as work:
        for number in range(50):
            assert await work.send(Outgoing("T0001", f"1:hello:{number}", "hello", channel=f"C{number}", due_at=NOW))
        await work.commit()
    worker = offices.worker(limits=Limits(), workers=4, share=2)
    asked = Claim("w", 4, NOW + timedelta(seconds=30), None, True, worker.shares)
    async with offices.store.write(NOW) as work:
        assert not (await claim(work.session, NOW, Limits(), asked, _now)).overloads


@pytest.mark.parametrize("bulk", [False, True])
async def test_a_claim_reads_once_however_many_a_workspace_has_due(offices: Offices, bulk: bool) -> None:
    """Messages of one workspace are mostly planned together, so that those of one after the other are due."""
    async with offices.store.write(NOW) as work:
        for number in range(120):
            team_id, key = f"T{number // 20:04}", f"1:hello:{number}"
            assert await work.send(Outgoing(team_id, key, "hello", channel=f"C{number}", due_at=NOW, bulk=bulk))
        await work.commit()
    shares = offices.worker(workers=12, share=2).shares
    asked = Claim("w", 12, NOW + timedelta(seconds=30), None, True, shares)
    with metered(offices.store.engine) as cost:
        async with offices.store.write(NOW) as work:
            claimed = await claim(work.session, NOW, UNLIMITED, asked, _now)
            await work.commit()
    assert Counter(row.team_id for row in claimed.rows) == {f"T{number:04}": 2 for number in range(6)}
    assert cost.statements <= 8


async def test_a_workspace_that_hangs_holds_up_its_own_messages_only(offices: Offices) -> None:
    hanging, released, sent = Counter[str](), asyncio.Event(), asyncio.Event()

    class Hangs(Gateway):
        async def post(self, *arguments: Any, **named: Any) -> Any:
            if current_workspace() == "T0001":
                hanging["T0001"] += 1
                await released.wait()
            outcome = await super().post(*arguments, **named)
            if len(offices.said("T0002")) == 20:
                sent.set()
            return outcome

    gateway = Hangs(offices.gateway.client, limits=NO_HURRY, connections=offices.gateway.connections)
    gateway.date = offices.gateway.date
    await offices.send("T0001", 20, due=NOW - timedelta(hours=1))
    await offices.send("T0002", 20)
    worker = offices.worker(gateway=gateway)
    running = asyncio.create_task(worker.run())
    try:
        await asyncio.wait_for(sent.wait(), HANG)
        assert hanging["T0001"] == 2, "its share"
        assert offices.said("T0001") == []
    finally:
        released.set()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_after_a_call_without_an_answer_a_workspace_has_one_at_a_time(offices: Offices) -> None:
    offices.slacks["T0001"].faults.add(Fault("lost_reply", "chat.postMessage", times=1))
    await offices.send("T0001")
    worker = offices.worker()
    await worker.run_due()
    assert worker.shares
    assert (worker.shares.room("T0001"), worker.shares.room("T0002")) == (1, 2)
    await offices.send("T0001", due=NOW - timedelta(minutes=1))
    await worker.run_due()
    assert worker.shares.room("T0001") == 2, "Slack answers again"


async def uninstalled(offices: Offices) -> None:
    offices.tokens["T0001"] = None


async def revoked(offices: Offices) -> None:
    offices.slacks["T0001"].faults.add(Fault("refused", error="token_revoked"))


async def limited(offices: Offices) -> None:
    offices.slacks["T0001"].faults.add(Fault("ratelimited", "chat.postMessage", retry_after=600))


@pytest.mark.parametrize("trouble", [uninstalled, revoked, limited])
async def test_a_workspace_that_takes_nothing_costs_the_others_nothing(
    offices: Offices, trouble: Callable[[Offices], Any]
) -> None:
    await trouble(offices)
    await offices.send("T0001", 80, due=NOW - timedelta(hours=1))
    await offices.send("T0002", 5)
    worker = offices.worker()
    await worker.run_due()
    assert await offices.states("T0002") == {OutboxState.SENT: 5}
    waiting = await offices.states("T0001")
    assert waiting == {OutboxState.PENDING: 80}, "nothing is lost"
    assert {team_id for team_id, _ in offices.troubles} <= {"T0001"}
    before = len(offices.composed)
    await offices.send("T0002", due=NOW + timedelta(seconds=20))
    assert await worker.next_due() == NOW + timedelta(seconds=20), "not hidden behind what waits"
    offices.clock.advance(timedelta(seconds=20))
    await worker.run_due()
    assert offices.composed[before:] == ["T0002"]


async def test_what_has_to_be_read_back_in_one_workspace_delays_no_other(offices: Offices) -> None:
    limits = Limits()
    for team_id, count in (("T0001", 30), ("T0002", 1)):
        await offices.send(team_id, count, due=NOW - timedelta(hours=1 if count > 1 else 0))
    async with offices.store.write(NOW) as work:
        for row in (await work.session.exec(select(Outbox).order_by(col(Outbox.id)))).all():
            row.state, row.attempt, row.started_at = OutboxState.UNKNOWN, 1, NOW
        await work.commit()
    await offices.worker(limits=limits).run_due()
    assert (await offices.states("T0002"))[OutboxState.UNKNOWN] == 0


async def test_a_connection_is_never_used_for_another_workspace(offices: Offices) -> None:
    """Even if both are called at the same time."""
    used: list[tuple[str | None, str]] = []
    inner = offices.gateway.connections

    class Watched(ManyConnections):
        async def connection(self, method: str, team_id: str | None) -> Connection:
            found = await inner.connection(method, team_id)
            used.append((current_workspace(), str(found.client.token)))
            return found

    offices.gateway.connections = Watched(offices, lambda *_: AsyncWebClient(), offices.clock.monotonic)
    for team_id in TEAMS:
        await offices.send(team_id, 20)
    await offices.worker(workers=8, share=4).run_due()
    assert dict(set(used)) == offices.tokens
    assert len(set(used)) == 2


async def _now(row: Outbox) -> datetime:
    return NOW
