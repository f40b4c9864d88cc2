"""`python -m bot outbox`: whoever runs the bot sees what went astray, and decides."""

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.__main__ import main
from storage.engine import make_engine
from storage.migrate import upgrade
from storage.outbox import Outgoing
from storage.tables import Outbox, OutboxState
from storage.unit_of_work import Store

LONG_AGO = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
Ids = dict[str, int]


@pytest.fixture
def ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ids:
    """One message in each state that matters; their ids."""
    url = f"sqlite:///{tmp_path}/balik.sqlite"
    for name, value in {"DATABASE_URL": url, "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}.items():
        monkeypatch.setenv(name, value)

    async def fill() -> Ids:
        engine = make_engine(url)
        await upgrade(engine)
        store = Store(engine)
        async with store.write(LONG_AGO) as work:
            for name in ("held", "dead", "sent", "pending"):
                later = LONG_AGO + timedelta(hours=name == "dead")
                await work.send(
                    Outgoing("T1", f"0:{name}:1:", name, channel="C1", due_at=later, data={"words": "Rahasia"})
                )
            for row in (await work.session.exec(select(Outbox))).all():
                row.state, row.error = OutboxState(row.kind), "channel_not_found" if row.kind == "dead" else None
            await work.commit()
            found = {row.kind: row.id or 0 for row in (await work.session.exec(select(Outbox))).all()}
        await engine.dispose()
        return found

    return asyncio.run(fill())


@pytest.fixture
def state_of(ids: Ids, tmp_path: Path) -> Callable[[str], str]:
    async def look(name: str) -> str:
        engine = make_engine(f"sqlite:///{tmp_path}/balik.sqlite")
        async with Store(engine).read(LONG_AGO) as work:
            row = await work.session.get_one(Outbox, ids[name])
        await engine.dispose()
        return str(row.state)

    return lambda name: asyncio.run(look(name))


def test_what_went_astray_is_listed_with_what_to_do(ids: Ids, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outbox"]) == 0
    out = capsys.readouterr().out
    headings, held, dead, _, *advice = out.splitlines()
    assert headings.split()[:2] == ["ID", "STATE"]
    assert held.split()[:2] == [str(ids["held"]), "held"]
    assert dead.split()[:2] == [str(ids["dead"]), "dead"]
    assert dead.endswith("channel_not_found")
    assert [line.partition(":")[0] for line in advice] == ["held", "dead"]
    assert "Rahasia" not in out
    assert main(["outbox", "list", "--state", "expired"]) == 0
    assert capsys.readouterr().out == "Nothing is in trouble.\n"


def test_they_are_sent_again_or_given_up(
    ids: Ids, state_of: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["outbox", "retry", str(ids["dead"])]) == 0
    assert main(["outbox", "drop", str(ids["held"])]) == 0
    assert [state_of(name) for name in ("dead", "held")] == ["pending", "dropped"]
    assert capsys.readouterr().out == "1 will be sent.\n1 dropped.\n"


def test_what_is_not_in_trouble_is_left_alone(
    ids: Ids, state_of: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["outbox", "retry", str(ids["sent"]), "999"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2
    assert state_of("sent") == "sent"


def test_a_target_that_is_away_is_told_without_its_password(ids: Ids, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["move", "postgresql://balik:hunter2@127.0.0.1:1/balik"]) == 1
    told = capsys.readouterr().err
    assert "127.0.0.1" in told
    assert "hunter2" not in told


@pytest.mark.parametrize("wrong", [["retry"], ["list", "1"], ["retry", "x"], ["mend"]])
def test_wrong_use_is_told_in_one_line(ids: Ids, wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        sys.exit(main(["outbox", *wrong]))
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.usefixtures("ids")
def test_a_database_that_is_not_up_to_date_is_named_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new.sqlite")
    assert main(["outbox"]) == 1
    (told,) = capsys.readouterr().err.splitlines()
    assert "python -m bot migrate" in told
