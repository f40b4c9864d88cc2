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
    """Sari reads Indonesian and has only a keyboard, Rudi and HR's Dewi read English.

    Sign up, draft, release, first session, poll, summary.
    """
    sari, rudi = window("Sari", "umum", keys=True), window("Rudi", "umum")
    hr = window("Dewi", "hr-mentoring")
    in_english(rudi)
    in_english(hr)
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
    for _ in range(2):  # sessions begin three weeks after sign-up at the earliest
        rudi.on_by("week")
    for one in (sari, rudi):
        one.on_until("poll.met.yes")
        answer(one)
    two_windows_of_one_conversation(sari, window)
    hr.type("/mentoring summary")
    expect(hr.page.locator("#messages img").last).to_be_visible(timeout=300_000)
    the_guide_has_seen_it(hr, "6 of 6 done")
    the_guide_has_seen_it(sari, "6 dari 6 selesai")


def in_english(one: Window) -> None:
    """The page follows the person, who reads Indonesian here, until its button is pressed."""
    expect(one.page.locator("html")).to_have_attribute("lang", "id")
    with one.page.expect_navigation():
        one.page.locator("#language").click()
    expect(one.page.locator("html")).to_have_attribute("lang", "en")
    expect(one.page.locator("#skip")).to_have_text("Skip to the conversation")


def the_guide_has_seen_it(one: Window, words: str) -> None:
    if one.page.locator("#guide").is_hidden():
        one.use(one.page.locator("#guide-button"))
    expect(one.page.locator("#guide .progress")).to_have_text(words)


def errors_of_a_form(one: Window) -> None:
    """What is wrong is said at its field, and what was typed stays."""
    one.press("join.open")
    one.opened()
    one.write("department", "Pemasaran")
    one.use(one.form.locator('[data-key="modal submit"]'))
    expect(one.form.locator('[aria-invalid="true"]').first).to_be_visible()
    expect(one.field("department").first).to_have_value("Pemasaran")
    one.close()


def sign_up(one: Window, role: str, level: str, block: str, topics: list[str], language: str = "id") -> None:
    one.press("join.open")
    one.opened()
    one.choose("language", language)
    one.choose("role", role)
    one.choose("level", level)
    one.write("department", "Pemasaran")
    one.tick(block, *topics)
    one.check(one.form.locator('[data-key^="no_manager "]'))
    one.send()
    if role == "mentor":
        one.choose("confidence", "4")
    for topic in topics if role == "mentee" else []:
        one.choose(f"skill_{topic}", "2")
    one.send()
    one.close()


def draft_and_release(hr: Window) -> None:
    hr.type("/mentoring match")
    expect(hr.element("match.release")).to_be_visible(timeout=300_000)
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
        one.check(free.first)
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
    """A poll is answered in place: an answered question becomes a line, and can be changed until all are answered."""
    one.press("poll.met.yes")
    one.press("poll.useful.4")
    expect(one.element("poll.useful.4")).to_have_count(0)
    expect(one.element("poll.change")).to_be_visible()
    one.press("poll.change")
    expect(one.element("poll.useful.4")).to_have_class(re.compile("primary"))
    one.press("poll.useful.4")
    one.press("poll.own.5")
    for answered in ("poll.useful.4", "poll.own.5"):
        expect(one.element(answered)).to_have_count(0)


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
    expect(one.page.locator("#messages > li").first).to_be_visible()
    found = faults(one, "umum and the guide")
    one.for_developers()
    one.page.locator(".inspect-link").last.press("Enter")
    one.page.locator(".faults summary").click()
    expect(one.page.locator(".closely meter").first).to_be_visible()
    expect(one.page.locator(".closely .call-list li")).to_contain_text("chat.postMessage")
    found += faults(one, "inspector")
    one.page.locator("#who").click()
    found += faults(one, "profile")
    one.page.keyboard.press("Escape")
    one.go("home")
    expect(one.page.locator("#home > *").first).to_be_visible()
    found += faults(one, "home")
    one.go("messages")
    one.type("/mentoring concern")
    one.opened()
    found += faults(one, "form")
    one.close()
    assert found == []


