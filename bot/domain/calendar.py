"""Working time in any zone, across holidays and clock changes.

A person's hours are wall time and an IANA zone; a moment is an aware `datetime`, and every returned moment is in
UTC. The working time of one day is one interval `[open, close)` between two instants, so a clock change can lengthen
or shorten it but never split it. Functions here search for one next instant; none expands months.
"""

import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from holidays import HolidayBase

SEARCH_DAYS = 60
"""How far times for a session are searched for."""

LONGEST_CLOSED = 430
"""How far a search for an open day goes: longer than the days away that a person can enter (`working_time`), and any
plausible run of days off after them."""

_CATEGORIES = {"ID": ("public", "government")}
"""The categories of the `holidays` package that count in a country; elsewhere its public holidays alone.

In Indonesia the government's "cuti bersama" are days on which offices are closed, too. In other countries the category
means days of government offices only.
"""

_SLACKS_JAKARTA = "Asia/Bangkok"
_DAY = timedelta(days=1)
_WEEK = 7
_ISO = 2  # letters of a country's code
NOON = time(12), time(13)
FRIDAY_PRAYER = time(11, 30), time(13)
"""The usual breaks. Friday prayer starts before noon."""
_FRIDAY = 4
_BY_OFFSET = {7: "Asia/Jakarta", 8: "Asia/Makassar", 9: "Asia/Jayapura"}
"""By hours ahead of UTC: WIB, WITA and WIT."""
INDONESIAN_ZONES = frozenset({*_BY_OFFSET.values(), "Asia/Pontianak"})


class CalendarError(ValueError):
    """A calendar has no answer."""


class UnknownZoneError(CalendarError):
    """No such IANA time zone."""


class UnknownCountryError(CalendarError):
    """No holidays are known for this country code."""


class NeverOpenError(CalendarError):
    """No working time within `LONGEST_CLOSED` days."""


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # an odd name can also hit a folder or leave the database
        raise UnknownZoneError(name) from error


@cache
def _holidays() -> Any:
    """The `holidays` package: imported when a calendar is first read, since every command imports this module."""
    import holidays

    if "holidays.countries" not in sys.modules:
        # Its own __init__ imports every country, 8 MB of them; each module can be found by its name as well.
        countries = ModuleType("holidays.countries")
        countries.__path__ = [str(Path(holidays.__file__).parent / "countries")]
        sys.modules["holidays.countries"] = countries
    return holidays


@lru_cache(maxsize=1024)
def _public_holidays(country: str, year: int, *, joint_leave: bool) -> frozenset[date]:
    return frozenset(_known(country, year, year, joint_leave=joint_leave)) if country else frozenset()


def _known(
    country: str, first: int, last: int, language: str | None = None, *, joint_leave: bool = True
) -> "HolidayBase":
    """The holidays of the years from `first` to `last`, with their names."""
    years, categories = range(first, last + 1), _CATEGORIES.get(country, "public") if joint_leave else "public"
    known: HolidayBase = _holidays().country_holidays(country, years=years, categories=categories, language=language)
    return known


@lru_cache(maxsize=256)
def _weekend(country: str) -> frozenset[int]:
    """The weekdays (Monday is 0) that are the weekend of a country: not Saturday and Sunday everywhere."""
    try:
        return frozenset(_holidays().country_holidays(country).weekend) if country else frozenset({5, 6})
    except NotImplementedError as error:
        raise UnknownCountryError(country) from error


Shift = tuple[time, time]
"""Start, inclusive, and end, exclusive, in wall time. An end that is not after the start is on the next day."""


