"""The page's files over HTTP: served, guarded, and asking nobody else for anything."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.sandbox import Upcoming
from bot.sandbox.kit.blocks import BLOCKS
from bot.sandbox.kit.elements import ELEMENTS
from bot.sandbox.local_routes import PAGE
from tests.sandbox.local_slack_kit import World

HANDLERS = Path(__file__).parents[2] / "handlers"
FILES = sorted(path.name for path in PAGE.iterdir() if path.is_file())
KINDS = {".html": "text/html", ".css": "text/css", ".js": "javascript", ".svg": "image/svg+xml"}
SVG_NAMESPACE = "http://www.w3.org/2000/svg"
LINES_MAX = 400


async def test_the_first_page(world: World) -> None:
    async with world.http.get(f"{world.url}/") as response:
        assert response.status == 200
        assert response.content_type == "text/html"
        text = await response.text()
    for path in re.findall(r'(?:href|src)="(/page/[^"]+)"', text):
        async with world.http.get(f"{world.url}{path}") as response:
            assert response.status == 200, path


@pytest.mark.parametrize("name", FILES)
async def test_each_file_is_served_under_a_strict_policy(world: World, name: str) -> None:
    async with world.http.get(f"{world.url}/page/{name}") as response:
        assert response.status == 200
        assert KINDS[f".{name.rpartition('.')[2]}"] in response.headers["Content-Type"]
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["nothing.js", "../local_routes.py", "%2e%2e/local_routes.py", "..%2flocal_routes.py", "/"]
)
async def test_nothing_outside_the_folder(world: World, path: str) -> None:
    async with world.http.get(f"{world.url}/page/{path}") as response:
        assert response.status == 404


@pytest.mark.parametrize("name", FILES)
def test_no_outside_address(name: str) -> None:
    text = (PAGE / name).read_text("utf-8").replace(SVG_NAMESPACE, "")
    assert not re.findall(r"(?:https?:|wss?:)?//[\w-]+\.[\w.]+", text)
    assert not re.findall(r"@import|url\(", text)


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".js")])
def test_modules_import_what_is_there_and_never_read_text_as_html(name: str) -> None:
    text = (PAGE / name).read_text("utf-8")
    for imported in re.findall(r'from "([^"]+)"', text):
        assert imported.startswith("./")
        assert (PAGE / imported).is_file(), imported
    assert not re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)
    assert len(text.splitlines()) < LINES_MAX


async def test_the_hints_of_commands_and_what_the_clock_does(world: World) -> None:
    async with world.http.get(f"{world.url}/_local/state") as response:
        app = (await response.json())["workspace"]["app"]
    assert [hint["command"] for hint in app["command_hints"]] == app["commands"]
    assert set(app["command_hints"][0]) == {"command", "description", "usage_hint"}
    async with world.http.get(f"{world.url}/_local/clock") as response:
        clock = await response.json()
    assert (clock["moving_to"], clock["next"]) == (None, None)

    async def find_upcoming() -> Upcoming:
        return Upcoming(datetime(2027, 1, 5, tzinfo=UTC), {"en": "a message"})

    world.slack.find_upcoming = find_upcoming
    async with world.http.get(f"{world.url}/_local/clock") as response:
        told = await response.json()
    assert (told["next"], told["next_what"]) == ("2027-01-05T00:00:00+00:00", {"en": "a message"})


async def test_the_clock_is_moved_by_one_at_a_time(world: World) -> None:
    started, go_on = asyncio.Event(), asyncio.Event()

    async def on_advance(target: datetime) -> None:
        started.set()
        await go_on.wait()

    world.slack.on_advance = on_advance
    url = f"{world.url}/_local/clock"
    first = asyncio.create_task(world.http.post(url, json={"advance_seconds": 3_600}))
    await started.wait()
    async with world.http.get(url) as response:
        assert (await response.json())["moving_to"]
    async with world.http.post(url, json={"advance_seconds": 3_600}) as response:
        assert response.status == 409
    go_on.set()
    async with await first as response:
        assert (await response.json())["moving_to"] is None


def test_the_page_can_show_all_that_the_bot_uses() -> None:
    """Everything else has a placeholder that says so."""
    drawn = set()
    for name in ("blocks.js", "elements.js"):
        table = (PAGE / name).read_text("utf-8").split("const DRAWERS = {")[1].split("\n};")[0]
        drawn |= set(re.findall(r"^  (\w+)[,:]", table, re.MULTILINE))
    handlers = "\n".join(path.read_text("utf-8") for path in HANDLERS.rglob("*.py"))
    used = set(re.findall(r'"type": "(\w+)"', handlers)) & (set(BLOCKS) | set(ELEMENTS))
    assert {"section", "actions", "input", "button", "static_select", "checkboxes", "datepicker"} <= used
    assert used - drawn == set()
