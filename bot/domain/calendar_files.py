"""A session as a calendar file (RFC 5545/5546)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.sessions_places import is_link

ORGANIZER = "mailto:balik@balik.invalid"
"""Calendars require an address; nothing is mailed there."""
REMIND_BEFORE = timedelta(minutes=15)
"""When the calendar itself reminds its owner."""


@dataclass(frozen=True, slots=True)
class Attendee:
    """A person who is invited."""

    name: str
    address: str


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
    organizer: str = ""
    """The mail address that invitations come from; "" for a file."""
    attendees: tuple[Attendee, ...] = ()
    """Who is invited by mail; none for a file, which people take themselves."""


def session_uid(session_id: int, team_id: str) -> str:
    """What calendars know a session by, from a file or a mail."""
    return f"session-{session_id}.{team_id}@balik"


def calendar_file(entry: CalendarEntry, stamp: datetime) -> bytes:
    """The file, as of `stamp`. Its times are in UTC, so every calendar shows them in its owner's zone."""
    # Slow to import: only people who request a file wait for it.
    from icalendar import Alarm, Calendar, Event, vCalAddress

    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.starts_at.astimezone(UTC) + timedelta(minutes=entry.minutes))
    event.add("summary", entry.title)
    event.add("description", entry.details)
    event.add("organizer", f"mailto:{entry.organizer}" if entry.organizer else ORGANIZER)
    for attendee in entry.attendees:
        invited = vCalAddress(f"mailto:{attendee.address}")
        invited.params.update({"CN": attendee.name, "ROLE": "REQ-PARTICIPANT", "RSVP": "FALSE"})
        event.add("attendee", invited)
    if entry.attendees:
        event.add("class", "PRIVATE")
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
    calendar.add("method", "CANCEL" if entry.cancelled else "REQUEST" if entry.attendees else "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
