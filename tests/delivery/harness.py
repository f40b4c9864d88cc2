"""An office with a local Slack, a database and delivery workers, on a clock that only tests move."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import col, select

from bot.clock import NO_HURRY, ManualClock
from bot.delivery.settings import DeliverySettings
from bot.delivery.worker import Delivery
from bot.sandbox import Channel, Fault, Manifest, Slack, User
from bot.slack.date import SlackDate
from bot.slack.gateway import Gateway, Message
from storage.outbox import Outgoing
from storage.rate_limits import UNLIMITED, Limits
from storage.tables import Outbox, OutboxState, Pair, Participant, Person, Programme
from storage.unit_of_work import Store, UnitOfWork

NOW = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)
TEAM = "T0001"
SCOPES = ("chat:write", "im:write", "mpim:write", "im:history", "users:read", "channels:read", "groups:read")
SETTLE = timedelta(seconds=61)


@dataclass
class Office:
    """What a test acts on. `clock` is Slack's and the bot's."""

    store: Store
    slack: Slack
    gateway: Gateway
    clock: ManualClock
    limits: Limits = UNLIMITED
    troubles: list[tuple[str, int, str | None]] = field(default_factory=list)
    people: dict[int, User] = field(default_factory=dict)

    def worker(self, owner: str = "worker", **changes: Any) -> Delivery:
        """A delivery worker; `changes` go to its settings or to itself."""
        names = DeliverySettings.__dataclass_fields__
        settings: dict[str, Any] = {"workers": 1, "limits": self.limits} | {
            k: changes.pop(k) for k in list(changes) if k in names
        }
        parts: dict[str, Any] = {"gateway": self.gateway, "clock": self.clock, "compose": self.compose}
        given: dict[str, Any] = parts | {"on_trouble": self.hear} | changes
        return Delivery(self.store, owner=owner, settings=DeliverySettings(**settings), **given)

    async def compose(self, work: UnitOfWork, row: Outbox) -> Message | None:
        return Message(f"{row.kind} {row.key}")

    async def hear(self, work: UnitOfWork, kind: str, row: Outbox) -> None:
        self.troubles.append((kind, row.id, row.error))

    # What is there to send to

    async def person(self, *, opened: bool = True) -> int:
        """Somebody in Slack and in our database; their id in ours."""
        user = self.slack.add_user(f"Orang {len(self.people)}")
        dm = await self.gateway.open_dm(user.id) if opened else None
        async with self.store.write(NOW) as work:
            person = Person(team_id=TEAM, slack_id=user.id, name=user.id, dm_channel=dm, created_at=NOW)
            work.session.add(person)
            await work.commit()
        self.people[person.id] = user
        return person.id

    async def programme(self, contact: int) -> int:
        async with self.store.write(NOW) as work:
            programme = Programme(
                team_id=TEAM, name="P", theme="ai", starts_on=NOW.date(), months=6, cadence="monthly", language="id",
                hr_channel=f"C{uuid4().hex}", announce_channel="C2", created_at=NOW, created_by=contact,
            )  # fmt: skip
            work.session.add(programme)
            await work.commit()
        return programme.id

    async def pair(self) -> int:
        """Two people who are a pair, whose group DM is not open yet."""
        people = [await self.person(), await self.person()]
        programme = await self.programme(people[0])
        async with self.store.write(NOW) as work:
            both = [
                Participant(
                    team_id=TEAM, programme_id=programme, person_id=person, role=role, level=1, department="d",
                    joined_at=NOW,
                )
                for person, role in zip(people, ("mentor", "mentee"), strict=True)
            ]  # fmt: skip
            work.session.add_all(both)
            await work.session.flush()
            mentor, leader = (one.id for one in both)
            pair = Pair(team_id=TEAM, programme_id=programme, mentor_id=mentor, leader_id=leader, introduced_at=NOW)
            work.session.add(pair)
            await work.commit()
        return pair.id

    def channel(self, name: str = "hr") -> Channel:
        return self.slack.add_channel(name, private=True, bot=True)

    # Sending and looking

    async def send(self, key: str = "1:hello:1:once", **fields: Any) -> None:
        async with self.store.write(self.clock.now()) as work:
            assert await work.send(Outgoing(TEAM, key, fields.pop("kind", "hello"), **fields))
            await work.commit()

    async def row(self, key: str = "1:hello:1:once") -> Outbox:
        async with self.store.read(self.clock.now()) as work:
            return (await work.session.exec(select(Outbox).where(Outbox.key == key))).one()

    async def rows(self) -> list[Outbox]:
        async with self.store.read(self.clock.now()) as work:
            return list((await work.session.exec(select(Outbox).order_by(col(Outbox.id)))).all())

    async def state(self, key: str = "1:hello:1:once") -> OutboxState:
        return (await self.row(key)).state

    def said(self) -> list[str]:
        """The text of every message of ours that is to be seen in Slack, by channel, in order."""
        channels = self.slack.workspace.channels.values()
        return [message.text for channel in channels for _, message in sorted(channel.messages.items())]

    def fail(self, kind: Any, method: str = "chat.postMessage", **details: Any) -> Fault:
        return self.slack.faults.add(Fault(kind, method, times=details.pop("times", 1), **details))

    async def later(self, by: timedelta = SETTLE) -> None:
        """Move the clock on, for Slack too."""
        self.clock.advance(by)
        await self.slack.pump()


@dataclass
class Skewed:
    """The clock of one process, `by` ahead of the `right` one. A database that is shared has the right one."""

    right: ManualClock
    by: timedelta

    def now(self) -> datetime:
        return self.right.now() + self.by

    def shared(self, database: datetime) -> datetime:
        return self.right.shared(database)

    def monotonic(self) -> float:
        return self.right.monotonic()


@dataclass
class Wrong(Skewed):
    """A clock by which everybody goes, and which is wrong: the database's, or that of the only process."""

    def shared(self, database: datetime) -> datetime:
        return self.now()


class Killed(BaseException):
    """The process ends here."""


class DyingGateway(Gateway):
    """Dies before or after the post, as a killed process would."""

    def __init__(self, client: AsyncWebClient, when: str) -> None:
        super().__init__(client)
        self.when = when

    async def post(self, *arguments: Any) -> Any:
        if self.when == "after":
            await super().post(*arguments)
        raise Killed


class StoppedGateway(Gateway):
    """Posts only after `meanwhile` has been done: a process that was stopped with its request under way."""

    def __init__(self, client: AsyncWebClient, meanwhile: Callable[[], Awaitable[object]]) -> None:
        super().__init__(client)
        self.meanwhile = meanwhile

    async def post(self, *arguments: Any) -> Any:
        await self.meanwhile()
        return await super().post(*arguments)


@asynccontextmanager
async def open_office(store: Store, *, rate_limits: bool = False) -> AsyncIterator[Office]:
    clock = ManualClock(NOW)
    slack = Slack(
        Manifest(scopes=frozenset(SCOPES), messages_tab=True, messages_read_only=False),
        clock=clock,
        rate_limits=rate_limits,
    )
    async with slack.serve(), aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[], timeout=600
        )
        client.proxy = None
        gateway = Gateway(client, limits=NO_HURRY)
        gateway.date = SlackDate(clock.monotonic)
        yield Office(store, slack, gateway, clock)
