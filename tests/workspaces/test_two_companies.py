"""Two companies installed Balik by OAuth and run programmes side by side; nothing of one shows in the other."""

import asyncio
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from bot.clock import NO_HURRY, ManualClock
from bot.delivery.settings import DeliverySettings
from bot.rehearsal.company import Member, company
from bot.rehearsal.demo_workspace import seed_company
from bot.rehearsal.rehearsal import ACK_SECONDS, Rehearsal
from bot.rehearsal.rehearsal_plan import RehearsalPlan, morning
from bot.rehearsal.side_by_side import run_side_by_side
from bot.rehearsal.time_travel import few_collections
from bot.sandbox.store import to_json
from storage.tables import Outbox, OutboxState, ProgrammeState
from tests.workspaces.installing import House, open_house

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


@dataclass(frozen=True)
class Company:
    """What was said and stored in one company, and the words that only this one uses."""

    rehearsal: Rehearsal
    marks: re.Pattern[str]
    """Its name, its people's surname, its programme's name, and ids of its workspace, people and channels."""
    calls: list[Json]
    shown: Json
    """The whole local Slack of this company: messages, Homes, forms and files."""

    @property
    def key(self) -> str:
        return self.rehearsal.stage.slack.workspace.team_id


@dataclass(frozen=True)
class Played:
    """Both companies at the end, and every row of the database by table."""

    companies: list[Company]
    rows: dict[str, list[Json]]


def of_company(members: list[Member], surname: str) -> list[Member]:
    """The sample company's people, all of one family."""
    return [
        replace(one, name=f"{one.name} {surname}", manager=f"{one.manager} {surname}" if one.manager else "")
        for one in members
    ]


def content_of(files: list[Any]) -> str:
    """Every word in files, also of workbooks."""
    told = []
    for file in files:
        if zipfile.is_zipfile(io.BytesIO(file.content)):
            with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
                told += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
        else:
            told.append(file.content.decode("utf-8", "replace"))
    return "\n".join(told)


async def play(folder: Path, kind: type[RehearsalPlan] = ShortPlan, people: int = 4) -> Played:
    both = plans(kind, people)
    clock = ManualClock(both[0].begins)
    options: Json = {"ack_seconds": NO_HURRY.seconds(ACK_SECONDS)}
    bot = {"inline": True, "keep_connections": True, "limits": NO_HURRY, "delivery": DeliverySettings(workers=1)}
    with few_collections():
        async with open_house(f"sqlite:///{folder}/two.sqlite", clock=clock, bot=bot, **options) as house:
            rehearsals = []
            for plan, slack in zip(both, (house.angin, house.bukit), strict=True):
                surname = slack.workspace.name
                stage = seed_company(slack, of_company(company(plan.people, plan.seed), surname), plan.language)
                assert (await house.install(slack)).status == 200
                slack.invite_bot(stage.hr_channel)
                rehearsals.append(Rehearsal(plan, stage, house.balik, clock, lambda _line: None))
            await house.settle()
            await run_side_by_side(rehearsals, house.balik, clock)
            return await look_back(house, rehearsals)


async def look_back(house: House, rehearsals: list[Rehearsal]) -> Played:
    rows: dict[str, list[Json]] = {}
    async with house.balik.store.engine.connect() as connection:
        for table in SQLModel.metadata.sorted_tables:
            rows[table.name] = [dict(row) for row in (await connection.execute(select(table))).mappings()]
    return Played([told(one) for one in rehearsals], rows)


def told(rehearsal: Rehearsal) -> Company:
    slack = rehearsal.stage.slack
    space = slack.workspace
    ids = [space.team_id, space.bot_user, space.bot_id, *(user for user in space.users if user != "USLACKBOT")]
    ids += [*space.channels]
    words = [space.name, rehearsal.plan.name, *ids]
    marks = re.compile(rf"\b({'|'.join(map(re.escape, words))})\b")
    files = content_of(list(space.files.values()))
    shown = json.loads(json.dumps(to_json(space, slack.deliveries), default=str)) | {"files": files}
    return Company(rehearsal, marks, list(slack.calls), shown)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return asyncio.run(play(tmp_path_factory.mktemp("two")))


def pairs(played: Played) -> Iterator[tuple[Company, Company]]:
    """Each company with the other one."""
    first, second = played.companies
    yield first, second
    yield second, first


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


def test_no_call_to_one_workspace_names_anything_of_the_other(played: Played) -> None:
    for one, other in pairs(played):
        for call in one.calls:
            assert not other.marks.search(json.dumps(call, ensure_ascii=False, default=str)), call


def test_no_call_was_made_with_a_token_of_the_other(played: Played) -> None:
    wrong = {"invalid_auth", "not_authed", "team_access_not_granted", "channel_not_found", "user_not_found"}
    assert not [call for one in played.companies for call in one.calls if call["error"] in wrong]


def test_nothing_that_people_see_is_of_the_other_company(played: Played) -> None:
    for one, other in pairs(played):
        for part, shown in one.shown.items():
            text = json.dumps(shown, ensure_ascii=False)
            assert one.marks.search(text) or part not in ("users", "channels", "homes", "files"), part
            found = other.marks.search(text)
            assert not found, (part, text[max(0, found.start() - 200) : found.end() + 200])


def test_no_row_refers_to_or_names_anything_of_the_other_company(played: Played) -> None:
    of_team = {
        (name, row["id"]): row["team_id"]
        for name, rows in played.rows.items()
        for row in rows
        if "id" in row and row.get("team_id")
    }
    for table in SQLModel.metadata.sorted_tables:
        for row in played.rows[table.name]:
            if not row.get("team_id"):
                continue
            for key in table.foreign_keys:
                referred = row[key.parent.name]
                if referred is not None:
                    assert of_team[key.column.table.name, referred] == row["team_id"], (table.name, key.parent.name)
            others = [one for one in played.companies if one.key != row["team_id"]]
            assert not [one for one in others if one.marks.search(repr(row))], (table.name, row)


def test_nothing_is_left_unsent(played: Played) -> None:
    states = {row["state"] for row in played.rows[str(Outbox.__tablename__)]}
    assert not states & {OutboxState.DEAD, OutboxState.HELD, OutboxState.UNKNOWN}


def test_the_same_until_months_after_the_programmes(tmp_path: Path) -> None:
    long = asyncio.run(play(tmp_path, RehearsalPlan, people=6))
    assert all(programme_of(long, one)["state"] == ProgrammeState.CLOSED for one in long.companies)
    for check in (
        test_both_programmes_are_under_way,
        test_no_call_to_one_workspace_names_anything_of_the_other,
        test_no_call_was_made_with_a_token_of_the_other,
        test_nothing_that_people_see_is_of_the_other_company,
        test_no_row_refers_to_or_names_anything_of_the_other_company,
        test_nothing_is_left_unsent,
    ):
        check(long)
