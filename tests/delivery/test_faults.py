"""The database fails: its disk is full, it may only be read, it is gone. Nothing is sent meanwhile, all of it after."""

import asyncio
import resource
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import make_url

from bot.delivery.worker import POLL
from storage.tables import Outbox, OutboxState
from storage.unit_of_work import Store, UnitOfWork
from tests.databases import PostgresServer, open_store
from tests.delivery.harness import Office, open_office
from tests.processes import until

WITHIN = 10
"""Seconds after which it goes on, at the most."""


@contextmanager
def full_disk(_store: Store) -> Iterator[None]:
    """No file of this process may grow."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def read_only(store: Store) -> Iterator[None]:
    """Every connection may only read."""
    engine = store.engine.sync_engine

    def only_query(connection: Any, *_more: Any) -> None:
        connection.execute("PRAGMA query_only=ON")

    def write_again(connection: Any, *_more: Any) -> None:
        connection.execute("PRAGMA query_only=OFF")

    event.listen(engine, "checkout", only_query)
    event.listen(engine, "checkin", write_again)
    try:
        yield
    finally:
        event.remove(engine, "checkout", only_query)


@asynccontextmanager
async def delivering(office: Office) -> AsyncIterator[None]:
    """A worker runs by itself."""
    working = asyncio.create_task(office.worker().run())
    try:
        yield
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


@pytest.mark.parametrize("fault", [full_disk, read_only])
async def test_what_cannot_be_written_down_is_not_sent(
    sqlite_url: str, caplog: pytest.LogCaptureFixture, fault: Callable[[Store], AbstractContextManager[None]]
) -> None:
    async with open_store(sqlite_url) as store, open_office(store) as office:
        await office.send(person_id=await office.person())
        with fault(store):
            async with delivering(office):
                await until(lambda: "delivery paused" in caplog.text)
        assert (await office.state(), office.said()) == (OutboxState.PENDING, [])
        assert "disk" in caplog.text or "readonly" in caplog.text, "it says why"
        async with delivering(office):
            await until(lambda: bool(office.said()))
        assert len(office.said()) == 1


async def test_an_error_of_the_driver_does_not_keep_a_stopped_worker_going(store: Store) -> None:
    """A driver that is interrupted by the end of the worker raises an error of its own, and the end is lost."""
    async with open_office(store) as office:
        await office.send(person_id=await office.person())

        async def interrupted(work: UnitOfWork, row: Outbox) -> datetime:
            task = asyncio.current_task()
            assert task
            task.cancel()
            try:
                await asyncio.sleep(0)
            except asyncio.CancelledError:
                raise RuntimeError("no active connection") from None
            return work.now

        working = asyncio.create_task(office.worker(next_moment=interrupted).run())
        await until(working.done)
        assert working.cancelled()


async def test_a_database_that_comes_back_is_used_again(
    postgres_url: str, postgres_with_tables: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    name = make_url(postgres_url).database
    async with open_store(postgres_url) as store, open_office(store) as office:
        await office.send(person_id=await office.person())
        await postgres_with_tables.execute(
            f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
        )
        async with delivering(office):
            await until(lambda: "delivery paused" in caplog.text)
            assert office.said() == []
            await postgres_with_tables.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
            tries = caplog.text.count("delivery paused")
            await until(lambda: bool(office.said()))
            # Measured in tries, for a busy machine makes each as long as it likes. One may have begun before.
            assert (caplog.text.count("delivery paused") - tries + 1) * POLL < WITHIN
        assert (await office.state(), len(office.said())) == (OutboxState.SENT, 1)
