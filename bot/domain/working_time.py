"""A person's working time as they choose it and as it is stored, and what is refused."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from bot.domain.calendar import Hours, Shift

USUAL = time(9), time(17)
WEEKDAYS = 7
SHORTEST = timedelta(hours=1)
"""Of a working day: messages come only then, and a session of an hour needs as much."""
FEW_HOURS = timedelta(hours=8)
"""In a week: people who work less are told that messages wait."""
LONGEST_BREAK = timedelta(hours=4)
MOST_AWAY = 12
FARTHEST_AWAY = timedelta(days=366)
"""How far ahead days away can be entered. `calendar.LONGEST_CLOSED` is longer: a message always finds a day."""

Week = tuple[Shift | None, ...]
Away = tuple[date, date]
Breaks = tuple[Shift | None, Shift | None]

PRESETS: dict[str, Shift] = {
    "h0800": (time(8), time(17)),
    "h0830": (time(8, 30), time(17, 30)),
    "h0900": USUAL,
    "h0900_18": (time(9), time(18)),
}
"""Usual hours, to be chosen with one tap; days as usual in the country."""


class InvalidTime(ValueError):
    """Why a working time is refused: errors, by field."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__(faults)
        self.faults = faults


@dataclass(frozen=True)
class WorkingTime:
    """What a person chose. An empty week: `usual` hours on the working days of their country."""

    usual: Shift = USUAL
    week: Week = ()
    breaks: Breaks | None = None
    country: str | None = None
    away: tuple[Away, ...] = field(default_factory=tuple)

    @property
    def preset(self) -> str:
        """The name of the usual hours; "" for others."""
        return "" if self.week else next((name for name, shift in PRESETS.items() if shift == self.usual), "")

    def hours(self, zone: str) -> Hours:
        return Hours(zone, *self.usual, self.week, self.country, self.away, self.breaks)

    def a_week(self) -> timedelta:
        """How long they work in a usual week."""
        shifts = self.week or (self.usual,) * 5
        return sum((length(one) for one in shifts if one), timedelta())

    def without(self, away: Away) -> "WorkingTime":
        return replace(self, away=tuple(one for one in self.away if one != away))

    def current(self, today: date) -> "WorkingTime":
        """Without the days away that are over."""
        return replace(self, away=tuple(one for one in self.away if one[1] >= today))


def length(shift: Shift) -> timedelta:
    """How long a shift is."""
    begins, ends = (datetime.combine(date.min, wall) for wall in shift)
    return ends - begins if begins < ends else ends + timedelta(days=1) - begins


def check_week(week: Week) -> Week:
    """A week as chosen, if it can be. Raises `InvalidTime`: days (no day at all), short."""
    if not any(week):
        raise InvalidTime({"days": "no_day"})
    short = [day for day, shift in enumerate(week) if shift and length(shift) < SHORTEST]
    if short:
        raise InvalidTime({f"end_{day}": "short" for day in short})
    return week


def check_breaks(breaks: Breaks) -> Breaks:
    """Raises `InvalidTime`: daily, friday."""
    names = dict(zip(("daily", "friday"), breaks, strict=True))
    wrong = {
        name: "break" for name, one in names.items() if one and not (one[0] < one[1] and length(one) <= LONGEST_BREAK)
    }
    if wrong:
        raise InvalidTime(wrong)
    return breaks


def add_away(known: Sequence[Away], first: date, last: date, today: date) -> tuple[Away, ...]:
    """With one more time away; times that meet become one. Raises `InvalidTime`: first, last."""
    if last < first:
        raise InvalidTime({"last": "order"})
    if last < today:
        raise InvalidTime({"last": "past"})
    if last > today + FARTHEST_AWAY:
        raise InvalidTime({"last": "far"})
    joined = join_away([*(one for one in known if one[1] >= today), (first, last)])
    if len(joined) > MOST_AWAY:
        raise InvalidTime({"first": "many"})
    return joined


def join_away(spans: Iterable[Away]) -> tuple[Away, ...]:
    """In order; spans that overlap or follow each other become one."""
    joined: list[Away] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + timedelta(days=1):
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    return tuple(joined)


# As stored in the columns of `Person`


def write_week(week: Week) -> str:
    """Seven times "09:00-17:00" from Monday on, "" for a day off, separated by commas; "" for no week."""
    return ",".join(write_shift(shift) for shift in week)


def write_shift(shift: Shift | None) -> str:
    return f"{shift[0]:%H:%M}-{shift[1]:%H:%M}" if shift else ""


def write_breaks(breaks: Breaks | None) -> str | None:
    """The daily break and that of Friday, as "12:00-13:00,11:30-13:00"."""
    return None if breaks is None else ",".join(write_shift(one) for one in breaks)


def write_away(away: Iterable[Away]) -> str:
    """ISO 8601 intervals of days, separated by commas: "2027-01-04/2027-01-08"."""
    return ",".join(f"{first.isoformat()}/{last.isoformat()}" for first, last in away)


def read_shift(text: str) -> Shift | None:
    if not re.fullmatch(r"\d\d:\d\d-\d\d:\d\d", text):
        return None
    start, end = text.split("-")
    return time.fromisoformat(start), time.fromisoformat(end)


@lru_cache(maxsize=8192)
def read(
    start: str, end: str, week: str = "", breaks: str | None = None, country: str | None = None, away: str = ""
) -> WorkingTime:
    """From the stored columns."""
    daily, _, friday = (breaks or "").partition(",")
    spans = [tuple(date.fromisoformat(day) for day in one.split("/")) for one in away.split(",") if one]
    return WorkingTime(
        (time.fromisoformat(start), time.fromisoformat(end)),
        tuple(read_shift(one) for one in week.split(",")) if week else (),
        None if breaks is None else (read_shift(daily), read_shift(friday)),
        country,
        tuple((first, last) for first, last in spans),
    )


@lru_cache(maxsize=8192)
def read_hours(
    zone: str,
    start: str,
    end: str,
    week: str = "",
    breaks: str | None = None,
    country: str | None = None,
    away: str = "",
) -> Hours:
    """The same as `Hours`: one object for equal columns, as most people have. Raises `CalendarError`."""
    return read(start, end, week, breaks, country, away).hours(zone)
