"""docs/local-slack.md says what the local Slack does and does not do: what it says is what is so."""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from aiohttp import web

from bot.sandbox import Person
from bot.sandbox.events import MESSAGE_EVENTS
from bot.sandbox.faults import FaultKind
from bot.sandbox.inspector import Inspector
from bot.sandbox.local_routes import LocalRoutes
from bot.sandbox.methods import METHODS
from tests.sandbox.local_slack_kit import World

REPO = Path(__file__).parents[2]
PAGE = REPO / "docs" / "local-slack.md"
SANDBOX = REPO / "bot" / "sandbox"


def section(title: str) -> str:
    """A chapter of the page, on one line."""
    text = PAGE.read_text("utf-8").split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]
    return " ".join(text.split())


def code() -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted(SANDBOX.rglob("*.py")))


async def test_requests_and_doings(world: World) -> None:
    app = web.Application()
    routes = LocalRoutes(world.slack)
    app.add_routes([*routes.routes(), *Inspector(world.slack).routes()])
    there = {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource and route.method != "HEAD" and "/_local/" in route.resource.canonical
    }
    told = set()
    for row in re.findall(r"\| (`(?:GET|POST) .*?) \|", section("For the page")):
        path = re.search(r"/_local/\w+(?:/F…|/<name>/<path>)?", row)
        assert path, row
        told |= {
            (method, path[0].replace("F…", "{file}").replace("<name>/<path>", "{extension}/{path}"))
            for method in re.findall("GET|POST", row)
        }
    assert told == there
    doings = section("For the page").split("`do` with its further keys:")[1].split(". `on` is")[0]
    assert set(re.findall(r"`(\w+)`", doings)) == set(routes.actions)


def test_faults() -> None:
    kinds = section("In Python").split("Kinds:")[1].split(". Also")[0]
    assert re.findall(r"`(\w+)`", kinds) == list(get_args(FaultKind))


def test_what_a_person_can_do() -> None:
    told = section("In Python").split("**A person**")[1].split(". Each action")[0]
    missing = [name for name in re.findall(r"`(\w+)(?:\(\w+\))?`", told) if not hasattr(Person, name)]
    assert missing == []


def test_events() -> None:
    told = section("What it does not do").split("Of events it sends")[1].split("; no others")[0]
    named = {name for name in re.findall(r"[a-z_]+", told.replace("message.*", "")) if "_" in name}
    kinds = "app_mention|app_home_opened|app_uninstalled|tokens_revoked|(?:member|team|user|group|channel)_[a-z_]*[a-z]"
    about = (SANDBOX / name for name in ("company.py", "directory.py", "events.py", "people.py", "slack.py"))
    emitted = {name for path in about for name in re.findall(rf'"({kinds})"', path.read_text("utf-8"))}
    emitted -= {"channel_type", "team_id", "channel_id", "user_id", "team_ids", "team_name", "team_access_not_granted"}
    assert named == emitted
    assert all(event.startswith("message.") for event in MESSAGE_EVENTS.values())


def test_the_clients_named_are_the_ones_tried() -> None:
    told = set(re.findall(r"`(@?slack[/_]\S+?)`", section("Clients that work against it")))
    node = json.loads((REPO / "tests" / "fidelity" / "package.json").read_text("utf-8"))["dependencies"]
    python = tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    ours = {name.split(">")[0].replace("-", "_") for name in python if name.startswith("slack")}
    assert told - {"slack.api_url"} == {name for name in node if name.startswith("@slack/")} | ours


@pytest.mark.parametrize("name", ["oauth.v2.exchange", "search.messages", "canvases.create", "users.profile.set"])
async def test_every_other_method(world: World, name: str) -> None:
    assert "Every other method answers `unknown_method`" in section("What it does not do")
    assert name not in METHODS
    assert await world.refusal(name) == "unknown_method"


NOT_THERE: dict[str, Callable[[Any], bool]] = {
    "People do not edit, delete, react or upload.": lambda me: (
        not any(hasattr(me, name) for name in ("edit", "delete", "react", "upload"))
    ),
    "No `app_rate_limited` after 30,000 events an hour.": lambda _: "app_rate_limited" not in code(),
    "Message shortcuts, workflows, canvases, lists, unfurling and search are not there": lambda _: (
        not any(f'"{name}"' in code() for name in ("message_action", "link_shared", "workflow_step_execute"))
    ),
}


@pytest.mark.parametrize("sentence", NOT_THERE)
async def test_what_is_not_there(world: World, sentence: str) -> None:
    assert sentence in section("What it does not do")
    assert NOT_THERE[sentence](world.sari)
