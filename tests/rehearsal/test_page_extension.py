"""What the demo and rehearsals add to the page of the local Slack: simulated users, a guide, the transcript."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.rehearsal.page_extension import FOLDER, RehearsalPage
from bot.sandbox import Manifest, Slack, User
from bot.sandbox.local_routes import PAGE
from bot.slack.manifest_file import MANIFEST

Json = dict[str, Any]
FILES = sorted(path.name for path in FOLDER.iterdir() if path.is_file())
ADDRESS = "/_local/extensions/rehearsal"


class Simulation:
    """A `UserSimulation` that only notes how it is switched."""

    on: bool = False

    def view(self) -> Json:
        return {"on": self.on, "actions": 0, "recent": [], "next": None}

    def switch(self, on: bool) -> None:
        self.on = on


class Guide:
    async def view(self, language: str) -> Json:
        return {"title": language, "steps": []}

    async def speak(self, user_id: str, language: str) -> None:
        self.spoken = user_id, language

    def roster(self, language: str, *, mistakes: bool) -> bytes:
        return f"{language} {mistakes}".encode()


class Company:
    """A local Slack of two people, with a client for its page."""

    def __init__(self, slack: Slack, client: aiohttp.ClientSession) -> None:
        self.slack, self.client = slack, client
        self.sari: User = slack.add_user("Sari Wulandari")
        self.budi: User = slack.add_user("Budi Santoso")

    async def ask(self, path: str, body: Json | None = None, **query: str) -> Json:
        method = "GET" if body is None else "POST"
        async with self.client.request(method, f"{ADDRESS}/{path}", params=query, json=body) as response:
            answer: Json = await response.json()
            return answer | {"status": response.status}


@pytest.fixture
async def company() -> AsyncIterator[Company]:
    slack = Slack(Manifest.load(MANIFEST))
    async with slack.serve() as url, aiohttp.ClientSession(url) as client:
        yield Company(slack, client)


async def test_only_what_is_there_is_offered(company: Company) -> None:
    assert (await company.ask(""))["status"] == 404
    RehearsalPage(company.slack, guide=Guide()).attach()
    offered = await company.ask("")
    assert (offered["simulation"], offered["guide"], offered["transcript"]) == (False, True, False)
    assert (await company.ask("simulation"))["status"] == 404
    assert (await company.ask("simulation", {"on": True}))["status"] == 404
    assert (await company.ask("transcript"))["status"] == 404
    assert (await company.ask("guide", language="id"))["title"] == "id"


async def test_the_simulation_is_switched_and_spares_whom_one_is(company: Company) -> None:
    simulation = Simulation()
    RehearsalPage(company.slack, simulation=simulation).attach()
    assert (await company.ask("simulation", {"on": True}))["on"]
    assert simulation.on
    acted = {"as": company.sari.id, "do": "messages"}
    async with company.client.post("/_local/act", json=acted) as response:
        assert response.status == 200
    async with company.client.get("/_local/events", params={"as": company.budi.id}) as line:
        await line.content.readline()
        assert (await company.ask("simulation"))["played"] == [company.sari.id, company.budi.id]
    answer = await company.ask("simulation", {"hand_over": company.sari.id})
    assert (answer["on"], answer["played"]) == (True, [company.budi.id])
    assert not (await company.ask("simulation", {"on": False}))["on"]
    async with company.client.post(f"{ADDRESS}/simulation", data=b"on=1") as response:
        assert response.status == 415


@pytest.mark.parametrize("name", FILES)
async def test_each_file_is_served_under_a_strict_policy(company: Company, name: str) -> None:
    RehearsalPage(company.slack).attach()
    async with company.client.get(f"/page/extensions/rehearsal/{name}") as response:
        assert response.status == 200
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".js")])
def test_modules_import_what_is_there_and_never_read_text_as_html(name: str) -> None:
    text = (FOLDER / name).read_text("utf-8")
    for imported in re.findall(r'from "([^"]+)"', text):
        folder, file = (PAGE, imported.removeprefix("/page/")) if imported.startswith("/page/") else (FOLDER, imported)
        assert (folder / file).is_file(), imported
    assert not re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)
    assert not re.findall(r"(?:https?:|wss?:)?//[\w-]+\.[\w.]+|@import|url\(", text)
    assert len(text.splitlines()) < 400


def test_words_are_the_same_in_both_languages_and_each_is_used() -> None:
    english, indonesian = (json.loads((FOLDER / "words" / f"{one}.json").read_text("utf-8")) for one in ("en", "id"))
    assert list(english) == list(indonesian)
    for key in english:
        placeholders = (set(re.findall(r"\{\w+\}", words[key])) for words in (english, indonesian))
        assert len(set(map(frozenset, placeholders))) == 1, key
    assert {key for key in english if english[key] == indonesian[key]} == {"guide.hand_for"}
    code = "\n".join((FOLDER / name).read_text("utf-8") for name in FILES)
    used = set(re.findall(r'"(guide\.[a-z_]+)"', code))
    assert {re.sub(r"\.(one|other)$", "", key) for key in english} == used


def test_the_local_slack_knows_nothing_of_what_is_tried_on_it() -> None:
    sandbox = Path(PAGE).parent
    files = [path for path in sandbox.rglob("*") if path.suffix in (".py", ".js", ".css", ".html", ".json")]
    assert len(files) > 60
    about = re.compile(r"(?i:mentor|rehears|programme|\bbalik\b|cohort)|\bHR\b")
    found = {f"{path.name}: {hit}" for path in files for hit in about.findall(path.read_text("utf-8"))}
    assert found == set()
