"""Unit of work: one use case is one transaction, which rolls back unless it is committed.

async with store.write(now, receipt=caller.receipt) as work:
    work.session.add(...)
    await work.commit()
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Table, bindparam, insert, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Clock
from storage.bulk_enqueue import enqueue_all
from storage.inline_sqlite import INLINE, InlineSession, connect_first
from storage.outbox import Outgoing, enqueue
from storage.readers import Readers
from storage.shared_time import When, moment_of
from storage.tables import Person, ProcessedRequest
from storage.workspace_guard import GuardedSession

ACTED_AGAIN = timedelta(hours=1)
"""How exactly it is stored when somebody last did something: their row is not written with every click."""


class Signature(NamedTuple):
    """The idempotency key of a request from Slack, and who made it."""

    team_id: str
    key: str
    slack_id: str = ""
    """"" if it is known that they did something lately: then their row has nothing to learn."""


class AlreadyDone(Exception):
    """The request with this idempotency key took effect before. Nothing was changed now."""


def _wake_nobody() -> None:
    """For commands of the command line, which deliver nothing."""


@dataclass
class UnitOfWork:
    """An open transaction at the moment `now`. Its commit wakes delivery if there is something new to deliver."""

    session: AsyncSession
    now: datetime
    wake_delivery: Callable[[], None] = _wake_nobody
    readers: Readers | None = None
    """Of the messages that are about to be claimed; None in any other transaction."""
    _to_deliver: bool = field(default=False, init=False)

    async def send(self, message: Outgoing) -> bool:
        """Enqueue a message in the outbox; False if its key already exists."""
        inserted = await enqueue(self.session, message, self.now)
        self._to_deliver |= inserted
        return inserted

    async def send_all(self, messages: Iterable[Outgoing]) -> None:
        """Enqueue many messages at once, except those whose key already exists."""
        self._to_deliver = True
        await enqueue_all(self.session, messages, self.now)

    def deliver_at_once(self) -> None:
        """Messages that wait may be sent from this commit on: delivery is to look for them."""
        self._to_deliver = True

    async def commit(self) -> None:
        await self.session.commit()
        if self._to_deliver:
            self._to_deliver = False
            self.wake_delivery()


class Store:
    """Creates units of work on one database; for `many` workspaces with a second guard between them."""

    def __init__(self, engine: AsyncEngine, *, many: bool = False) -> None:
        self.engine = engine
        self._options: dict[str, Any] = {"expire_on_commit": False}
        if many:
            self._options["sync_session_class"] = GuardedSession
        self.reading_engine = engine.execution_options(balik_read=True)
        """Its transactions take no write lock."""
        self.wake_delivery: Callable[[], None] = _wake_nobody
        """Called after each commit that gives delivery something to do. Other replicas look every few seconds."""
        self._connected = False
        # SQLite has one writer: queueing here is fair, while SQLite's own busy handler polls and may starve a writer.
        self._writers = asyncio.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    @asynccontextmanager
    async def read(self, when: When) -> AsyncIterator[UnitOfWork]:
        """A read transaction at a moment, or at the shared present if `when` is a clock; it takes no write lock.

        Changes are not saved.
        """
        async with self._session(self.reading_engine) as session:
            yield UnitOfWork(session, await moment_of(session, when))

    async def now(self, clock: Clock) -> datetime:
        """The shared present: every stored moment is computed from it."""
        async with self.read(clock) as work:
            return work.now

    @asynccontextmanager
    async def own_transactions(self) -> AsyncIterator[AsyncEngine]:
        """The engine, for a library that writes in transactions of its own: no other write of this process waits."""
        async with self._writers:
            yield self.engine

    async def is_done(self, receipt: tuple[str, ...], now: datetime) -> bool:
        """Whether the request with this idempotency key took effect."""
        async with self.read(now) as work:
            return await work.session.get(ProcessedRequest, receipt[:2]) is not None

    @asynccontextmanager
    async def write(self, when: When, *, receipt: tuple[str, ...] | None = None) -> AsyncIterator[UnitOfWork]:
        """A write transaction at a moment, or at the shared present if `when` is a clock.

        `receipt` is the request from Slack that causes it: `AlreadyDone` if it took effect before.
        """
        async with self._writers, self._session(self.engine) as session:
            now = await moment_of(session, when)
            if receipt:
                await _sign(session, receipt, now)
            yield UnitOfWork(session, now, self.wake_delivery)

    @asynccontextmanager
    async def _session(self, engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
        if self.engine.dialect.driver != INLINE:
            async with AsyncSession(engine, **self._options) as session:
                yield session
            return
        if not self._connected:
            await connect_first(self.engine)
            self._connected = True
        session = InlineSession(engine, **self._options)
        try:
            yield session
        finally:
            # Nothing is waited for, so it needs no task of its own that a cancellation does not reach: that takes a
            # quarter of the time of a short transaction.
            await session.close()


def _table(model: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]


# Built once, and of the tables instead of the entities, because they are in nearly every request.
SIGN = insert(_table(ProcessedRequest))
_PERSON = _table(Person).c
ACTED = (
    update(_table(Person))
    .where(
        _PERSON.team_id == bindparam("team"),
        _PERSON.slack_id == bindparam("slack"),
        or_(_PERSON.acted_at.is_(None), _PERSON.acted_at < bindparam("long_ago")),
    )
    .values(acted_at=bindparam("now"))
)


async def _sign(session: AsyncSession, receipt: tuple[str, ...], now: datetime) -> None:
    team_id, key, *who = receipt
    try:
        await session.exec(SIGN, params={"team_id": team_id, "key": key, "at": now})
    except IntegrityError as error:
        raise AlreadyDone(key) from error
    for slack_id in filter(None, who):
        values = {"team": team_id, "slack": slack_id, "long_ago": now - ACTED_AGAIN, "now": now}
        await session.exec(ACTED, params=values)
