"""The demo in a real browser: one server and one browser for all tests, a window for each person."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.window import Window
from tests.ports import free_port

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking")
DESK = {"width": 1050, "height": 800}
# What is expected comes sooner or later: how busy the machine is decides nothing.
expect.set_options(timeout=120_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; without one these tests are left out."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        pytest.skip("Chromium is not installed: the page is not tried in a browser (apt-get install chromium)")
    with sync_playwright() as player:
        launched = player.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo that has just begun."""
    port = free_port()
    folder = tmp_path_factory.mktemp("demo")
    line = [sys.executable, "-m", "bot", "demo", "--port", str(port), "--folder", str(folder)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout
        try:
            for told in process.stdout:
                if str(port) in told:
                    break
            assert process.poll() is None
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture
def window(browser: Browser, demo: str) -> Iterator[Callable[..., Window]]:
    """Opens a window as somebody, by the beginning of their name, in one of their conversations or at Home."""
    people = json.load(urlopen(f"{demo}/_local/state"))["people"]
    opened: list[Window] = []

    def open_window(name: str, place: str = "", *, keys: bool = False, **options: Any) -> Window:
        context = browser.new_context(**{"viewport": DESK, "color_scheme": "light", "locale": "id-ID"} | options)
        context.set_default_timeout(120_000)
        who = next(one["id"] for one in people if one["real_name"].startswith(name))
        one = Window(context.new_page(), demo, who, keys=keys)
        opened.append(one)
        one.go(place)
        return one

    languages = {one["id"]: one["locale"][:2] for one in people}
    yield open_window
    for one in opened:
        # A page in which a language is chosen tells the demo, which all tests share.
        back = {"as": one.who, "language": languages[one.who]}
        assert one.page.request.post(f"{demo}/_local/extensions/rehearsal/language", data=back).ok
        assert "[object" not in (one.page.text_content("body") or "")
        one.page.context.close()
        assert one.faults == []


PICTURES = os.environ.get("BROWSER_PICTURES")
"""A folder to keep a picture of each window in, when a test fails."""


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome: Any = yield
    if PICTURES and outcome.get_result().failed and "browser" in getattr(item, "funcargs", {}):
        contexts = item.funcargs["browser"].contexts  # type: ignore[attr-defined]  # not on every item
        for number, context in enumerate(contexts):
            for page in context.pages:
                page.screenshot(path=f"{PICTURES}/{item.name}-{number}.png")