@dataclass(frozen=True, slots=True)
class Hours:
    """One person's working time, on the clocks of their own zone.

    Without a `week` they work from `start` to `end` on each day that is a working day in their country; with one, as it
    says for each weekday from Monday on. Raises `UnknownZoneError`, `UnknownCountryError`, or `CalendarError` when a
    day's hours are empty, or there is no day.
    """

    zone: str
    start: time = time(9)
    end: time = time(17)
    week: tuple[Shift | None, ...] = ()
    country: str | None = None
    """Whose public holidays and weekend they have; None: the programme's."""
    away: tuple[tuple[date, date], ...] = ()
    """First and last days of the times when they are away."""
    breaks: tuple[Shift | None, Shift | None] | None = None
    """The break of each day, and instead of it that of Friday; None: the usual ones (`breaks_on`)."""

    def __post_init__(self) -> None:
        _zone(self.zone)
        if self.country is not None:
            _weekend(self.country)
        if self.start == self.end or any(shift and shift[0] == shift[1] for shift in self.week):
            raise CalendarError(f"hours end when they start: {self}")
        if self.week and (len(self.week) != _WEEK or not any(self.week)):
            raise CalendarError(f"not a week: {self.week}")

    def shift(self, day: date) -> Shift:
        """The hours of a day; of one without any, the usual ones."""
        return (self.week[day.weekday()] if self.week else None) or (self.start, self.end)

    def own(self, off: "DaysOff") -> "DaysOff":
        """The days off of this person in a programme whose days off are `off`."""
        return _own_days_off(self, off) if self.week or self.away or self.country is not None else off


@dataclass(frozen=True, slots=True)
class DaysOff:
    """The days a company does not work: weekends, public holidays (in Indonesia also joint leave), and HR's changes.

    `country` is an ISO 3166 code; an empty one has no public holidays. A removal makes a public holiday a working
    day, but never a weekend; a day that is both added and removed is off. Raises `UnknownCountryError`.
    """

    country: str = "ID"
    added: frozenset[date] = frozenset()
    removed: frozenset[date] = frozenset()
    joint_leave: bool = True
    """Whether Indonesia's joint leave is off."""
    weekend: frozenset[int] | None = None
    """Weekdays that are off (Monday is 0); None: as usual in the country."""
    away: tuple[tuple[date, date], ...] = ()
    """First and last days of other times off."""

    def __post_init__(self) -> None:
        _weekend(self.country)

    def is_off(self, day: date) -> bool:
        """Whether `day` is off."""
        weekend = _weekend(self.country) if self.weekend is None else self.weekend
        if day.weekday() in weekend or day in self.added or any(first <= day <= last for first, last in self.away):
            return True
        return day in _public_holidays(self.country, day.year, joint_leave=self.joint_leave) and day not in self.removed


def usual_days(country: str) -> tuple[int, ...]:
    """The weekdays (Monday is 0) on which people work in a country. Raises `UnknownCountryError`."""
    return tuple(day for day in range(_WEEK) if day not in _weekend(country))


@lru_cache
def countries() -> tuple[str, ...]:
    """ISO codes of the countries whose public holidays are known."""
    return tuple(sorted({code for _, code, *_ in _holidays().registry.COUNTRIES.values() if len(code) == _ISO}))


@lru_cache(maxsize=8192)
def _own_days_off(hours: Hours, off: DaysOff) -> DaysOff:
    country = off.country if hours.country is None else hours.country
    return DaysOff(
        country,
        off.added,
        # HR's programme works on these holidays, not on those of another country.
        off.removed if country == off.country else frozenset(),
        off.joint_leave,
        frozenset(day for day, shift in enumerate(hours.week) if shift is None) if hours.week else off.weekend,
        hours.away,
    )


def named_holidays(country: str, first: date, last: date, language: str) -> dict[date, str]:
    """The holidays of `[first, last]` that fall on no weekend, joint leave included, with their names, in order."""
    if not country:
        return {}
    known = _known(country, first.year, last.year)
    variants = (language, f"{language}_US", *(one for one in known.supported_languages if one[:3] == f"{language}_"))
    if wanted := next((one for one in variants if one in known.supported_languages), None):
        known = _known(country, first.year, last.year, wanted)
    return {day: known[day] for day in sorted(known) if first <= day <= last and day.weekday() not in _weekend(country)}


