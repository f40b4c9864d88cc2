"""`python -m bot outbox`: whoever runs the bot sees what went astray, and decides."""

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.__main__ import main
from storage.engine import make_engine
from storage.outbox import Outgoing
from storage.rate_limits import OPENS
from storage.tables import Outbox, OutboxState, Person, RateBucket
from storage.unit_of_work import Store
from tests.databases import lay_out

LONG_AGO = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
Ids = dict[str, int]


@pytest.fixture
def ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ids:
    """One message in each state that matters; their ids."""
    url = f"sqlite:///{tmp_path}/balik.sqlite"
    monkeypatch.setenv("DATABASE_URL", url)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):  # nothing here asks Slack
        monkeypatch.delenv(name, raising=False)

    async def fill() -> Ids:
        await lay_out(url)
        engine = make_engine(url)
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
            found = {row.kind: row.id for row in (await work.session.exec(select(Outbox))).all()}
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
    assert capsys.readouterr().out == "No message is stuck.\n"


def test_they_are_sent_again_or_given_up(
    ids: Ids, state_of: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["outbox", "retry", str(ids["dead"])]) == 0
    assert main(["outbox", "drop", str(ids["held"])]) == 0
    assert [state_of(name) for name in ("dead", "held")] == ["pending", "dropped"]
    assert capsys.readouterr().out == "1 will be sent.\n1 dropped.\n"


NOW = datetime.now(UTC).replace(microsecond=0)
"""The command goes by the real clock."""
YEAR = timedelta(days=366)
STUCK: dict[str, dict[str, Any]] = {
    "held back": {"state": OutboxState.PENDING, "due_at": NOW + YEAR, "error": "ratelimited"},
    "paused": {"state": OutboxState.PENDING, "due_at": NOW, "lane": "person:7"},
    "not opened": {"state": OutboxState.PENDING, "due_at": NOW, "channel": None},
    "left behind": {"state": OutboxState.SENDING, "lease_until": NOW - timedelta(hours=1)},
    "endless": {"state": OutboxState.SENDING, "lease_until": NOW + YEAR},
    "unknown": {"state": OutboxState.UNKNOWN, "due_at": NOW + YEAR, "error": "HTTP 503"},
    "held": {"state": OutboxState.HELD, "error": "unreadable: missing_scope"},
    "dead": {"state": OutboxState.DEAD, "error": "is_archived"},
    "expired": {"state": OutboxState.EXPIRED, "error": "expired"},
}
"""Every way in which a message can be stuck."""


def busy() -> dict[str, Any]:
    """Somebody may be sending it for the next minutes."""
    return {"state": OutboxState.SENDING, "lease_until": datetime.now(UTC) + timedelta(minutes=4)}


def outbox_with(tmp_path: Path, rows: dict[str, dict[str, Any]], *, person: bool = True) -> Ids:
    """A database with these messages and a paused bucket; the messages' ids."""

    async def fill() -> Ids:
        url = f"sqlite:///{tmp_path}/balik.sqlite"
        await lay_out(url)
        engine = make_engine(url)
        async with Store(engine).write(LONG_AGO) as work:
            reader = Person(team_id="T1", slack_id="U7", name="U7", created_at=LONG_AGO)
            work.session.add_all(
                [
                    reader,
                    RateBucket(team_id="T1", name="person:7", free_at=NOW, paused_until=NOW + YEAR, reason="x_y"),
                    RateBucket(team_id="T1", name=OPENS, free_at=NOW, paused_until=NOW + YEAR, reason="missing_scope"),
                ]
            )
            await work.session.flush()
            to: dict[str, Any] = {"person_id": reader.id} if person else {}
            for name in rows:
                values: dict[str, Any] = {
                    "due_at": NOW,
                    "created_at": LONG_AGO,
                    "started_at": LONG_AGO,
                    "channel": "D1",
                    "attempt": 1,
                }
                values |= {"lane": "channel:D1", **to, **rows[name]}
                work.session.add(Outbox(team_id="T1", key=name, kind="welcome", **values))
            await work.commit()
            found = {row.key: row.id for row in (await work.session.exec(select(Outbox))).all()}
        await engine.dispose()
        return found

    return asyncio.run(fill())


