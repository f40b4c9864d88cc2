"""An older copy of the database sends nothing again: what may have been sent is looked for in Slack first."""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select, update

from bot.cli.backup import back_up, move, restore
from bot.jobs.start_up import prove_current
from storage.engine import make_engine
from storage.freshness import SUFFIX, Mirror, is_current, mark_of
from storage.migrate import upgrade
from storage.tables import DatabaseMark, Outbox, OutboxState
from storage.unit_of_work import Store
from tests.databases import PostgresServer, lay_out
from tests.delivery.harness import SETTLE, Office, open_office

DAY = timedelta(days=1)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """A bot that has started on a SQLite file of its own, with one person."""
    async with _office(f"sqlite:///{tmp_path}/balik.sqlite") as opened:
        yield opened


@asynccontextmanager
async def _office(url: str) -> AsyncIterator[Office]:
    store = await _store(url)
    async with open_office(store) as opened:
        assert await prove_current(store, opened.clock) is None, "a new database is the one that sends"
        yield opened
        await opened.store.engine.dispose()


async def _store(url: str) -> Store:
    await lay_out(url)
    engine = make_engine(url)
    await upgrade(engine)
    return Store(engine)


def _file(office: Office) -> Path:
    name = office.store.engine.url.database
    assert name
    return Path(name)


def _copy(office: Office, to: Path) -> None:
    """As `sqlite3 balik.sqlite ".backup …"`, or a copy of the file while the bot rests."""
    with closing(sqlite3.connect(_file(office))) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


async def _put_back(office: Office, copy: Path) -> None:
    await office.store.engine.dispose()
    _without_wal(office)
    shutil.copy(copy, _file(office))


def _without_wal(office: Office) -> None:
    for ending in ("-wal", "-shm"):
        Path(f"{_file(office)}{ending}").unlink(missing_ok=True)


def _mirror(office: Office, content: str | None) -> None:
    """The file beside the database is gone, or holds something else."""
    mirror = Path(f"{_file(office)}{SUFFIX}")
    assert content is not None or mirror.stat().st_mode & 0o077 == 0, "only its owner may read it"
    mirror.unlink(missing_ok=True)
    if content is not None:
        mirror.write_text(content)


async def _start(office: Office) -> int | None:
    """A new process on the database."""
    await office.store.engine.dispose()
    office.store = Store(make_engine(office.store.engine.url.render_as_string(hide_password=False)))
    return await prove_current(office.store, office.clock)


async def _settled(office: Office) -> None:
    for _ in range(4):
        await office.worker().run_due()
        await office.later()


async def test_a_file_copied_back_from_yesterday_sends_nothing_again(office: Office, tmp_path: Path) -> None:
    person, channel = await office.person(), office.channel()
    pair = await office.pair()
    await office.send("1:hello:1:dm", person_id=person)
    await office.send("1:hello:1:channel", channel=channel.id)
    await office.send("1:hello:1:pair", pair_id=pair)
    await office.send("1:hello:1:tomorrow", person_id=person, due_at=office.clock.now() + 2 * DAY)
    _copy(office, tmp_path / "yesterday.sqlite")
    await _settled(office)
    said = office.said()
    assert len(said) == 3
    await office.later(DAY)
    await _put_back(office, tmp_path / "yesterday.sqlite")
    assert await _start(office) == 3
    await _settled(office)
    assert office.said() == said, "nothing twice"
    assert await office.state("1:hello:1:dm") is OutboxState.SENT
    assert await office.state("1:hello:1:channel") is OutboxState.HELD
    assert await office.state("1:hello:1:pair") is OutboxState.HELD
    assert [became for became, _, _ in office.troubles] == ["held", "held"], "of what is held somebody hears"
    await office.later(DAY)
    await _settled(office)
    assert len(office.said()) == 4, "and what was not due yet comes once"


