"""What one does in the browser, from signing up to HR's summary, each in their own language."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.window import Window

AXE = Path(__file__).parents[1] / "fidelity" / "node_modules" / "axe-core" / "axe.min.js"
Open = Callable[..., Window]
# Playwright keeps a loop of its own running: never in one process with tests that start theirs.
pytestmark = pytest.mark.browser


def test_the_whole_path_in_both_languages(window: Open) -> None:
    """Sari reads Indonesian, Rudi English: sign up, draft, release, first session, poll, summary."""
    sari, rudi = window("Sari", "umum"), window("Rudi", "umum", locale="en-GB")
    hr = window("Dewi", "hr-mentoring")
    errors_of_a_form(sari)
    sign_up(sari, "mentor", "specialist", "offers", ["social_media", "tiktok_marketing"])
    sign_up(rudi, "mentee", "manager", "wishes", ["data_dashboards", "ai_tools"], language="en")
    draft_and_release(hr)
    sari.go("messages")
    rudi.go("messages")
    sari.on_until("session.book")
    rudi.on_until("session.book")
    expect(sari.page.locator("#messages")).to_contain_text("Pilih waktu")
    expect(rudi.page.locator("#messages")).to_contain_text("Pick a time")
    for one in (sari, rudi):
        book(one)
    nothing_is_lost_by_a_reload(sari)
    sari.on_until("poll.met.yes", "week")
    rudi.on_until("poll.met.yes", "week")
    answer(sari)
    answer(rudi)
    two_windows_of_one_conversation(sari, window)
    hr.type("/mentoring summary")
    expect(hr.page.locator("#messages img").last).to_be_visible(timeout=60_000)


def errors_of_a_form(one: Window) -> None:
    """What is wrong is said at its field, and what was typed stays."""
    one.press("join.open")
    one.opened()
    one.write("department", "Pemasaran")
    one.form.locator('[data-key="modal submit"]').click()
    expect(one.form.locator('[aria-invalid="true"]').first).to_be_visible()
    expect(one.field("department").first).to_have_value("Pemasaran")
    one.close()


def sign_up(one: Window, role: str, level: str, block: str, topics: list[str], language: str = "id") -> None:
    one.press("join.open")
    one.opened()
    one.choose("role", role)
    one.choose("level", level)
    one.write("department", "Pemasaran")
    one.tick(block, *topics)
    one.form.locator('[data-key^="no_manager "]').check()
    one.send()
    one.choose("language", language)
    if role == "mentor":
        one.choose("confidence", "4")
    for topic in topics if role == "mentee" else []:
        one.choose(f"skill_{topic}", "2")
    one.send()
    one.close()


def draft_and_release(hr: Window) -> None:
    hr.type("/mentoring match")
    expect(hr.element("match.release")).to_be_visible(timeout=60_000)
    hr.press("match.release")
    hr.opened()
    hr.press("gate.waive.sponsor")
    hr.agree()
    expect(hr.element("gate.waive.sponsor")).to_have_count(0)
    hr.send()
    hr.close()


def book(one: Window) -> None:
    """The first time that suits both; if the other was quicker, there is nothing left to choose."""
    one.press("session.book")
    one.opened()
    free = one.form.locator('input[data-key^="suggestion "]')
    if free.count():
        free.first.check()
        one.send()
    one.close()


def nothing_is_lost_by_a_reload(one: Window) -> None:
    """What was said is there again, and so is a half-filled form."""
    said = one.page.locator("#messages > li").count()
    one.type("/mentoring concern")
    one.opened()
    one.write_and_keep("text", "Saya ingin bicara")
    one.page.reload()
    one.opened()
    expect(one.field("text").first).to_have_value("Saya ingin bicara")
    one.close()
    assert one.page.locator("#messages > li").count() >= said


def answer(one: Window) -> None:
    """A poll is answered in place, question by question."""
    one.press("poll.met.yes")
    one.press("poll.useful.4")
    expect(one.element("poll.useful.4")).to_have_count(0)
    one.press("poll.own.5")
    expect(one.element("poll.own.5")).to_have_count(0)


def two_windows_of_one_conversation(sari: Window, window: Open) -> None:
    """What one writes in a channel the other sees at once, and a counter where they do not look."""
    sari.go("umum")
    agus = window("Agus", "umum")
    sari.type("Halo dari Sari")
    expect(agus.page.locator("#messages")).to_contain_text("Halo dari Sari")
    agus.type("Halo juga, Sari")
    expect(sari.page.locator("#messages")).to_contain_text("Halo juga, Sari")
    sari.go("home")
    agus.type("Masih di sana?")
    expect(sari.page.locator("#places .unread", has_text="umum")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(window: Open, scheme: str) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: run `make node`")
    one = window("Bayu", "umum", color_scheme=scheme)
    found = []
    for place in ("umum", "home", "form"):
        if place == "form":
            one.go("messages")
            one.type("/mentoring concern")
            one.opened()
        else:
            one.go(place)
            expect(one.page.locator("#messages > li, #home > *").first).to_be_visible()
        one.page.evaluate(AXE.read_text("utf-8") + "; 0")
        faults = one.page.evaluate(
            """async () => (await axe.run()).violations.map((one) => [one.impact, one.id, one.nodes[0].html])"""
        )
        found += [(place, *fault) for fault in faults if fault[0] in ("serious", "critical")]
    one.close()
    assert found == []


def test_the_first_page_and_a_phone(window: Open) -> None:
    phone = window("Bayu", "", viewport={"width": 390, "height": 844})
    phone.page.goto(f"{phone.base}/#")
    expect(phone.page.get_by_role("heading", level=1)).to_have_text(re.compile("Who are you"))
    phone.page.get_by_role("searchbox").fill("Bayu")
    phone.page.locator(".people a:visible").click()
    expect(phone.page.locator("#place-head")).to_be_visible()
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
