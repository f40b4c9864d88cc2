"""Whether one workspace's trouble delays the messages of the others: from due to sent, beside a run without it.

Slack is a sink that takes 100 ms for a post, as Slack does, and is limited as Slack is; the database is PostgreSQL.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import insert
from sqlmodel import select

from bot.clock import SystemClock
from bot.delivery.settings import OF_MANY
from bot.delivery.worker import Delivery
from bot.slack.gateway import Gateway, Message, Outcome, Refused, RetryAfter, Sent
from bot.workspaces.current import current_workspace
from storage.engine import make_engine
from storage.migrate import upgrade
from storage.outbox import Outgoing
from storage.tables import Outbox, OutboxState, Person
from storage.unit_of_work import Store, UnitOfWork
from tests.bench.figures import Figure, show

pytestmark = pytest.mark.bench
OTHERS, MESSAGES, SPREAD = 100, 1000, 20
"""So many other workspaces have so many messages that fall due in so many seconds."""
BACKLOG = 10_000
LEAD = timedelta(seconds=15)
"""Until the first one is due: planning the backlog takes some seconds."""
TROUBLED = "T0000"
POST_SECONDS = 0.1
GOAL = 1.2
"""The 99th percentile beside the one without the troubled workspace."""


@dataclass
class Sink:
    """What Slack does with a post of the troubled workspace; None: what it does for all others."""

    troubled: Callable[[], Awaitable[Outcome]] | None = None
    posts: list[str] = field(default_factory=list)


class SinkGateway(Gateway):
    def __init__(self, sink: Sink) -> None:
        super().__init__(AsyncWebClient("xoxb-x", retry_handlers=[]))
        self.sink = sink

    async def greet(self) -> None:
        """There is no Slack whose clock could be asked."""

    async def open_group(self, slack_ids: list[str]) -> str:
        await asyncio.sleep(POST_SECONDS)
        return f"D{slack_ids[0]}"

    async def post(
        self, channel: str, message: Message, key_hash: str, attempt: int, timeout: float | None = None
    ) -> Outcome:
        if current_workspace() == TROUBLED and self.sink.troubled:
            return await self.sink.troubled()
        await asyncio.sleep(POST_SECONDS)
        self.sink.posts.append(message.text)
        return Sent(channel, f"{len(self.sink.posts)}.0")


async def compose(_work: UnitOfWork, row: Outbox) -> Message:
    return Message(row.key)


async def refused() -> Outcome:
    await asyncio.sleep(POST_SECONDS)
    return Refused("token_revoked")


async def limited() -> Outcome:
    await asyncio.sleep(POST_SECONDS)
    return RetryAfter(30, "ratelimited", limited=True)


async def hangs() -> Outcome:
    await asyncio.sleep(10)
    return RetryAfter(5, "TimeoutError")


TROUBLES: dict[str, tuple[Sink, bool]] = {
    "its token is revoked": (Sink(refused), False),
    "it is rate limited": (Sink(limited), False),
    "its Slack hangs": (Sink(hangs), False),
    "nothing else": (Sink(), False),
    "to people it never wrote to": (Sink(), True),
}
"""What is wrong besides 10,000 messages that fall due at one moment while the others' do, and whether they are first
messages, for which a channel is opened."""


async def test_one_troubled_workspace_delays_no_other(postgres_empty_url: str) -> None:
    engine = make_engine(postgres_empty_url)
    await upgrade(engine)
    store = Store(engine, many=True)
    usual = await _played(store, Sink(), 0, first=False)
    figures = [Figure("p99 without it", _p99(usual), "s"), Figure("median without it", usual[len(usual) // 2], "s")]
    for name, (sink, first) in TROUBLES.items():
        waited = await _played(store, sink, BACKLOG, first=first)
        beside = f"p99 {_p99(waited):.3f} s, median {waited[len(waited) // 2]:.3f} s"
        figures.append(Figure(f"p99, {name}, beside that", _p99(waited) / _p99(usual), "times", GOAL, beside=beside))
    show(f"{MESSAGES} messages of {OTHERS} workspaces, and {BACKLOG:,} due of one more", figures)
    await engine.dispose()


async def _played(store: Store, sink: Sink, backlog: int, *, first: bool) -> list[float]:
    """Seconds from due to sent of the others' messages, in order."""
    await _empty(store)
    await _plan(store, backlog, first=first)
    delivery = Delivery(store, SinkGateway(sink), SystemClock(), compose, "bench", OF_MANY)
    working = asyncio.create_task(delivery.run())
    unsent = select(Outbox.id).where(Outbox.team_id != TROUBLED, Outbox.state != OutboxState.SENT).limit(1)
    async with asyncio.timeout(LEAD.total_seconds() + SPREAD + 60):
        left: Any = True
        while left:
            await asyncio.sleep(0.5)
            async with store.read(SystemClock()) as work:
                left = (await work.session.exec(unsent)).first()
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working
    async with store.read(SystemClock()) as work:
        sent = await work.session.exec(select(Outbox.due_at, Outbox.sent_at).where(Outbox.team_id != TROUBLED))
        waited = sorted((at - due).total_seconds() for due, at in sent if at)
    assert len(waited) == MESSAGES
    assert len(set(sink.posts)) == len(sink.posts), "nothing is sent twice"
    sink.posts.clear()
    return waited


async def _plan(store: Store, backlog: int, *, first: bool) -> None:
    chance = random.Random(1)
    async with store.write(SystemClock()) as work:
        now = work.now + LEAD
        await work.send_all(
            Outgoing(
                f"T{number % OTHERS + 1:04}",
                f"1:prompt:{number}",
                "prompt",
                channel=f"C{number}",
                due_at=now + timedelta(seconds=chance.uniform(0, SPREAD)),
                keeps_hours=False,
            )
            for number in range(MESSAGES)
        )
        people = [
            {"id": number + 1, "team_id": TROUBLED, "slack_id": f"U{number}", "name": "x", "created_at": now}
            for number in range(backlog if first else 0)
        ]
        if people:
            await work.session.exec(insert(Person).values(people[0]))
            await (await work.session.connection()).execute(insert(Person), people[1:])
        await work.send_all(
            Outgoing(
                TROUBLED,
                f"1:backlog:{number}",
                "prompt",
                person_id=number + 1 if first else None,
                channel=None if first else f"C{number}",
                due_at=now + timedelta(seconds=SPREAD / 4),
                keeps_hours=False,
            )
            for number in range(backlog)
        )
        await work.commit()


async def _empty(store: Store) -> None:
    async with store.engine.begin() as connection:
        await connection.exec_driver_sql("TRUNCATE outbox, ratebucket, person CASCADE")


def _p99(waited: list[float]) -> float:
    return waited[int(len(waited) * 0.99)]
