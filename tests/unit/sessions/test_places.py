"""Which places may be stored, and what a calendar file makes of them."""

from datetime import UTC, datetime

import pytest

from bot.domain.calendar_files import CalendarEntry, calendar_file
from bot.domain.sessions_places import PlaceError, checked_place, is_link

NOW = datetime(2027, 1, 11, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("", ""),
        ("  Room 4,\n 12th   floor ", "Room 4, 12th floor"),
        ("Lantai 3. Ruang Mawar", "Lantai 3. Ruang Mawar"),
        (" https://meet.google.com/abc-defg-hij ", "https://meet.google.com/abc-defg-hij"),
        ("https://zoom.us/j/12?pwd=<x>", "https://zoom.us/j/12?pwd=%3Cx%3E"),
    ],
)
def test_a_place_is_cleaned(typed: str, stored: str) -> None:
    assert checked_place(typed) == stored
    assert is_link(stored) == stored.startswith("https")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("http://meet.google.com/abc", "link"),
        ("meet.google.com/abc", "link"),
        ("www.zoom.us", "link"),
        ("javascript://x", "link"),
        ("https://user:secret@zoom.us/j/1", "link"),
        ("https://", "link"),
        ("Zoom https://zoom.us/j/1", "both"),
        ("x" * 101, "long"),
        ("https://zoom.us/" + "x" * 500, "long"),
    ],
)
def test_what_is_no_place_is_refused(typed: str, code: str) -> None:
    with pytest.raises(PlaceError) as refused:
        checked_place(typed)
    assert refused.value.code == code


def entry(place: str, link: str = "https://slack.com/app_redirect") -> str:
    written = CalendarEntry("session-1@balik", 2, NOW, 60, "Session 1", "Details", link=link, place=place)
    return calendar_file(written, NOW).decode().replace("\r\n ", "")


def test_the_file_has_the_place_and_the_link_of_the_call() -> None:
    room, call, none = entry("Room 4"), entry("https://meet.google.com/abc"), entry("")
    assert "LOCATION:Room 4" in room
    assert "URL:https://slack.com/app_redirect" in room
    assert "LOCATION:https://meet.google.com/abc" in call
    assert "URL:https://meet.google.com/abc" in call
    assert "LOCATION" not in none
