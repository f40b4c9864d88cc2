"""Busy intervals of calendars as Google, Microsoft, Apple, Zoho and Nextcloud write them, and of hostile ones."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.calendars import reader
from bot.calendars.reader import read_calendar
from bot.domain.busy_hours import HORIZON, LinkProblem, LinkRefused

FILES = Path(__file__).parent / "files"
JAKARTA = "Asia/Jakarta"
START = datetime(2027, 1, 4, tzinfo=ZoneInfo(JAKARTA)).astimezone(UTC)


def busy(content: bytes, zone: str = JAKARTA, start: datetime = START) -> list[str]:
    """The intervals on the clock of a zone: "01-04 10:00-11:00", with the day of the end if it is another."""
    spans = read_calendar(content, zone, start, start + HORIZON).spans
    assert spans is not None
    found = []
    for begins, ends in spans:
        first, last = (moment.astimezone(ZoneInfo(zone)) for moment in (begins, ends))
        same = first.date() == last.date()
        found.append(f"{first:%m-%d %H:%M}-{last:%H:%M}" if same else f"{first:%m-%d %H:%M}-{last:%m-%d %H:%M}")
    return found


def file(name: str) -> bytes:
    """A file as it is sent: lines end with CR and LF."""
    return (FILES / f"{name}.ics").read_bytes().replace(b"\n", b"\r\n")


def calendar(*events: str, head: str = "") -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *([head] if head else [])]
    for event in events:
        lines += ["BEGIN:VEVENT", *event.split("|"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def test_google() -> None:
    assert busy(file("google")) == [
        "01-04 10:00-11:00",
        "01-06 09:00-10:30",  # tentative: the time is taken
        "01-11 10:00-11:00",
        "01-14 00:00-01-16 00:00",  # away for two whole days; birthdays and cancelled meetings keep nothing
        "01-26 14:30-15:30",  # moved; the one of 18 January was deleted
        "02-01 10:00-11:00",
    ]


def test_outlook() -> None:
    assert busy(file("outlook")) == [
        "01-05 09:00-10:00",  # by the Windows name of the zone
        "01-06 15:00-15:30",
        "01-08 09:00-10:00",
        "01-11 09:00-10:00",  # a zone of its own: an hour ahead
        "01-13 00:00-01-14 00:00",
        "01-15 09:00-10:00",
        "01-19 09:00-10:00",
        "01-22 09:00-10:00",
    ]


def test_apple() -> None:
    assert busy(file("apple")) == [
        "01-04 09:15-09:30",
        "01-05 09:15-09:30",
        "01-05 12:00-13:30",  # without a zone: on the owner's clock
        "01-07 09:15-09:30",
        "01-08 09:15-09:30",
    ]
    assert "01-05 12:00-13:30" in busy(file("apple"), "Asia/Makassar")


def test_zoho() -> None:
    assert busy(file("zoho")) == [
        "01-04 08:00-09:00",
        "01-05 08:00-09:00",  # 09:00 in the calendar's own zone
        "01-07 08:00-09:00",
        "01-18 08:00-09:00",
        "02-01 08:00-09:00",
    ]


def test_nextcloud_across_a_clock_change() -> None:
    start = datetime(2027, 3, 22, tzinfo=UTC)
    found = busy(file("nextcloud"), JAKARTA, start)
    assert found[:3] == ["03-22 15:00-16:00", "03-24 00:00-03-25 00:00", "03-29 14:00-15:00"]
    assert len(found) == 9  # eight Mondays, although the series has no end


@pytest.mark.parametrize("name", ["google", "outlook", "apple", "zoho", "nextcloud"])
def test_a_new_stamp_alone_is_no_change(name: str) -> None:
    end = START + HORIZON
    first = read_calendar(file(name), JAKARTA, START, end)
    stamped = file(name).replace(b"DTSTAMP:2026", b"DTSTAMP:2027").replace(b"LAST-MODIFIED:2026", b"LAST-MODIFIED:2027")
    assert stamped != file(name)
    again = read_calendar(stamped, JAKARTA, START, end, first.digest)
    assert (again.digest, again.spans) == (first.digest, None)
    assert read_calendar(file(name), "Asia/Makassar", START, end, first.digest).spans is not None
    moved = file(name).replace(b"UID:", b"UID:x", 1)
    assert read_calendar(moved, JAKARTA, START, end, first.digest).digest != first.digest


def test_the_order_of_events_is_no_change() -> None:
    one, two = "UID:1|DTSTART:20270105T020000Z|DTEND:20270105T030000Z", "UID:2|DTSTART:20270106T020000Z|DURATION:PT1H"
    first = read_calendar(calendar(one, two), JAKARTA, START, START + HORIZON)
    assert read_calendar(calendar(two, one), JAKARTA, START, START + HORIZON, first.digest).spans is None


def test_one_calendars_zones_are_not_the_next_ones() -> None:
    assert "01-11 09:00-10:00" in busy(file("outlook"))
    other = file("outlook").replace(b":+0800", b":+0900")
    assert "01-11 08:00-09:00" in busy(other)


def test_our_own_sessions_are_left_out() -> None:
    theirs = "UID:kickoff-1.T1@balik|DTSTART:20270105T020000Z|DTEND:20270105T030000Z"
    ours = "UID:session-7.T1@balik|DTSTART:20270106T020000Z|DTEND:20270106T030000Z"
    assert busy(calendar(theirs, ours)) == ["01-05 09:00-10:00"]


def test_a_list_of_busy_times() -> None:
    lines = [
        "BEGIN:VFREEBUSY",
        "FREEBUSY;FBTYPE=BUSY:20270105T020000Z/20270105T030000Z,20270106T020000Z/PT30M",
        "FREEBUSY;FBTYPE=FREE:20270107T020000Z/20270107T030000Z",
        "END:VFREEBUSY",
    ]
    content = calendar().replace(b"END:VCALENDAR", "\r\n".join([*lines, "END:VCALENDAR"]).encode())
    assert busy(content) == ["01-05 09:00-10:00", "01-06 09:00-09:30"]


def test_overlapping_events_are_one_interval_and_old_ones_count_while_they_last() -> None:
    long_event = "UID:1|DTSTART:20261201T020000Z|DTEND:20270105T020000Z"
    more = "UID:2|DTSTART:20270105T010000Z|DTEND:20270105T030000Z"
    assert busy(calendar(long_event, more)) == ["01-04 00:00-01-05 10:00"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html><html><body>Sign in</body></html>",
        b'{"error": "no calendar"}',
        b"BEGIN:VCARD\r\nEND:VCARD\r\n",
        b"\x1f\x8b\x08\x00\x00",
    ],
)
def test_something_else_is_refused(content: bytes) -> None:
    with pytest.raises(LinkRefused) as refused:
        read_calendar(content, JAKARTA, START, START + HORIZON)
    assert refused.value.problem is LinkProblem.NOT_CALENDAR


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART:20270105T020000Z|DTEND:rubbish",
        "DTSTART:99999999T999999Z|DTEND:20270105T020000Z",
        "DTSTART;TZID=../../etc/passwd:20270105T020000|DTEND:20270105T030000",
        "UID:1|DTSTART:20270105T020000Z|DTEND:20270105T030000Z|RRULE:FREQ=NEVER;BYDAY=??",
        "UID:1|DTSTART:20270105T030000Z|DTEND:20270105T020000Z",
        "RRULE:FREQ=DAILY",
        "DTSTART",
    ],
)
def test_one_broken_event_is_left_out(event: str) -> None:
    good = "UID:good|DTSTART:20270106T020000Z|DTEND:20270106T030000Z"
    assert "01-06 09:00-10:00" in busy(calendar(event, good))


def test_an_unreadable_zone_is_known_by_its_name() -> None:
    broken = file("outlook").replace(b"TZOFFSETTO:+0700", b"TZOFFSETTO:east")
    assert "01-05 09:00-10:00" in busy(broken)


def test_too_many_events_are_refused() -> None:
    one = "DTSTART:20270105T020000Z"
    with pytest.raises(LinkRefused) as refused:
        read_calendar(calendar(*[one] * (reader.MOST_EVENTS + 1)), JAKARTA, START, START + HORIZON)
    assert refused.value.problem is LinkProblem.TOO_MANY


@pytest.mark.parametrize("frequency", ["SECONDLY", "MINUTELY"])
def test_recurrence_every_second_is_left_out(frequency: str) -> None:
    assert busy(calendar(f"UID:1|DTSTART:19700101T000000Z|DURATION:PT1S|RRULE:FREQ={frequency}")) == []


def test_recurrence_without_end_costs_limited_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_SECONDS", 0.3)
    numbers = ",".join(str(number) for number in range(60))
    rule = f"FREQ=HOURLY;BYMINUTE={numbers};BYSECOND={numbers}"
    with pytest.raises(LinkRefused) as refused:
        read_calendar(calendar(f"UID:1|DTSTART:19700101T000000Z|DURATION:PT1S|RRULE:{rule}"), JAKARTA, START, START)
    assert refused.value.problem is LinkProblem.TOO_MANY


def test_a_daily_series_without_end_is_read() -> None:
    found = busy(calendar("UID:1|DTSTART:19990101T020000Z|DURATION:PT30M|RRULE:FREQ=DAILY"))
    assert len(found) == HORIZON // timedelta(days=1)
    assert found[0] == "01-04 09:00-09:30"


def test_five_megabytes_are_read_in_little_processor_time() -> None:
    note = "DESCRIPTION:" + "x" * 400
    many = [
        f"UID:{number}|DTSTART:{moment:%Y%m%dT%H%M%SZ}|DURATION:PT30M|{note}"
        for number, moment in ((number, START - timedelta(hours=2 * number)) for number in range(10_000))
    ]
    content = calendar("UID:now|DTSTART:20270105T020000Z|DURATION:PT1H", *many)
    assert len(content) > 4_900_000
    began = time.process_time()
    assert busy(content)[-1] == "01-05 09:00-10:00"
    assert time.process_time() - began < reader.MOST_SECONDS / 2
