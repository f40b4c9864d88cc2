"""Reads the busy intervals of an iCalendar file (RFC 5545). Runs in the worker process, within limits.

Only the lines that say when a person is busy are given to the libraries: titles, places, notes and names of people are
dropped first. What is left is also what a calendar is compared by, so a new DTSTAMP alone is no change.
"""

import hashlib
import os
import re
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.domain.busy_hours import LinkProblem, LinkRefused, merge
from bot.domain.calendar import Span

if TYPE_CHECKING:
    from icalendar import Calendar, Component

MOST_SECONDS = 10.0
"""Of processor time for one calendar."""
MOST_MEMORY = 400_000_000
"""Bytes for one calendar, beyond what the worker process has."""
MOST_EVENTS = 10_000
"""That may concern the interval that is read."""
MOST_SPANS = 4_000
"""Busy intervals that are kept."""
_SLACK = timedelta(days=2)
"""More than any two time zones differ."""
_LONGEST = timedelta(days=366)
"""An event with a duration is not longer."""
_KEPT = frozenset(
    (
        "UID",
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "RDATE",
        "EXDATE",
        "RECURRENCE-ID",
        "SEQUENCE",
        "STATUS",
        "TRANSP",
        "X-MICROSOFT-CDO-BUSYSTATUS",
        "FREEBUSY",
    )
)
"""The properties that say when the owner is busy."""
_FREE_IN_OUTLOOK = frozenset(("FREE", "WORKINGELSEWHERE"))
_NAME = re.compile(r"[A-Za-z0-9-]+")
_OUR_SESSION = re.compile(r"UID[:;].*session-\d+\..*@balik")
_BAD_FREQUENCY = re.compile(r"FREQ=(SECONDLY|MINUTELY)", re.IGNORECASE)


@dataclass(frozen=True)
class Read:
    """What was read. `spans` is None if nothing changed since the calendar with the digest that was given."""

    digest: str
    spans: tuple[Span, ...] | None


def read_calendar(content: bytes, zone: str, start: datetime, end: datetime, known: str = "") -> Read:
    """The busy intervals between two moments. `zone`: IANA name, for events that have none.

    `known`: the digest of a calendar whose intervals are stored. The bot's own sessions, which come back from people's
    calendars, are left out: it knows their times, and one that is being moved does not stand in its own way.

    Raises `LinkRefused`: not_calendar, too_many.
    """
    try:
        with _limits():
            lines = _reduce(content)
            digest = _digest(lines, zone)
            if digest == known:
                return Read(digest, None)
            return Read(digest, _busy(lines, ZoneInfo(zone), start, end))
    except (_OutOfTime, MemoryError, RecursionError, OverflowError) as error:
        raise LinkRefused(LinkProblem.TOO_MANY) from error


@dataclass(frozen=True)
class _Lines:
    """The lines of a calendar that matter: of its time zones, of each event, and of lists of busy times."""

    head: tuple[str, ...]
    zones: tuple[str, ...]
    events: tuple[tuple[str, ...], ...]
    lists: tuple[tuple[str, ...], ...]


def _reduce(content: bytes) -> _Lines:
    text = re.sub(r"\r?\n[ \t]", "", content.decode("utf-8-sig", "replace"))
    if not re.match(r"\s*BEGIN:VCALENDAR\s*\n", text[:200], re.IGNORECASE):
        raise LinkRefused(LinkProblem.NOT_CALENDAR)
    head: list[str] = []
    zones: list[str] = []
    events: list[tuple[str, ...]] = []
    lists: list[tuple[str, ...]] = []
    current: list[str] = []
    inside: list[str] = []
    for raw in text.splitlines():
        name_end = _NAME.match(raw)
        name = name_end.group().upper() if name_end else ""
        if name == "BEGIN":
            inside.append(raw[6:].strip().upper())
            if len(inside) == 2:
                current = []
        within = inside[1] if len(inside) > 1 else ""
        if within == "VTIMEZONE":
            zones.append(raw.rstrip())
        elif within in ("VEVENT", "VFREEBUSY") and len(inside) == 2 and name in _KEPT:
            current.append(name + raw[len(name) :].rstrip())
        elif name == "X-WR-TIMEZONE" and len(inside) == 1:
            head.append(name + raw[len(name) :].rstrip())
        if name == "END" and inside:
            ended = inside.pop()
            if len(inside) == 1 and ended == "VEVENT":
                events.append(tuple(current))
            elif len(inside) == 1 and ended == "VFREEBUSY":
                lists.append(tuple(current))
    return _Lines(tuple(head), tuple(zones), tuple(events), tuple(lists))


