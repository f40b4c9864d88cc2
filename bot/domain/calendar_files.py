"""A session as a calendar file (RFC 5545/5546)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.places import is_link

ORGANIZER = "mailto:balik@balik.invalid"
"""Calendars require an address; nothing is mailed there."""
REMIND_BEFORE = timedelta(minutes=15)
"""When the calendar itself reminds its owner."""


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """The calendar entry of a session. The same `uid` with a higher `sequence` replaces an earlier entry."""

    uid: str
    sequence: int
    starts_at: datetime
    minutes: int
    title: str
    details: str
    cancelled: bool = False
    link: str = ""
    """Back to the chat, if there is one."""
    place: str = ""
    """A place in words, or a link, which becomes the entry's own."""


def calendar_file(entry: CalendarEntry, stamp: datetime) -> bytes:
    """The file, as of `stamp`. Its times are in UTC, so every calendar shows them in its owner's zone."""
    # Slow to import: only people who request a file wait for it.
    from icalendar import Alarm, Calendar, Event

    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.starts_at.astimezone(UTC) + timedelta(minutes=entry.minutes))
    event.add("summary", entry.title)
    event.add("description", entry.details)
    event.add("organizer", ORGANIZER)
    if entry.place:
        event.add("location", entry.place)
    if link := entry.place if is_link(entry.place) else entry.link:
        event.add("url", link)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    if not entry.cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.title)
        alarm.add("trigger", -REMIND_BEFORE)
        event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Balik//Reverse mentoring//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if entry.cancelled else "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