async def test_what_the_lost_database_had_not_sent_is_sent_once(office: Office, tmp_path: Path) -> None:
    person = await office.person()
    await office.send("1:hello:1:first", person_id=person)
    await office.send("1:hello:1:second", person_id=person, due_at=office.clock.now() + 2 * SETTLE)
    _copy(office, tmp_path / "copy.sqlite")
    await office.worker().run_due()
    assert len(office.said()) == 1
    await office.later(DAY)
    await _put_back(office, tmp_path / "copy.sqlite")
    assert await _start(office) == 2
    await _settled(office)
    assert len(office.said()) == 2
    assert {row.state for row in await office.rows()} == {OutboxState.SENT}


async def test_a_wal_that_was_deleted_sends_nothing_again(office: Office) -> None:
    person = await office.person()
    async with office.store.engine.connect() as connection:
        await connection.exec_driver_sql("COMMIT")
        await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        await connection.exec_driver_sql("BEGIN")
    await office.send(person_id=person)
    before = _file(office).read_bytes()
    await office.worker().run_due()
    assert len(office.said()) == 1
    await office.store.engine.dispose()
    _file(office).write_bytes(before)  # what is in the file alone, without the -wal
    _without_wal(office)
    await office.later(DAY)
    assert await _start(office) is not None
    await office.send("1:hello:2:new", person_id=person)
    await _settled(office)
    assert len(office.said()) == 2, "the new one; the other is gone from the database, or was found"


@pytest.mark.parametrize("state", [OutboxState.SENDING, OutboxState.UNKNOWN])
async def test_what_was_under_way_in_the_copy_is_looked_for_until_now(
    office: Office, tmp_path: Path, state: OutboxState
) -> None:
    """The lost database settled it later than the copy's attempt could have been accepted."""
    await office.send(person_id=await office.person())
    await office.worker().run_due()
    async with office.store.write(office.clock.now()) as work:
        values = {"state": state, "ts": None, "sent_at": None, "lease_until": office.clock.now() + SETTLE}
        long_ago = office.clock.now() - DAY
        await work.session.exec(
            update(Outbox).values(**values, read_until=long_ago, read_cursor="x", due_at=office.clock.now() + DAY)
        )
        await work.commit()
    _copy(office, tmp_path / "copy.sqlite")
    await office.send("1:hello:2:other", person_id=1)
    await office.worker().run_due()  # one claim more, so that the copy is older
    await _put_back(office, tmp_path / "copy.sqlite")
    said = office.said()
    assert await _start(office) == 1
    await _settled(office)
    assert office.said() == said
    assert await office.state() is OutboxState.SENT


async def test_an_ordinary_restart_and_a_crash_change_nothing(office: Office) -> None:
    person, channel = await office.person(), office.channel()
    await office.send("1:hello:1:a", person_id=person)
    await office.worker().run_due()
    await office.send("1:hello:1:b", channel=channel.id)
    await office.send("1:hello:1:c", person_id=person, expires_at=office.clock.now() + DAY)
    await office.later(2 * DAY)
    assert await _start(office) is None
    await _settled(office)
    assert len(office.said()) == 2, "down for days: the stale expires, the rest is sent once"
    assert await office.state("1:hello:1:b") is OutboxState.SENT
    assert await office.state("1:hello:1:c") is OutboxState.EXPIRED
    noted = Mirror.beside(office.store.engine).read()
    assert noted
    async with office.store.write(office.clock.now()) as work:  # killed between the commit and the file
        await work.session.exec(update(DatabaseMark).values(serial=noted.serial + 1))
        await work.commit()
    assert await _start(office) is None


async def test_without_its_file_a_database_is_not_proven(office: Office, tmp_path: Path) -> None:
    await office.send(channel=office.channel().id)
    for content in (None, "", "rubbish", "0123456789abcdef 00000000000000000009\n", "x" * 100):
        _mirror(office, content)
        assert await _start(office) == 1, content
        assert await _start(office) is None, "and then it is"
    await _settled(office)
    assert not office.said()
    assert await office.state() is OutboxState.HELD