def faults(one: Window, where: str) -> list[object]:
    one.page.evaluate(AXE.read_text("utf-8") + "; 0")
    told = one.page.evaluate(
        """async () => (await axe.run()).violations.map((one) => [one.impact, one.id, one.nodes[0].html])"""
    )
    return [(where, *fault) for fault in told if fault[0] in ("serious", "critical")]


def test_the_inspector_shows_what_slack_refused_and_what_a_fault_did(window: Open) -> None:
    one = window("Bayu", "umum")
    expect(one.page.locator("#calls-button")).to_be_hidden()
    expect(one.page.locator(".inspect-link").last).to_be_hidden()
    one.for_developers()
    one.page.locator("#calls-button").click()
    one.page.locator(".faults summary").click()
    one.page.locator("#fault-kind").select_option("error_before")
    one.page.locator("#fault-method").select_option("*")
    one.page.locator(".faults details button").click()
    expect(one.page.locator(".faults li")).to_contain_text("terjadi 0 dari 1 kali")
    one.type("/mentoring concern")
    refused = one.page.locator(".call-list li.refused").first
    expect(refused).to_contain_text("ditolak: http_503")
    expect(refused.locator(".disturbed")).to_have_text("503, dan tidak dilakukan")
    expect(one.page.locator(".faults li")).to_have_count(0)


def test_older_messages_come_when_asked_for_and_the_place_stays(window: Open) -> None:
    one = window("Agus", "umum")
    body = {"as": one.who, "do": "say", "channel": one.page.url.rsplit("/", 1)[1]}
    for number in range(60):
        one.page.request.post(f"{one.base}/_local/act", data=body | {"text": f"Kabar {number}"})
    one.page.reload()
    expect(one.page.locator("#messages")).to_contain_text("Kabar 59")
    expect(one.page.get_by_text("Kabar 3", exact=True)).to_have_count(0)
    one.page.locator("#older").click()
    expect(one.page.get_by_text("Kabar 3", exact=True)).to_have_count(1)
    expect(one.page.get_by_text("Kabar 12", exact=True)).to_be_visible()
    assert one.page.locator("#scroll").evaluate("node => node.scrollTop") > 0


@pytest.mark.parametrize(("locale", "question"), [("id-ID", "Kamu siapa"), ("en-GB", "Who are you")])
def test_the_first_page_and_a_phone(window: Open, locale: str, question: str) -> None:
    phone = window("Bayu", "", viewport={"width": 390, "height": 844}, locale=locale)
    if locale == "en-GB":
        phone.page.locator("#language").click()
        expect(phone.page.locator("html")).to_have_attribute("lang", "en")
    phone.page.goto(f"{phone.base}/#")
    expect(phone.page.get_by_role("heading", level=1)).to_have_text(re.compile(question))
    phone.page.get_by_role("searchbox").fill("Bayu")
    phone.page.locator(".people a:visible").click()
    expect(phone.page.locator("#place-head")).to_be_visible()
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_page_first_asks_whom_one_wants_to_be(window: Open) -> None:
    one = window("Bayu")
    one.page.goto(f"{one.base}/")
    roles = one.page.locator(".roles a")
    expect(roles).to_have_count(3)
    roles.first.click()
    expect(one.page.locator("#place-head")).to_contain_text("hr-mentoring")
    expect(one.page.locator("#places a", has_text="hr-coba-dari-awal")).to_be_visible()


def test_the_ninth_window_of_a_browser_is_not_blank(window: Open) -> None:
    """A browser keeps six connections to a server, which one for each window used up."""
    first = window("Bayu", "umum")
    for _ in range(8):
        page = first.page.context.new_page()
        page.goto(first.page.url)
        expect(page.locator("#messages > li").first).to_be_visible()
