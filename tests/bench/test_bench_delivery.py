"""How quickly the outbox empties: with 100,000 waiting, and from due to sent."""

import asyncio
import random
from contextlib import suppress
from datetime import timedelta
from time import perf_counter

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import bindparam, update
from sqlmodel import SQLModel, col, func, select

from bot.clock import SystemClock
from bot.delivery.settings import DeliverySettings
from bot.delivery.worker import Delivery
from bot.sandbox import Manifest, Slack
from bot.slack.gateway import Gateway, Message, Outcome, Sent
from storage.engine import make_engine
from storage.migrate import upgrade
from storage.outbox import Outgoing
from storage.rate_limits import UNLIMITED
from storage.tables import Outbox, OutboxState, Person
from storage.unit_of_work import Store, UnitOfWork
from tests.bench.crowd import HR, LATER, NOW, TEAM, messages, people
from tests.bench.figures import Figure, show, watched
from tests.processes import ROOT

pytestmark = pytest.mark.bench
WAITING = 100_000
PEOPLE = 5_000
SECONDS = 15
LEAST_A_SECOND = {"sqlite": 60, "postgresql": 150}
BARE = 200
DUE, SPREAD = 600, 30
"""So many messages fall due in so many seconds."""
AT_ONCE = DeliverySettings(limits=UNLIMITED)


class AtOnce(Gateway):
    """A Slack that takes no time: what is measured is ours."""

    async def post(
        self, channel: str, message: Message, key_hash: str, attempt: int, timeout: float | None = None
    ) -> Outcome:
        return Sent(channel, "1.0")


async def compose(_work: UnitOfWork, row: Outbox) -> Message:
    return Message(row.key)


async def test_claim_and_record(empty_url: str) -> None:
    store = await _store(empty_url)
    await people(store, PEOPLE)
    await messages(store, WAITING, OutboxState.PENDING, people=PEOPLE)
    gateway = AtOnce(AsyncWebClient("xoxb-x", retry_handlers=[]))
    delivery = Delivery(store, gateway, SystemClock(), compose, "bench", AT_ONCE)
    began = perf_counter()
    async with watched() as stalls:
        with suppress(TimeoutError):
            async with asyncio.timeout(SECONDS):
                await delivery.run_due()
    rate = delivery.outcomes.total[OutboxState.SENT] / (perf_counter() - began)
    kind = store.engine.dialect.name
    plain = f"two bare commits a message: {await two_commits(store):.0f}"
    show(
        f"Claim and record, {WAITING:,} waiting, on {kind}",
        [
            Figure("messages", rate, "1/s", LEAST_A_SECOND[kind], at_least=True, beside=plain),
            Figure("the longest stall of the event loop", stalls.longest, "ms", 250, beside=f"own: {stalls.own:.0f}"),
        ],
    )
    await store.engine.dispose()
    assert delivery.outcomes.total[OutboxState.SENT]


async def two_commits(store: Store) -> float:
    """How many messages a second one could mark as being sent and then as sent, one after another, and do no more."""
    table = SQLModel.metadata.tables[str(Outbox.__tablename__)]
    mark = update(table).where(table.c.id == bindparam("row")).values(state=bindparam("became"))
    began = perf_counter()
    for number in range(WAITING - BARE, WAITING):
        for state in (OutboxState.SENDING, OutboxState.SENT):
            async with store.engine.begin() as connection:
                await connection.execute(mark, {"row": number, "became": state})
    return BARE / (perf_counter() - began)


async def test_from_due_to_sent(empty_url: str) -> None:
    """Over HTTP to the local Slack, which keeps no limits here; as many again were sent, or wait for another day."""
    store = await _store(empty_url)
    slack = Slack(Manifest.load(ROOT / "manifest.yml"), rate_limits=False, calls_kept=0, echo_own_messages=False)
    await people(store, PEOPLE)
    await messages(store, WAITING, OutboxState.PENDING, people=PEOPLE, due_at=LATER)
    async with slack.serve(), aiohttp.ClientSession() as session:
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[])
        delivery = Delivery(store, Gateway(client), SystemClock(), compose, "bench", AT_ONCE)
        await _plan(store, slack)
        working = asyncio.create_task(delivery.run())
        async with asyncio.timeout(SPREAD + 60):
            while delivery.outcomes.total[OutboxState.SENT] < DUE:  # noqa: ASYNC110  the count tells, and nothing else does
                await asyncio.sleep(0.1)
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        posts = sorted([await _seconds_of_a_post(client, slack) for _ in range(100)])
    async with store.read(NOW) as work:
        wanted = select(Outbox.due_at, Outbox.sent_at).where(Outbox.kind == "prompt")
        waited = sorted((sent - due).total_seconds() for due, sent in await work.session.exec(wanted) if sent)
    show(
        f"From due to sent, {DUE} messages in {SPREAD} s, {WAITING:,} more waiting, on {store.engine.dialect.name}",
        [
            Figure("p99", waited[int(len(waited) * 0.99)], "s", 10, beside=f"a bare post, p99: {posts[98]:.3f}"),
            Figure("median", waited[len(waited) // 2], "s", beside=f"a bare post, median: {posts[50]:.3f}"),
        ],
    )
    await store.engine.dispose()
    assert len(waited) == DUE


async def _plan(store: Store, slack: Slack) -> None:
    """Messages to people whom Slack knows, at moments drawn by lot."""
    now, chance = SystemClock().now(), random.Random(1)
    async with store.write(now) as work:
        some = (await work.session.exec(select(Person).where(col(Person.id) > HR).limit(200))).all()
        for person in some:
            person.slack_id, person.dm_channel = slack.add_user(person.name).id, None
        await work.send_all(
            Outgoing(
                TEAM,
                f"1:prompt:{number}:",
                "prompt",
                person_id=chance.choice(some).id,
                due_at=now + timedelta(seconds=2 + chance.uniform(0, SPREAD)),
            )
            for number in range(DUE)
        )
        await work.commit()
        assert (await work.session.exec(select(func.count()).where(Outbox.kind == "prompt"))).one() == DUE


async def _seconds_of_a_post(client: AsyncWebClient, slack: Slack) -> float:
    channel = next(one.id for one in slack.workspace.channels.values() if one.kind == "im")
    began = perf_counter()
    await client.chat_postMessage(channel=channel, text="bare")
    return perf_counter() - began


async def _store(url: str) -> Store:
    engine = make_engine(url)
    await upgrade(engine)
    return Store(engine)
