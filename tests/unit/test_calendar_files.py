"""A session as a calendar file, read back as calendars read it."""

from datetime import UTC, datetime, timedelta

import pytest
from ical.calendar_stream import IcsCalendarStream
from ical.event import EventStatus
from ical.exceptions import CalendarParseError
from icalendar import Calendar

from bot.domain.calendar_files import Attendee, CalendarEntry, calendar_file

NOON = datetime(2027, 1, 21, 5, 0, tzinfo=UTC)


def entry(*, sequence: int = 0, cancelled: bool = False) -> CalendarEntry:
    title = "Tukar Ilmu; sesi 1, dengan Pak Budi " + "yang namanya panjang sekali " * 4
    return CalendarEntry("session-7.T1@balik", sequence, NOON, 45, title, "Bahan\nmenyusul", cancelled)


def test_it_says_when_in_utc_and_survives_folding_and_escaping() -> None:
    content = calendar_file(entry(sequence=2), NOON - timedelta(days=3))
    assert b"DTSTART:20270121T050000Z\r\n" in content
    assert b"METHOD:PUBLISH\r\n" in content
    for needed in ("VERSION:2.0", "PRODID:", "UID:", "DTSTAMP:20270118T050000Z", "ORGANIZER:mailto:", "SEQUENCE:2"):
        assert content.count(f"\r\n{needed}".encode()) == 1, f"RFC 5545 and 5546 want {needed} once"
    assert b"ATTENDEE" not in content, "not in what is only published"
    assert b"TZID" not in content, "with times in UTC there is no zone to describe"
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    (event,) = Calendar.from_ical(content).events
    assert event["SUMMARY"] == entry().title
    assert event["DESCRIPTION"] == "Bahan\nmenyusul"
    assert event.end - event.start == timedelta(minutes=45)
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("session-7.T1@balik", 2, "CONFIRMED")


def test_a_cancelled_one_takes_the_same_entry_away() -> None:
    calendar = Calendar.from_ical(calendar_file(entry(sequence=3, cancelled=True), NOON))
    (event,) = calendar.events
    assert calendar["METHOD"] == "CANCEL"
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("session-7.T1@balik", 3, "CANCELLED")


BOTH = (Attendee("Sari Wulandari", "sari@kantor.example"), Attendee('Budi "B" Santoso; MM', "budi@kantor.example"))
CALL = "https://meet.google.com/abc-defg-hij?authuser=0,1"


@pytest.mark.parametrize("cancelled", [False, True])
@pytest.mark.parametrize(("organizer", "attendees"), [("", ()), ("balik@kantor.example", BOTH)])
@pytest.mark.parametrize("place", ["", "Ruang Melati, lantai 3; kiri", CALL])
def test_another_library_that_is_strict_reads_the_same(
    place: str, organizer: str, attendees: tuple[Attendee, ...], *, cancelled: bool
) -> None:
    """What icalendar writes is validated by `ical`, which refuses what RFC 5545 does not allow."""
    title, details = "Sesi 1 🎓 " + "panjang " * 20, "Baris\nkedua: a, b; c\\d"
    written = CalendarEntry(
        "session-7.T1@balik", 3, NOON, 45, title, details, cancelled, "https://slack.com/x", place, organizer, attendees
    )
    calendar = IcsCalendarStream.calendar_from_ics(calendar_file(written, NOON).decode())
    (event,) = calendar.events
    assert calendar.method == ("CANCEL" if cancelled else "REQUEST" if attendees else "PUBLISH")
    assert (event.uid, event.sequence) == ("session-7.T1@balik", 3)
    assert (event.dtstart, event.dtend) == (NOON, NOON + timedelta(minutes=45))
    assert (event.summary, event.description, event.location or "") == (title, details, place)
    assert event.status is (EventStatus.CANCELLED if cancelled else EventStatus.CONFIRMED)
    assert [str(one.uri) for one in event.attendees] == [f"mailto:{one.address}" for one in attendees]
    assert len(event.alarm) == (0 if cancelled else 1)


@pytest.mark.parametrize(
    ("right", "wrong"), [("DTSTART:", "DTSTART:x"), ("CONFIRMED", "PERHAPS"), ("SEQUENCE:0", "SEQUENCE:a")]
)
def test_it_would_refuse_what_is_not_allowed(right: str, wrong: str) -> None:
    content = calendar_file(entry(), NOON).decode()
    assert right in content
    with pytest.raises(CalendarParseError):
        IcsCalendarStream.calendar_from_ics(content.replace(right, wrong))
