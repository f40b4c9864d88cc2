"""A rehearsal looked at in the browser: by the calendar, by person and kind, on a phone, and as anybody of it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ports import free_port

AXE = Path(__file__).parents[1] / "fidelity" / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 390, "height": 844}
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where it is written."""
    return tmp_path_factory.mktemp("rehearsal")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Where a small rehearsal is shown, once it was played."""
    port = str(free_port())
    line = [sys.executable, "-m", "bot", "rehearse", "--people", "4", "--months", "1", "--serve", "--port", port]
    out = ["--out", str(folder)]
    with subprocess.Popen([*line, *out], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout
        try:
            assert any(port in told for told in process.stdout)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def page_of(browser: Browser, address: str, **options: object) -> Page:
    context = browser.new_context(**{"locale": "id-ID", "viewport": {"width": 1280, "height": 900}, **options})  # type: ignore[arg-type]  # as Playwright takes them
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#transcript h1")).to_contain_text("Gladi bersih")
    return page


def test_from_the_calendar_to_what_somebody_read(browser: Browser, address: str) -> None:
    page = page_of(browser, address)
    all_of_them = page.locator(".month td button").count()
    page.get_by_label("Jenis pesan").select_option("group:material")
    expect(page).to_have_url(re.compile("kind=group%3Amaterial"))
    reads_material = page.locator(".told").first.inner_text()
    person = page.get_by_label("Orang", exact=True)
    names = [one.split(" · ")[0] for one in person.locator("option").all_inner_texts()]
    name = next(one for one in names if one in reads_material)
    person.select_option(index=names.index(name))
    expect(page).to_have_url(re.compile(r"person=U\w+&kind=group%3Amaterial"))
    assert 0 < page.locator(".month td button").count() < all_of_them
    day = page.locator(".month td button").first
    expect(day).to_contain_text(re.compile("2027. .*pesan. Bahan"))
    day.click()
    expect(page.locator("#read")).to_be_focused()
    expect(page.locator(".told").first).to_contain_text(name)
    shown, kept = page.locator(".told").count(), page.url
    page.goto(kept)
    page.reload()
    expect(page.locator(".told")).to_have_count(shown)
    page.locator(".told a").first.click()
    expect(page.locator("#who-name")).to_have_text(name)
    expect(page.locator("#messages .message").first).to_be_attached()
    page.get_by_role("button", name="Kalender", exact=True).click()
    expect(page).to_have_url(kept)


def test_on_a_phone_as_a_list_and_in_english(browser: Browser, address: str) -> None:
    page = page_of(browser, address, viewport=PHONE, color_scheme="dark")
    page.get_by_label("Bahasa").select_option("en")
    page.get_by_label("View").select_option("agenda")
    expect(page.locator(".agenda button").first).to_contain_text("messages")
    expect(page.locator("#transcript")).to_have_attribute("lang", "en")
    page.locator(".agenda button").first.click()
    expect(page.locator(".told").first).to_be_in_viewport()
    page.get_by_role("button", name="Back to the calendar").click()
    expect(page.locator('.agenda button[aria-pressed="true"]')).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_file_shows_the_same_without_a_server(browser: Browser, address: str, folder: Path) -> None:
    served, page = page_of(browser, address), page_of(browser, (folder / "transcript.html").as_uri())
    told: list[str] = []
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(("data:", "file:")) else told.append(request.url))
    for one in (served, page):
        one.get_by_label("Jenis pesan").select_option("group:material")
        one.locator(".month td button").first.click()
        expect(one.locator(".told-body").first).to_be_visible()
    assert page.locator(".told-body").all_inner_texts() == served.locator(".told-body").all_inner_texts()
    assert page.get_by_label("Bahasa", exact=True).count() == 0, "a file speaks one language"
    assert told == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_to_look_at_and_no_serious_fault_for_a_screen_reader(browser: Browser, address: str, scheme: str) -> None:
    page = page_of(browser, address, color_scheme=scheme)
    notes = page.locator(".findings > details")
    notes.locator("summary").first.click()
    notes.locator(".finding summary").first.click()
    notes.locator(".finding button").first.click()
    expect(page).to_have_url(re.compile("found="))
    expect(page.locator(".told").first).to_be_visible()
    if not AXE.exists():
        pytest.skip("axe-core is not installed: make node")
    page.evaluate(AXE.read_text("utf-8") + "; 0")
    found = page.evaluate("axe.run().then((one) => one.violations)")
    serious = [(one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in ("serious", "critical")]
    assert serious == []
