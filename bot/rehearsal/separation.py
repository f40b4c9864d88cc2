"""Whether anything of one workspace shows in another: every call, everything people see, and every row is read."""

import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import SQLModel

from bot.rehearsal.rehearsal import Rehearsal
from bot.sandbox.store import to_json
from storage.unit_of_work import Store

Json = dict[str, Any]
OF_ANOTHER_TOKEN = {"invalid_auth", "not_authed", "team_access_not_granted", "channel_not_found", "user_not_found"}
"""Slack's errors for a call with the token, or about the people and channels, of another workspace."""


@dataclass(frozen=True)
class Company:
    """What was said in one workspace, and the words that only this one uses."""

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
    """All companies at the end, and every row of the database by table."""

    companies: list[Company]
    rows: dict[str, list[Json]]

    def rows_of(self, company: Company, table: str) -> list[Json]:
        return [row for row in self.rows[table] if row["team_id"] == company.key]


@dataclass(frozen=True)
class Mixed:
    """Something of another workspace: in whose calls, messages or rows, and what."""

    workspace: str
    where: str
    what: str


async def look_back(rehearsals: Sequence[Rehearsal], store: Store) -> Played:
    """What `rehearsals`, which are over, left in their workspaces and in the database that they share."""
    rows: dict[str, list[Json]] = {}
    async with store.engine.connect() as connection:
        for table in SQLModel.metadata.sorted_tables:
            rows[table.name] = [dict(row) for row in (await connection.execute(select(table))).mappings()]
    return Played([_company_of(rehearsal) for rehearsal in rehearsals], rows)


def _company_of(rehearsal: Rehearsal) -> Company:
    slack = rehearsal.stage.slack
    space = slack.workspace
    ids = [space.team_id, space.bot_user, space.bot_id, *(user for user in space.users if user != "USLACKBOT")]
    ids += [*space.channels]
    words = [space.name, rehearsal.plan.name, *ids]
    marks = re.compile(rf"\b({'|'.join(map(re.escape, words))})\b")
    files = _content_of(list(space.files.values()))
    shown = json.loads(json.dumps(to_json(space, slack.deliveries), default=str)) | {"files": files}
    return Company(rehearsal, marks, list(slack.calls), shown)


def _content_of(files: list[Any]) -> str:
    """Every word in files, also of workbooks."""
    texts = []
    for file in files:
        if zipfile.is_zipfile(io.BytesIO(file.content)):
            with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
                texts += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
        else:
            texts.append(file.content.decode("utf-8", "replace"))
    return "\n".join(texts)


def mixed_up(played: Played) -> list[Mixed]:
    """Everything of one workspace that shows in another."""
    return [*_in_calls(played), *_in_what_people_see(played), *_in_rows(played)]


def _others(played: Played, company: Company) -> list[Company]:
    return [other for other in played.companies if other is not company]


def _in_calls(played: Played) -> Iterator[Mixed]:
    for company in played.companies:
        for call in company.calls:
            text = json.dumps(call, ensure_ascii=False, default=str)
            if call["error"] in OF_ANOTHER_TOKEN or any(other.marks.search(text) for other in _others(played, company)):
                yield Mixed(company.key, "call", text)


def _in_what_people_see(played: Played) -> Iterator[Mixed]:
    for company in played.companies:
        for part, shown in company.shown.items():
            text = json.dumps(shown, ensure_ascii=False)
            for other in _others(played, company):
                if match := other.marks.search(text):
                    yield Mixed(company.key, part, text[max(0, match.start() - 200) : match.end() + 200])


def _in_rows(played: Played) -> Iterator[Mixed]:
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
                if referred is not None and of_team[key.column.table.name, referred] != row["team_id"]:
                    yield Mixed(row["team_id"], table.name, f"{key.parent.name}={referred}")
            others = [company for company in played.companies if company.key != row["team_id"]]
            if any(other.marks.search(repr(row)) for other in others):
                yield Mixed(row["team_id"], table.name, repr(row))