def zone_in(zone: str, *, indonesian: bool | None) -> str:
    """The zone of a person whose profile in Slack has `zone`. Raises `UnknownZoneError`.

    Slack offers few zones: who works in Jakarta is often in Asia/Bangkok there, and in Makassar in Asia/Singapore.
    Where all programmes are in Indonesia, a zone whose clocks show the same as one of Indonesia's all year becomes that
    one. Before there is a programme (`indonesian` is None) only Asia/Bangkok does.
    """
    if zone in INDONESIAN_ZONES or not (indonesian or (indonesian is None and zone == _SLACKS_JAKARTA)):
        return zone
    all_year = {datetime(2026, month, 1, tzinfo=_zone(zone)).utcoffset() for month in (1, 4, 7, 10)}
    return next((name for hours, name in _BY_OFFSET.items() if all_year == {timedelta(hours=hours)}), zone)


def local(moment: datetime, zone: str) -> datetime:
    """`moment` on the clocks of `zone`. Raises `CalendarError` for a moment without a zone of its own."""
    if moment.tzinfo is None:
        raise CalendarError(f"not an aware moment: {moment}")
    return moment.astimezone(_zone(zone))


def to_utc(day: date, wall: time, zone: str) -> datetime:
    """The instant at which clocks in `zone` show `wall` on `day`, in UTC.

    A time that the clocks skip moves forward by the skipped time (02:30 becomes 03:30); of a time that occurs
    twice, the first is used.
    """
    return datetime.combine(day, wall.replace(fold=0), _zone(zone)).astimezone(UTC)


def is_working(moment: datetime, hours: Hours, off: DaysOff) -> bool:
    """Whether `moment` is in the person's working time: the opening is inside it, the closing is not."""
    return _shift_with(moment, hours, off) is not None


def workday(moment: datetime, hours: Hours, off: DaysOff) -> date:
    """The day to which a moment belongs on the person's clock: before the end of a night shift, the one before."""
    return _shift_with(moment, hours, off) or local(moment, hours.zone).date()


def _shift_with(moment: datetime, hours: Hours, off: DaysOff) -> date | None:
    """The day on which the shift began in which `moment` is."""
    own, today = hours.own(off), local(moment, hours.zone).date()
    for day in (today, today - _DAY):
        if not own.is_off(day) and _open(day, hours) <= moment < _close(day, hours):
            return day
    return None


def next_working(after: datetime, hours: Hours, off: DaysOff) -> datetime:
    """`after` itself if it is working time, otherwise the next opening, in UTC.

    Raises `NeverOpenError` if there is none within `LONGEST_CLOSED` days.
    """
    if is_working(after, hours, off):
        return after.astimezone(UTC)
    own, first = hours.own(off), local(after, hours.zone).date()
    for day in _days(first):
        if own.is_off(day):
            continue
        opens = _open(day, hours)
        # A day can be missing from a zone (Samoa, 30 December 2011): then its opening is on another date.
        if opens >= after and local(opens, hours.zone).date() == day and opens < _close(day, hours):
            return opens
    raise NeverOpenError(f"{hours} from {first}")


def next_working_day(day: date, off: DaysOff) -> date:
    """`day` itself if it is a working day, otherwise the next one. Raises `NeverOpenError`."""
    return _nearest(day, _DAY, off)


def working_days_before(day: date, n: int, off: DaysOff) -> date:
    """The `n`-th working day before `day`, not counting `day`; for 0 the last one up to `day`. `n` ≥ 0."""
    return _count(day, n, -_DAY, off)


def working_days_after(day: date, n: int, off: DaysOff) -> date:
    """The `n`-th working day after `day`, not counting `day`; for 0 the first one from `day`. `n` ≥ 0."""
    return _count(day, n, _DAY, off)