async def test_a_database_from_before_marks_is_not_taken_for_a_copy(tmp_path: Path) -> None:
    store = await _store(f"sqlite:///{tmp_path}/balik.sqlite")
    async with open_office(store) as office:
        await office.send(channel=office.channel().id)
        assert await prove_current(store, office.clock) is None
        await office.worker().run_due()
        assert len(office.said()) == 1
        _copy(office, tmp_path / "copy.sqlite")
        with closing(sqlite3.connect(tmp_path / "copy.sqlite")) as older:
            older.execute("DELETE FROM databasemark")
            older.execute("UPDATE outbox SET state = 'pending'")
            older.commit()
        await _put_back(office, tmp_path / "copy.sqlite")
        assert await _start(office) == 1, "unless the file says that there was a newer one"
        await office.store.engine.dispose()


async def test_a_restored_backup_is_looked_through_at_the_start_too(office: Office, tmp_path: Path) -> None:
    person = await office.person()
    await office.send("1:hello:1:now", person_id=person)
    await office.send("1:hello:1:later", person_id=person, due_at=office.clock.now() + DAY)
    await back_up(office.store.engine.url.render_as_string(), tmp_path / "backup", office.clock)
    await office.worker().run_due()
    restored = f"sqlite:///{tmp_path}/restored.sqlite"
    await restore(tmp_path / "backup", restored, office.clock)
    await office.later(DAY)
    await office.worker().run_due()  # by the lost one, until the last moment
    assert len(office.said()) == 2
    await office.store.engine.dispose()
    office.store = Store(make_engine(restored))
    assert await prove_current(office.store, office.clock) == 2
    await _settled(office)
    assert len(office.said()) == 2
    assert {row.state for row in await office.rows()} == {OutboxState.SENT}


async def test_what_was_moved_goes_on_at_once(office: Office, tmp_path: Path, postgres_empty_url: str) -> None:
    await office.send(channel=office.channel().id)
    there = office.store.engine.url.render_as_string()
    await office.store.engine.dispose()
    for place in (postgres_empty_url, f"sqlite:///{tmp_path}/again.sqlite"):
        await move(there, place)
        there = place
        store = Store(make_engine(place))
        assert await prove_current(store, office.clock) is None
        async with store.read(office.clock) as work:
            assert (await work.session.exec(select(Outbox.state))).all() == [OutboxState.PENDING]
        await store.engine.dispose()


async def test_postgresql_filled_from_a_dump_is_not_proven(
    postgres_server: PostgresServer, postgres_empty_url: str
) -> None:
    async with _office(postgres_empty_url) as office:
        person, channel = await office.person(), office.channel()
        await office.send("1:hello:1:dm", person_id=person)
        await office.send("1:hello:1:channel", channel=channel.id)
        await office.store.engine.dispose()
        name = office.store.engine.url.database
        assert name
        async with postgres_server.database(template=name) as copy:  # as of before it was sent
            await _settled(office)
            assert len(office.said()) == 2
            assert await _start(office) is None, "the same server is the same"
            await office.store.engine.dispose()
            await office.later(DAY)
            office.store = Store(make_engine(copy))
            assert await _start(office) == 2
            assert await _start(office) is None
            await _settled(office)
            assert len(office.said()) == 2
            assert await office.state("1:hello:1:dm") is OutboxState.SENT
            assert await office.state("1:hello:1:channel") is OutboxState.HELD
            await office.store.engine.dispose()


async def test_postgresql_after_recovery_or_another_server_is_not_proven(postgres_store: Store) -> None:
    async with open_office(postgres_store) as office:
        assert await prove_current(postgres_store, office.clock) is None
        assert await prove_current(postgres_store, office.clock) is None
        async with postgres_store.write(office.clock) as work:
            mark = await mark_of(work.session)
            assert mark is not None
            system, timeline, database, table = mark.server.split(":")
            mark.server = ":".join((system, str(int(timeline) + 1), database, table))
            work.session.add(mark)
            await work.commit()
        async with postgres_store.read(office.clock) as work:
            assert not await is_current(work.session, Mirror(None))
        assert await prove_current(postgres_store, office.clock) == 0


async def test_replicas_that_start_together_agree(postgres_store: Store) -> None:
    async with open_office(postgres_store) as office:
        for _ in range(3):
            assert await prove_current(postgres_store, office.clock) is None
        async with postgres_store.read(office.clock) as work:
            assert len((await work.session.exec(select(col(DatabaseMark.id)))).all()) == 1