def rows_in(tmp_path: Path) -> dict[str, Outbox]:
    async def read() -> dict[str, Outbox]:
        engine = make_engine(f"sqlite:///{tmp_path}/balik.sqlite")
        async with Store(engine).read(LONG_AGO) as work:
            found = {row.key: row for row in (await work.session.exec(select(Outbox))).all()}
        await engine.dispose()
        return found

    return asyncio.run(read())


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/balik.sqlite"
    monkeypatch.setenv("DATABASE_URL", url)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):  # nothing here asks Slack
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("settings")
def test_every_state_that_a_message_can_be_stuck_in_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calm = {"waits": {"state": OutboxState.PENDING, "due_at": NOW + timedelta(days=2)}, "busy": busy()}
    sent = {"sent": {"state": OutboxState.SENT}, "dropped": {"state": OutboxState.DROPPED}}
    ids = outbox_with(tmp_path, {**STUCK, **calm, **sent})
    assert main(["outbox"]) == 0
    shown, _, advice = capsys.readouterr().out.partition("\n\n")
    lines = {int(line.split()[0]): line for line in shown.splitlines()[1:]}
    assert set(lines) == {ids[name] for name in STUCK}
    for name, values in STUCK.items():
        assert str(values["state"]) in lines[ids[name]]
        assert "2026-03-02" in lines[ids[name]], "since when"
        assert advice.count(f"{values['state']}: ") == 1, "what to do"
    assert lines[ids["paused"]].endswith("paused T1/person:7: x_y")
    assert lines[ids["not opened"]].endswith("paused T1/conversations.open: missing_scope")
    assert lines[ids["left behind"]].endswith("lease_ended")
    assert lines[ids["endless"]].endswith("lease_endless")
    assert f"{NOW + YEAR:%Y-%m-%d}" in lines[ids["unknown"]], "until when"
    assert main(["outbox", "--state", "sending"]) == 0
    assert len(capsys.readouterr().out.partition("\n\n")[0].splitlines()) == 4


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize("name", STUCK)
def test_every_stuck_message_can_be_tried_again_and_dropped(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = outbox_with(tmp_path, STUCK)
    assert main(["outbox", "retry", str(ids[name])]) == 0
    row = rows_in(tmp_path)[name]
    may_have_arrived = STUCK[name]["state"] in (OutboxState.SENDING, OutboxState.UNKNOWN, OutboxState.HELD)
    assert row.state == (OutboxState.UNKNOWN if may_have_arrived else OutboxState.PENDING)
    assert row.due_at <= datetime.now(UTC) + timedelta(minutes=2)
    assert row.lease_until is None
    assert ("looked up in Slack" in capsys.readouterr().out) is may_have_arrived
    assert main(["outbox", "drop", str(ids[name])]) == 0
    assert rows_in(tmp_path)[name].state == OutboxState.DROPPED


@pytest.mark.usefixtures("settings")
def test_what_may_have_arrived_in_a_channel_is_repeated_by_force_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = outbox_with(tmp_path, {"unknown": STUCK["unknown"]}, person=False)
    assert main(["outbox", "retry", str(ids["unknown"])]) == 1
    assert "--force" in capsys.readouterr().err
    assert rows_in(tmp_path)["unknown"].state == OutboxState.UNKNOWN
    assert main(["outbox", "retry", str(ids["unknown"]), "--force"]) == 0
    assert rows_in(tmp_path)["unknown"].state == OutboxState.PENDING


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize("what", ["retry", "drop"])
def test_what_is_being_sent_just_now_is_left_alone(
    tmp_path: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = outbox_with(tmp_path, {"busy": busy()})
    assert main(["outbox", what, str(ids["busy"])]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert rows_in(tmp_path)["busy"].state == OutboxState.SENDING


@pytest.mark.usefixtures("settings")
def test_what_is_paused_is_listed_and_released(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outbox_with(tmp_path, STUCK)
    assert main(["outbox", "paused"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in shown[1:3]] == ["T1/conversations.open", "T1/person:7"]
    assert shown[2].endswith("x_y")
    assert main(["outbox", "release", "T1/person:7", "T1/conversations.open"]) == 0
    assert main(["outbox", "paused"]) == 0
    assert "Nothing is paused." in capsys.readouterr().out
    assert main(["outbox", "release", "T1/person:7", "nobody"]) == 1
    assert capsys.readouterr().err.count("\n") == 2


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


@pytest.mark.parametrize(
    "wrong",
    [
        ["retry"],
        ["list", "1"],
        ["retry", "x"],
        ["retry", "0"],
        ["drop", "-1"],
        ["drop", "9223372036854775808"],
        ["mend"],
        ["release"],
        ["paused", "T1/person:7"],
        ["list", "--force"],
        ["retry", "1", "--state", "held"],
        ["--state", "sent"],
    ],
)
def test_wrong_use_is_told_in_one_line(ids: Ids, wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        sys.exit(main(["outbox", *wrong]))
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.usefixtures("ids")
def test_an_id_that_is_none_is_told_without_technical_bounds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outbox", "retry", "abc"]) == 2
    said = 'outbox retry takes IDs of messages, which are numbers that `outbox` lists, not "abc"'
    assert said in capsys.readouterr().err


@pytest.mark.usefixtures("ids")
def test_a_database_that_is_not_up_to_date_is_named_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new.sqlite")
    assert main(["outbox"]) == 1
    (told,) = capsys.readouterr().err.splitlines()
    assert "python -m bot migrate" in told
