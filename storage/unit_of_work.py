"""Unit of work: one use case is one transaction, which rolls back unless it is committed.

async with store.write(now, receipt=caller.receipt) as work:
    work.session.add(...)
    await work.commit()
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Clock
from storage.bulk_enqueue import enqueue_all
from storage.outbox import Outgoing, enqueue
from storage.shared_time import When, moment_of
from storage.tables import ProcessedRequest


class AlreadyDone(Exception):
    """The request with this idempotency key took effect before. Nothing was changed now."""


@dataclass(frozen=True)
class UnitOfWork:
    """An open transaction at the moment `now`."""

    session: AsyncSession
    now: datetime

    async def send(self, message: Outgoing) -> bool:
        """Enqueue a message in the outbox; False if its key already exists."""
        return await enqueue(self.session, message, self.now)

    async def send_all(self, messages: Iterable[Outgoing]) -> None:
        """Enqueue many messages at once, except those whose key already exists."""
        await enqueue_all(self.session, messages, self.now)

    async def commit(self) -> None:
        await self.session.commit()


class Store:
    """Creates units of work on one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        # SQLite has one writer: queueing here is fair, while SQLite's own busy handler polls and may starve a writer.
        self._writers = asyncio.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    @asynccontextmanager
    async def read(self, when: When) -> AsyncIterator[UnitOfWork]:
        """A read transaction at a moment, or at the shared present if `when` is a clock; it takes no write lock.

        Changes are not saved.
        """
        async with AsyncSession(self.engine.execution_options(balik_read=True), expire_on_commit=False) as session:
            yield UnitOfWork(session, await moment_of(session, when))

    async def now(self, clock: Clock) -> datetime:
        """The shared present: every stored moment is computed from it."""
        async with self.read(clock) as work:
            return work.now

    async def is_done(self, receipt: tuple[str, str], now: datetime) -> bool:
        """Whether the request with this idempotency key took effect."""
        async with self.read(now) as work:
            return await work.session.get(ProcessedRequest, receipt) is not None

    @asynccontextmanager
    async def write(self, when: When, *, receipt: tuple[str, str] | None = None) -> AsyncIterator[UnitOfWork]:
        """A write transaction at a moment, or at the shared present if `when` is a clock.

        `receipt` is (team_id, key) of the request from Slack that causes it: `AlreadyDone` if it took effect before.
        """
        async with self._writers, AsyncSession(self.engine, expire_on_commit=False) as session:
            now = await moment_of(session, when)
            if receipt:
                await _sign(session, receipt, now)
            yield UnitOfWork(session, now)


async def _sign(session: AsyncSession, receipt: tuple[str, str], now: datetime) -> None:
    team_id, key = receipt
    session.add(ProcessedRequest(team_id=team_id, key=key, at=now))
    try:
        await session.flush()
    except IntegrityError as error:
        raise AlreadyDone(key) from error
