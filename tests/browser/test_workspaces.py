"""Several workspaces in the browser: installing an app by its pages, and switching from one workspace to another."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ports import free_port

AXE = Path(__file__).parents[1] / "fidelity" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = os.environ.get("BROWSER_PICTURES")
pytestmark = pytest.mark.browser


@dataclass
class Sites:
    """Where the local Slack is, and where the app."""

    slack: str
    app: str


@pytest.fixture(scope="module")
def sites(browser: Browser) -> Iterator[Sites]:
    ports = free_port(), free_port()
    line = [sys.executable, "-m", "tests.browser.two_workspaces", *map(str, ports)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout
        try:
            assert process.stdout.readline() == "ready\n"
            yield Sites(*(f"http://127.0.0.1:{port}" for port in ports))
        finally:
            process.terminate()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1050, "height": 800}, color_scheme="light", locale="en-GB")
    context.set_default_timeout(20_000)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert faults == []


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png")


def serious(page: Page) -> list[object]:
    """What axe finds to be a serious fault of the page that is shown."""
    if not AXE.is_file():
        return []
    page.evaluate(AXE.read_text("utf-8") + "; 0")
    found = page.evaluate(
        "async () => (await axe.run()).violations.map((one) => [one.impact, one.id, one.nodes[0].html])"
    )
    return [fault for fault in found if fault[0] in ("serious", "critical")]


def test_an_app_is_installed_by_its_pages_and_the_workspaces_are_switched(page: Page, sites: Sites) -> None:
    page.goto(f"{sites.app}/slack/install")
    page.locator("a").first.click()
    expect(page.locator("h1")).to_have_text("Where should Contoh be installed?")
    picture(page, "choose-workspace")
    assert serious(page) == []
    page.get_by_role("link", name="Bukit").click()
    expect(page.locator("h1")).to_have_text("Contoh wants to be installed in Bukit")
    picture(page, "authorize")
    assert serious(page) == []
    page.get_by_role("button", name="Cancel").click()
    page.wait_for_url(f"{sites.app}/**")
    expect(page.locator("body")).to_contain_text("access_denied")
    page.goto(f"{sites.app}/slack/install")
    page.locator("a").first.click()
    page.get_by_role("link", name="Bukit").click()
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url(f"{sites.slack}/")
    switch = page.get_by_label("Workspace", exact=True)
    expect(switch.locator("option")).to_have_text(["Angin (app not installed)", "Bukit"])
    page.get_by_role("link", name="Sari Angin").click()
    expect(page.locator("#banner")).to_have_text("Contoh is not installed in this workspace.")
    write(page, "/contoh halo")
    expect(page.locator("#messages")).to_contain_text("not a valid command")
    switch.select_option("Bukit")
    page.get_by_role("link", name="Sari Bukit").click()
    expect(page.locator("#banner")).to_be_hidden()
    write(page, "/contoh halo")
    expect(page.locator("#messages")).to_contain_text("Hello from Bukit")
    expect(page.locator("#messages")).not_to_contain_text("Angin")
    picture(page, "switched-to-bukit")
    assert serious(page) == []
    page.reload()
    expect(page.locator("#messages")).to_contain_text("Hello from Bukit")


def write(page: Page, line: str) -> None:
    box = page.locator("#bottom textarea")
    box.fill(line)
    box.press("Enter")
    expect(box).to_have_value("")


def test_a_page_that_the_settings_do_not_allow_says_what_is_wrong(page: Page, sites: Sites) -> None:
    page.goto(f"{sites.slack}/oauth/v2/authorize?client_id=1.2&scope=chat:write")
    expect(page.get_by_role("alert")).to_have_text("invalid_client_id")
    assert serious(page) == []
