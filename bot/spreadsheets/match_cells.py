"""Reads single cells of the people to be matched: lists, working hours, time zones."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import ceil, floor
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.signup import hours_mask

ZONE = "Asia/Jakarta"
INDONESIAN = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}
A_MONDAY = date(2027, 1, 4)
"""The week used where daylight saving time would make a difference."""
_HOURS = re.compile(r"^(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|—|to|sampai|s/d)\s*(\d{1,2})(?:[:.](\d{2}))?$")


class WrongCell(Exception):
    """A cell cannot be interpreted."""

    def __init__(self, code: str, **values: Any) -> None:
        self.code, self.values = code, values


def several(cell: str, known: Callable[[str], bool] = lambda _text: False) -> list[str]:
    """The parts of a cell: by semicolons, bars or lines, or else by commas, but for those within a name or brackets."""
    if not cell.strip():
        return []
    if known(cell):
        return [cell]
    parts = [part.strip() for part in re.split(r"[;|\r\n]+", cell)]
    if len(parts) == 1:
        parts = [part.strip() for part in re.split(r",(?![^(]*\))", cell)]
    return [part for part in parts if part]


def free_hours(hours: str, zone: str) -> int:
    """The hours of the week in UTC at which a person works; 0 for unknown ones. Raises `WrongCell`."""
    if not hours and not zone:
        return 0
    return _mask(hours or "09:00-17:00", zone or "WIB")


@lru_cache(maxsize=4096)
def _mask(hours: str, zone: str) -> int:
    """The hours of the week in UTC that lie wholly in these hours of Monday to Friday."""
    match = _HOURS.match(hours.strip())
    opens, closes = [_minutes(match[i], match[i + 1]) for i in (1, 3)] if match else (0, 0)
    if not 0 <= opens < closes <= 24 * 60:
        raise WrongCell("hours_unknown", value=hours)
    there = _zone(zone)
    free: set[int] = set()
    for day in range(5):
        midnight = datetime.combine(A_MONDAY + timedelta(days=day), time(), there)
        east = (midnight.utcoffset() or timedelta()) // timedelta(minutes=1)
        first, last = ((24 * 60 * day + wall - east) / 60 for wall in (opens, closes))
        free.update(hour % 168 for hour in range(ceil(first), floor(last)))
    return hours_mask(free)


def _minutes(hour: str, minute: str | None) -> int:
    return int(hour) * 60 + int(minute or 0) if int(minute or 0) < 60 else -1


def _zone(text: str) -> ZoneInfo:
    name = INDONESIAN.get(text.strip().casefold(), text.strip())
    if name not in available_timezones():
        raise WrongCell("zone_unknown", value=text)
    return ZoneInfo(name)