def _digest(lines: _Lines, zone: str) -> str:
    """The same for the same events in another order."""
    parts = sorted(hashlib.sha256("\n".join(sorted(part)).encode()).digest() for part in (*lines.events, *lines.lists))
    whole = hashlib.sha256("\n".join((zone, *lines.head, *lines.zones)).encode())
    for part in parts:
        whole.update(part)
    return whole.hexdigest()


def _busy(lines: _Lines, zone: tzinfo, start: datetime, end: datetime) -> tuple[Span, ...]:
    first, last = f"{start - _SLACK:%Y%m%d}", f"{end + _SLACK:%Y%m%d}"
    long_ago = f"{start - _LONGEST:%Y%m%d}"
    concerned = [event for event in lines.events if _may_concern(event, first, last, long_ago)]
    if len(concerned) > MOST_EVENTS:
        raise LinkRefused(LinkProblem.TOO_MANY)
    spans = merge(
        (max(begins, start), min(ends, end))
        for begins, ends in _expand(lines, concerned, zone, start, end)
        if begins < end and start < ends
    )
    if len(spans) > MOST_SPANS:
        raise LinkRefused(LinkProblem.TOO_MANY)
    return spans


def _may_concern(event: tuple[str, ...], first: str, last: str, long_ago: str) -> bool:
    """Whether an event may make its owner busy between two days (YYYYMMDD), as far as its lines tell at a glance."""
    said: dict[str, str] = {}
    for line in event:
        said.setdefault(line[: _NAME.match(line).end()], line)  # type: ignore[union-attr]  # begins with a name
    if "DTSTART" not in said or _OUR_SESSION.fullmatch(said.get("UID", "")):
        return False
    if "RRULE" in said or "RDATE" in said:
        return not _BAD_FREQUENCY.search(said.get("RRULE", ""))
    if "RECURRENCE-ID" in said:
        return True
    if _is_free(said.get("STATUS", ""), said.get("TRANSP", ""), said.get("X-MICROSOFT-CDO-BUSYSTATUS", "")):
        return False
    begins = _day(said["DTSTART"])
    if begins is None:
        return False
    ends = max(begins, _day(said.get("DTEND", "")) or begins)
    return begins <= last and (ends >= first or ("DURATION" in said and begins >= long_ago))


def _is_free(status: str, transparency: str, outlook: str) -> bool:
    """Of the lines, or the values, of an event. Tentative ones keep a time taken; "working elsewhere" does not."""
    return _value(status) == "CANCELLED" or _value(transparency) == "TRANSPARENT" or _value(outlook) in _FREE_IN_OUTLOOK


def _value(line: str) -> str:
    return line.rpartition(":")[2].strip().upper()


def _day(line: str) -> str | None:
    value = line.rpartition(":")[2].strip()
    return value[:8] if re.match(r"[0-9]{8}", value) else None


