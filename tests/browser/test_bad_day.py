"""The switch "As on a bad day" of the page, by keyboard and by pointer, in both languages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.test_page import AXE, faults, in_english
from tests.browser.window import Window

pytestmark = pytest.mark.browser


def test_a_workspace_becomes_difficult_and_easy_again(window: Callable[..., Window]) -> None:
    hr = window("Dewi", "umum", keys=True)
    hr.for_developers()
    hr.use(hr.page.locator("#calls-button"))
    switch = hr.page.get_by_role("switch", name="Buat workspace ini serba sulit")
    expect(switch).not_to_be_checked()
    hr.reach(switch)
    hr.page.keyboard.press("Space")
    expect(switch).to_be_checked()
    told = hr.page.locator("#bad-day-list")
    expect(told.locator("li")).to_have_count(6)
    expect(told).to_contain_text("Hanya admin yang boleh menulis di #umum.")
    expect(hr.page.locator("#bad-day + label + span")).to_have_text("Menyala")
    expect(hr.page.locator("#announcer")).to_contain_text("perusahaan lain")
    hr.page.keyboard.press("Escape")
    expect(hr.page.locator("#place-head")).to_contain_text("Hanya orang tertentu yang boleh menulis")

    sari = window("Sari", "umum")
    in_english(sari)
    sari.for_developers()
    sari.page.locator("#calls-button").click()
    switch = sari.page.get_by_role("switch", name="Make this workspace difficult")
    expect(switch).to_be_checked()
    expect(sari.page.locator("#bad-day-list")).to_contain_text("#proyek-bersama is shared with another company.")
    if AXE.is_file():
        assert faults(sari, "a bad day") == []
    sari.page.locator("#bad-day").click()
    expect(switch).not_to_be_checked()
    expect(sari.page.locator("#bad-day + label + span")).to_have_text("Off")
    expect(sari.page.locator("#bad-day-list li")).to_have_count(0)
