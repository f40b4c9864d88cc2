"""Two companies installed Balik by OAuth and run programmes side by side; nothing of one shows in the other."""

import asyncio
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.rehearsal.rehearsal_plan import RehearsalPlan, morning
from bot.rehearsal.rehearse_workspaces import play_in_workspaces
from bot.rehearsal.separation import Company, Played, mixed_up
from storage.tables import Outbox, OutboxState, ProgrammeState

Json = dict[str, Any]
pytestmark = pytest.mark.soak  # each of its calls and rows is read; `test_same_ids` holds the same in the ordinary run


class ShortPlan(RehearsalPlan):
    """Ends after the first sessions; what comes later is in the long one."""

    @property
    def ends(self) -> datetime:
        return morning(self.starts_on + timedelta(days=16))


def plans(kind: type[RehearsalPlan], people: int) -> tuple[RehearsalPlan, RehearsalPlan]:
    """In the order of the workspaces."""
    usual: Json = {"people": people, "months": 1, "seed": 7, "starts_on": date(2027, 2, 1)}
    return kind(language="id", name="Tukar Ilmu", **usual), kind(language="en", name="Swap Seats", **usual)


async def play(folder: Path, kind: type[RehearsalPlan] = ShortPlan, people: int = 4) -> Played:
    return await play_in_workspaces(plans(kind, people), f"sqlite:///{folder}/two.sqlite", lambda _line: None)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return asyncio.run(play(tmp_path_factory.mktemp("two")))


def programme_of(played: Played, one: Company) -> Json:
    """The programme that was rehearsed; HR sets another one up at the end."""
    return next(row for row in played.rows["programme"] if row["team_id"] == one.key)


def test_both_programmes_are_under_way(played: Played) -> None:
    for one in played.companies:
        ours = programme_of(played, one)
        assert (ours["name"], ours["language"]) == (one.rehearsal.plan.name, one.rehearsal.plan.language)
        assert ours["state"] in (ProgrammeState.RUNNING, ProgrammeState.CLOSED)
        assert [row for row in played.rows["session"] if row["team_id"] == one.key and row["state"] == "held"]
        assert len(one.calls) > 100


def test_nothing_of_one_shows_in_the_other(played: Played) -> None:
    assert mixed_up(played) == []
    for one in played.companies:  # what is looked for is there, in its own place
        for part in ("users", "channels", "homes", "files"):
            assert one.marks.search(json.dumps(one.shown[part], ensure_ascii=False)), part
        assert any(one.marks.search(json.dumps(call, default=str)) for call in one.calls)


def test_what_is_mixed_up_is_found(played: Played) -> None:
    first, second = played.companies
    sari = next(iter(second.rehearsal.stage.slack.workspace.users))
    call = {"method": "chat.postMessage", "error": "", "args": {"text": f"<@{sari}>"}}
    refused = {"method": "chat.postMessage", "error": "invalid_auth", "args": {}}
    shown = replace(first, shown={**first.shown, "messages": [second.rehearsal.plan.name]})
    session = played.rows_of(first, "session")[0]
    sessions = [{**row, "team_id": second.key} if row is session else row for row in played.rows["session"]]
    for wrong, where in (
        (replace(played, companies=[replace(first, calls=[call]), second]), "call"),
        (replace(played, companies=[replace(first, calls=[refused]), second]), "call"),
        (replace(played, companies=[shown, second]), "messages"),
        (replace(played, rows={**played.rows, "session": sessions}), "session"),
    ):
        assert where in {each.where for each in mixed_up(wrong)}


def test_nothing_is_left_unsent(played: Played) -> None:
    states = {row["state"] for row in played.rows[str(Outbox.__tablename__)]}
    assert not states & {OutboxState.DEAD, OutboxState.HELD, OutboxState.UNKNOWN}


def test_the_same_until_months_after_the_programmes(tmp_path: Path) -> None:
    long = asyncio.run(play(tmp_path, RehearsalPlan, people=6))
    assert all(programme_of(long, one)["state"] == ProgrammeState.CLOSED for one in long.companies)
    for check in (
        test_both_programmes_are_under_way,
        test_nothing_of_one_shows_in_the_other,
        test_nothing_is_left_unsent,
    ):
        check(long)
