"""Everything moves to another database, and a backup brings it back without anybody hearing of it twice."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlmodel
from sqlalchemy import select
from sqlmodel import SQLModel, col

from bot.app import build
from bot.balik import Balik, BotConfig
from bot.cli.backup import CannotCopy, back_up, move, restore
from bot.delivery.settings import DeliverySettings
from bot.jobs.start_up import prove_current
from bot.rehearsal.time_travel import play
from storage.engine import make_engine
from storage.freshness import SUFFIX
from storage.lock import DatabaseInUse, hold_lock
from storage.tables import Outbox, OutboxState, Person
from storage.unit_of_work import Store
from tests.scenarios.office import Office, open_office
from tests.scenarios.pairs import agree, book, introduced, kinds

UNSETTLED = (OutboxState.UNKNOWN, OutboxState.SENDING)
THURSDAY = datetime(2027, 1, 14, 6, 0, tzinfo=UTC)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """Sari and Budi with a signed agreement and a session on Thursday; HR is Dewi."""
    async with open_office(f"sqlite:///{tmp_path}/balik.sqlite") as opened:
        dewi = opened.hire("Dewi Lestari", title="HR Business Partner")
        opened.slack.add_member(opened.hr_channel, dewi.slack.user)
        await introduced(opened, dewi)
        await agree(opened)
        assert (await book(opened, opened.people["sari"], "2027-01-14", "10:00")).ok
        await opened.settle()
        yield opened


async def content(url: str) -> dict[str, list[Any]]:
    """Every row of every table."""
    engine = make_engine(url)
    async with engine.connect() as reading:
        found = {
            table.name: sorted(map(tuple, (await reading.execute(select(table))).all()), key=str)
            for table in SQLModel.metadata.sorted_tables
        }
    await engine.dispose()
    return found


@asynccontextmanager
async def another_bot(office: Office, url: str) -> AsyncIterator[Balik]:
    """The same bot on another database, for the same Slack."""
    slack = office.slack
    parts = BotConfig(slack.bot_token, url, office.clock, slack.api_url, delivery=DeliverySettings(workers=1))
    async with build(parts) as balik, balik.socket(slack.app_token):
        yield balik


async def test_everything_moves_to_postgresql_and_back(office: Office, postgres_empty_url: str, tmp_path: Path) -> None:
    ours = str(office.balik.store.engine.url.render_as_string())
    count = await move(ours, postgres_empty_url)
    before = await content(ours)
    assert count == sum(map(len, before.values())) > 20
    assert await content(postgres_empty_url) == before
    again = f"sqlite:///{tmp_path}/again.sqlite"
    await move(postgres_empty_url, again)
    assert await content(again) == before

    engine = make_engine(postgres_empty_url)
    async with Store(engine).write(THURSDAY) as work:  # new rows are numbered on
        work.session.add(Person(team_id="T2", slack_id="U9", name="Baru", created_at=THURSDAY))
        await work.commit()
    await engine.dispose()
    with pytest.raises(CannotCopy, match="is not empty"):
        await move(ours, postgres_empty_url)


async def test_the_programme_goes_on_where_it_moved_to(office: Office, postgres_empty_url: str) -> None:
    await move(office.balik.store.engine.url.render_as_string(), postgres_empty_url)
    heard = [kinds(office.people[name].inbox) for name in ("sari", "budi")]
    async with another_bot(office, postgres_empty_url) as balik:
        await play(balik, office.clock, THURSDAY)
    for name, before in zip(("sari", "budi"), heard, strict=True):
        after = kinds(office.people[name].inbox)
        assert after[: len(before)] == before
        assert len(after) > len(before), "material, a reminder and the questions after the session"


async def test_a_restored_database_says_nothing_twice_and_loses_nothing(office: Office, tmp_path: Path) -> None:
    file, url = tmp_path / "backup.sqlite", f"sqlite:///{tmp_path}/restored.sqlite"
    await back_up(office.balik.store.engine.url.render_as_string(), file, office.clock)
    assert file.stat().st_mode & 0o077 == 0, "readable by its owner only"
    wednesday = datetime(2027, 1, 13, 9, 0, tzinfo=UTC)
    await office.run(until=wednesday)  # what is sent now, the restored database knows nothing of
    sent_meanwhile = [kinds(office.people[name].inbox) for name in ("sari", "budi")]
    restored = await restore(file, url, office.clock)
    assert restored.looked_up > 0
    async with another_bot(office, url) as balik:
        await play(balik, office.clock, wednesday)
        assert [kinds(office.people[name].inbox) for name in ("sari", "budi")] == sent_meanwhile
        await play(balik, office.clock, THURSDAY)
        async with balik.store.read(THURSDAY) as work:
            unsettled = sqlmodel.select(Outbox.kind).where(col(Outbox.state).in_(UNSETTLED))
            assert (await work.session.exec(unsettled)).all() == []
    for name, before in zip(("sari", "budi"), sent_meanwhile, strict=True):
        assert len(kinds(office.people[name].inbox)) > len(before)
        assert len(set(kinds(office.people[name].inbox))) == len(kinds(office.people[name].inbox))


async def test_what_would_do_harm_is_refused(office: Office, tmp_path: Path) -> None:
    ours = office.balik.store.engine.url.render_as_string()
    (there := tmp_path / "there.sqlite").write_text("mine")
    with pytest.raises(CannotCopy, match="already exists"):
        await back_up(ours, there, office.clock)
    with pytest.raises(CannotCopy, match="no file"):
        await restore(tmp_path / "none.sqlite", f"sqlite:///{tmp_path}/new.sqlite", office.clock)
    with pytest.raises(CannotCopy, match="was not made by"):
        await restore(tmp_path / "balik.sqlite", f"sqlite:///{tmp_path}/new.sqlite", office.clock)
    with hold_lock(ours), pytest.raises(DatabaseInUse):
        await move(ours, f"sqlite:///{tmp_path}/new.sqlite")


async def test_a_file_that_is_put_back_plans_and_says_nothing_twice(office: Office, tmp_path: Path) -> None:
    """The database is a copy of Monday; what the newer one planned and sent until Wednesday it never planned."""
    copy = f"sqlite:///{tmp_path}/copy.sqlite"
    assert await prove_current(office.balik.store, office.clock) is None
    await move(office.balik.store.engine.url.render_as_string(), copy)
    os.unlink(f"{tmp_path}/copy.sqlite{SUFFIX}")
    wednesday = datetime(2027, 1, 13, 9, 0, tzinfo=UTC)
    await office.run(until=wednesday)
    sent_meanwhile = [kinds(office.people[name].inbox) for name in ("sari", "budi")]
    async with another_bot(office, copy) as balik:
        assert await prove_current(balik.store, office.clock)
        await play(balik, office.clock, wednesday)
        assert [kinds(office.people[name].inbox) for name in ("sari", "budi")] == sent_meanwhile
        await play(balik, office.clock, THURSDAY)
        async with balik.store.read(THURSDAY) as work:
            unsettled = sqlmodel.select(Outbox.kind).where(col(Outbox.state).in_(UNSETTLED))
            assert (await work.session.exec(unsettled)).all() == []
    for name, before in zip(("sari", "budi"), sent_meanwhile, strict=True):
        after = kinds(office.people[name].inbox)
        assert len(set(after)) == len(after) > len(before)