def working_days_in(opens: date, closes: date, off: DaysOff) -> list[date]:
    """The working days of `[opens, closes)`, in order."""
    span = range((closes - opens).days)
    return [day for i in span if not off.is_off(day := opens + timedelta(days=i))]


def morning(day: date, hours: Hours, off: DaysOff, at: time | None = None) -> datetime:
    """`at` on `day` on the person's own clock, in UTC; on a day off, the next opening instead.

    No `at`, or one outside the hours of that day, means the opening.
    """
    own = hours.own(off)
    if own.is_off(day):
        day, at = next_working_day(day, own), None
    opens, closes = hours.shift(day)
    last = closes if opens < closes else time.max
    wall = at if at is not None and opens <= at < last else opens
    return next_working(to_utc(day, wall, hours.zone), hours, off)


def opening(day: date, hours: Hours) -> datetime:
    """The beginning of the person's working hours on `day`, in UTC, whether or not it is a working day."""
    return _open(day, hours)


def closing(day: date, hours: Hours) -> datetime:
    """The end of the person's working hours on `day`, in UTC, whether or not it is a working day."""
    return _close(day, hours)


def fits(start: datetime, minutes: int, hours: Hours, off: DaysOff) -> bool:
    """Whether `[start, start + minutes)` is within one working day of the person, and overlaps no break they chose."""
    day = _shift_with(start, hours, off)
    if day is None or start + timedelta(minutes=minutes) > _close(day, hours):
        return False
    return hours.breaks is None or not in_break(start, minutes, hours, off)


def wall_text(day: date, wall: time) -> str:
    """A wall time as it is stored: 2027-02-09T10:00."""
    return f"{day.isoformat()}T{wall:%H:%M}"


Span = tuple[datetime, datetime]
"""A start and an end, as instants."""


def overlaps(start: datetime, minutes: int, taken: Collection[Span]) -> bool:
    """Whether `[start, start + minutes)` overlaps one of `taken`."""
    end = start + timedelta(minutes=minutes)
    return any(begins < end and start < ends for begins, ends in taken)


def breaks_on(day: date, hours: Hours, country: str) -> Shift | None:
    """The break of a person in `country` on a day: as they chose, or at noon, and in Indonesia for Friday prayer."""
    friday = day.weekday() == _FRIDAY
    if hours.breaks is not None:
        daily, fridays = hours.breaks
        return fridays or daily if friday else daily
    return FRIDAY_PRAYER if friday and country == "ID" else NOON


def in_break(start: datetime, minutes: int, hours: Hours, off: DaysOff) -> bool:
    """Whether `[start, start + minutes)` overlaps a break of the person."""
    end, country = start + timedelta(minutes=minutes), hours.own(off).country
    for day in {local(moment, hours.zone).date() for moment in (start, end)}:
        pause = breaks_on(day, hours, country)
        if pause and start < to_utc(day, pause[1], hours.zone) and end > to_utc(day, pause[0], hours.zone):
            return True
    return False


def _open(day: date, hours: Hours) -> datetime:
    return to_utc(day, hours.shift(day)[0], hours.zone)


def _close(day: date, hours: Hours) -> datetime:
    opens, closes = hours.shift(day)
    return to_utc(day if opens < closes else day + _DAY, closes, hours.zone)


def _days(first: date, step: timedelta = _DAY) -> Iterator[date]:
    """`LONGEST_CLOSED` days from `first` on."""
    day = first
    for _ in range(LONGEST_CLOSED):
        yield day
        day += step


def _nearest(day: date, step: timedelta, off: DaysOff) -> date:
    for candidate in _days(day, step):
        if not off.is_off(candidate):
            return candidate
    raise NeverOpenError(f"from {day}")


def _count(day: date, n: int, step: timedelta, off: DaysOff) -> date:
    if n < 0:
        raise CalendarError(f"not a number of days: {n}")
    if n == 0:
        return _nearest(day, step, off)
    for _ in range(n):
        day = _nearest(day + step, step, off)
    return day
