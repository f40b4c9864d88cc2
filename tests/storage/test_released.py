"""From each released version to this one, with data of its own.

`released/VERSION.sql.gz` is the database of a rehearsal (eight people, three months) in the middle of its programme,
played by that very version: messages wait, sessions are booked, a pair has ended.
"""

import asyncio
import gzip
import re
import sqlite3
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlmodel import SQLModel
from sqlmodel import select as sqlmodel_select

from storage.engine import make_engine
from storage.migrate import check, revisions
from storage.tables import Outbox, OutboxState
from storage.unit_of_work import Store
from tests.command_line import ROOT, Command
from tests.databases import PostgresServer
from tests.scenarios.office import open_office

FOLDER = Path(__file__).parent / "released"
VERSIONS = sorted(path.name.removesuffix(".sql.gz") for path in FOLDER.glob("*.sql.gz"))
KEPT = (
    "person",
    "participant",
    "pair",
    "session",
    "pollanswer",
    "agreement",
    "reading",
    "actioncard",
    "logentry",
    "outbox",
)
"""Tables that no migration since has renamed or emptied."""


def lay_out(version: str, path: Path) -> dict[str, int]:
    """Make the database of that version; the number of rows by table."""
    connection = sqlite3.connect(path)
    connection.executescript(gzip.decompress((FOLDER / f"{version}.sql.gz").read_bytes()).decode("utf-8"))
    counts = {table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in KEPT}
    connection.close()
    return counts


def rows(path: Path, query: str) -> list[tuple[str, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


async def counts_of(url: str) -> dict[str, int]:
    """The number of rows by table, of a database at this version."""
    engine = make_engine(url)
    try:
        assert await check(engine)
        async with engine.connect() as connection:
            tables = [SQLModel.metadata.tables[name] for name in KEPT]
            return {
                table.name: (await connection.scalar(select(func.count()).select_from(table))) or 0 for table in tables
            }
    finally:
        await engine.dispose()


def test_each_release_of_the_changelog_has_its_database() -> None:
    released = re.findall(r"^## (\d+\.\d+\.\d+) ", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(released) == VERSIONS
    for version in released:
        content = gzip.decompress((FOLDER / f"{version}.sql.gz").read_bytes()).decode("utf-8")
        (revision,) = re.findall(r"INSERT INTO \"?alembic_version\"? VALUES\('(\w+)'\)", content)
        assert revision in revisions()
        assert f"schema {revision}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_bot_goes_on_with_what_it_stored(version: str, tmp_path: Path, here: Command) -> None:
    path = tmp_path / "balik.sqlite"
    before = lay_out(version, path)
    assert (await asyncio.to_thread(here, "migrate")).returncode == 0
    assert await counts_of(f"sqlite:///{path}") == before
    people = rows(path, "SELECT slack_id, name FROM person ORDER BY slack_id")
    waiting = rows(path, "SELECT min(due_at) FROM outbox WHERE state = 'pending'")
    (soon,) = waiting[0]
    start = datetime.fromisoformat(soon).replace(tzinfo=UTC)
    async with open_office(f"sqlite:///{path}", start) as office:
        for slack_id, name in people:
            assert office.hire(name).id == slack_id, "the local Slack numbers people as that version's did"
        names = {"hr": office.hr_channel.id, "all": office.general.id}
        for person in office.people.values():
            office.slack.workspace.open_dm(person.id)
        async with office.balik.store.write(start) as work:
            await work.session.exec(text("UPDATE programme SET hr_channel = :hr").bindparams(hr=names["hr"]))  # type: ignore[call-overload]  # plain SQL
            await work.session.exec(text("UPDATE person SET dm_channel = NULL"))  # type: ignore[call-overload]  # plain SQL
            await work.commit()
        await office.run(days=21)
        for person in office.people.values():
            assert await person.open_home()
        store: Store = office.balik.store
        async with store.read(office.clock.now()) as work:
            messages = (await work.session.exec(sqlmodel_select(Outbox.state))).all()
        states = Counter(messages)
        assert not states.get(OutboxState.DEAD)
        assert states[OutboxState.SENT] > before["outbox"]


async def test_an_old_database_moves_to_postgresql(
    tmp_path: Path, here: Command, postgres_server: PostgresServer
) -> None:
    before = lay_out(VERSIONS[0], tmp_path / "balik.sqlite")
    assert (await asyncio.to_thread(here, "migrate")).returncode == 0
    async with postgres_server.database() as url:
        moved = await asyncio.to_thread(here, "move", url)
        assert moved.returncode == 0, moved
        assert await counts_of(url) == before