def _expand(
    lines: _Lines, events: Iterable[tuple[str, ...]], zone: tzinfo, start: datetime, end: datetime
) -> Iterator[Span]:
    """The busy intervals of each occurrence between two moments, by icalendar and recurring-ical-events."""
    import recurring_ical_events

    parts: list[str] = []
    for number, event in enumerate(events):
        missing = [] if any(line.startswith("UID") for line in event) else [f"UID:{number}"]
        parts += ["BEGIN:VEVENT", *missing, *event, "END:VEVENT"]
    for busy in lines.lists:
        parts += ["BEGIN:VFREEBUSY", *busy, "END:VFREEBUSY"]
    try:
        calendar = _parse([*lines.zones, *parts], lines.head)
        query = recurring_ical_events.of(calendar, skip_bad_series=True)
        # A day more on both sides: an event without a zone is compared as if it were in UTC.
        occurrences = query.between(start - _SLACK, end + _SLACK)
        for event in occurrences:
            if not _is_free(*(str(event.get(name, "")) for name in ("STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS"))):
                yield from _span(event, zone)
        for listed in calendar.walk("VFREEBUSY"):
            yield from _listed(listed, zone)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, LookupError, ArithmeticError) as error:
        # Whatever a broken file makes of the libraries. `OutOfTime` and memory are handled above.
        if isinstance(error, LinkRefused | OverflowError):
            raise
        raise LinkRefused(LinkProblem.NOT_CALENDAR) from error


def _parse(lines: list[str], head: Iterable[str]) -> "Calendar":
    """Raises `ValueError`."""
    from icalendar import Calendar
    from icalendar.timezone import tzp

    # The library remembers time zones by name: one calendar's "Customized Time Zone" must not be the next one's.
    tzp.use_default()
    known = [line for line in head if _known_zone(_value_as_is(line))]
    whole = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Balik//EN", *known, *lines, "END:VCALENDAR", ""]
    try:
        calendar = Calendar.from_ical("\r\n".join(whole))
    except ValueError:
        if "BEGIN:VTIMEZONE" not in lines:
            raise
        # A definition of a zone that cannot be read: most names are known without one.
        events = lines.index("BEGIN:VEVENT") if "BEGIN:VEVENT" in lines else len(lines)
        return _parse(lines[events:], head)
    if not isinstance(calendar, Calendar):
        raise ValueError("several calendars")
    return calendar


def _span(event: "Component", zone: tzinfo) -> Iterator[Span]:
    begins, ends = (_instant(event.get(name), zone) for name in ("DTSTART", "DTEND"))
    if begins is not None and ends is not None:
        yield begins, ends


def _listed(component: "Component", zone: tzinfo) -> Iterator[Span]:
    """The busy times of a VFREEBUSY component."""
    values = component.get("FREEBUSY", [])
    for value in values if isinstance(values, list) else [values]:
        if str(value.params.get("FBTYPE", "BUSY")).upper() == "FREE":
            continue
        begins, ends = value.dt if isinstance(value.dt, tuple) else (None, None)
        if begins is not None:
            until = begins + ends if isinstance(ends, timedelta) else ends
            yield _as_instant(begins, zone), _as_instant(until, zone)


def _instant(value: Any, zone: tzinfo) -> datetime | None:
    return None if value is None else _as_instant(value.dt, zone)


def _as_instant(moment: date, zone: tzinfo) -> datetime:
    """A date is its midnight, and a time without a zone is a wall time: both on the owner's clock."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(_UTC)


_UTC = ZoneInfo("UTC")


def _value_as_is(line: str) -> str:
    return line.rpartition(":")[2].strip()


def _known_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


class _OutOfTime(BaseException):
    """Not an `Exception`: a library that handles those must not go on."""


@contextmanager
def _limits() -> Iterator[None]:
    """Inside, the processor time and the memory of this process are limited, where the operating system can."""
    with _limited_time(), _limited_memory():
        yield


@contextmanager
def _limited_time() -> Iterator[None]:
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(_number: int, _frame: object) -> None:
        raise _OutOfTime

    before = signal.signal(signal.SIGVTALRM, stop)
    # Repeated, in case that the first one is raised where it is ignored, such as in a destructor.
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@contextmanager
def _limited_memory() -> Iterator[None]:
    try:
        import resource
    except ImportError:  # not on this operating system
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    size = _address_space()
    wanted = size + MOST_MEMORY
    if not size or (before[0] != resource.RLIM_INFINITY and before[0] <= wanted):
        yield
        return
    resource.setrlimit(resource.RLIMIT_AS, (wanted, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _address_space() -> int:
    """Bytes of address space of this process; 0 where that cannot be read."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
