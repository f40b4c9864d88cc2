"""Working time in any zone, across holidays and clock changes.

A person's hours are wall time and an IANA zone; a moment is an aware `datetime`, and every returned moment is in
UTC. The working time of one day is one interval `[open, close)` between two instants, so a clock change can lengthen
or shorten it but never split it. Functions here search for one next instant; none expands months.
"""

import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

import holidays

if "holidays.countries" not in sys.modules:
    # Its own __init__ imports every country, 8 MB of them; each module can be found by its name as well.
    _countries = ModuleType("holidays.countries")
    _countries.__path__ = [str(Path(holidays.__file__).parent / "countries")]
    sys.modules["holidays.countries"] = _countries

SEARCH_DAYS = 60
"""How far a search for an open day goes: longer than any plausible run of days off."""

_CATEGORIES = {"ID": ("public", "government")}
"""The categories of the `holidays` package that count in a country; elsewhere its public holidays alone.

In Indonesia the government's "cuti bersama" are days on which offices are closed, too. In other countries the category
means days of government offices only.
"""

_SLACKS_JAKARTA = "Asia/Bangkok"
_DAY = timedelta(days=1)
_NOON_BREAK = time(12), time(13)
_FRIDAY_BREAK = time(11, 30), time(13)  # Friday prayer starts before noon
_FRIDAY = 4
_SPREAD = ((1, 4), (3, 4), (1, 2))  # a late morning, a mid-afternoon, the middle: a choice instead of three times 09:00
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
    """No working time within `SEARCH_DAYS`."""


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # an odd name can also hit a folder or leave the database
        raise UnknownZoneError(name) from error


@lru_cache(maxsize=1024)
def _public_holidays(country: str, year: int, *, joint_leave: bool) -> frozenset[date]:
    return frozenset(_known(country, year, year, joint_leave=joint_leave)) if country else frozenset()


def _known(
    country: str, first: int, last: int, language: str | None = None, *, joint_leave: bool = True
) -> holidays.HolidayBase:
    """The holidays of the years from `first` to `last`, with their names."""
    years, categories = range(first, last + 1), _CATEGORIES.get(country, "public") if joint_leave else "public"
    return holidays.country_holidays(country, years=years, categories=categories, language=language)


@lru_cache(maxsize=256)
def _weekend(country: str) -> frozenset[int]:
    """The weekdays (Monday is 0) that are the weekend of a country: not Saturday and Sunday everywhere."""
    try:
        return frozenset(holidays.country_holidays(country).weekend) if country else frozenset({5, 6})
    except NotImplementedError as error:
        raise UnknownCountryError(country) from error


@dataclass(frozen=True, slots=True)
class Hours:
    """One person's working hours: wall time in their own zone, `start` inclusive, `end` exclusive, on the same day.

    Raises `UnknownZoneError`, or `CalendarError` when the hours are empty.
    """

    zone: str
    start: time = time(9)
    end: time = time(17)

    def __post_init__(self) -> None:
        _zone(self.zone)
        if self.start >= self.end:
            raise CalendarError(f"hours end before they start: {self.start}-{self.end}")


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

    def __post_init__(self) -> None:
        _weekend(self.country)

    def is_off(self, day: date) -> bool:
        """Whether `day` is off."""
        if day.weekday() in _weekend(self.country) or day in self.added:
            return True
        return day in _public_holidays(self.country, day.year, joint_leave=self.joint_leave) and day not in self.removed


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
    day = local(moment, hours.zone).date()
    return not off.is_off(day) and _open(day, hours) <= moment < _close(day, hours)


def next_working(after: datetime, hours: Hours, off: DaysOff) -> datetime:
    """`after` itself if it is working time, otherwise the next opening, in UTC.

    Raises `NeverOpenError` if there is none within `SEARCH_DAYS`.
    """
    first = local(after, hours.zone).date()
    for day in _days(first):
        if off.is_off(day):
            continue
        moment = max(after, _open(day, hours))
        # A day can be missing from a zone (Samoa, 30 December 2011): then its opening is on another date.
        if moment < _close(day, hours) and local(moment, hours.zone).date() == day:
            return moment.astimezone(UTC)
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

    No `at`, or one outside the hours, means the opening.
    """
    wall = at if at is not None and hours.start <= at < hours.end else hours.start
    if off.is_off(day):
        day, wall = next_working_day(day, off), hours.start
    return next_working(to_utc(day, wall, hours.zone), hours, off)


def closing(day: date, hours: Hours) -> datetime:
    """The end of the person's working hours on `day`, in UTC, whether or not it is a working day."""
    return _close(day, hours)


def fits(start: datetime, minutes: int, hours: Hours, off: DaysOff) -> bool:
    """Whether `[start, start + minutes)` is within one working day of the person."""
    day = local(start, hours.zone).date()
    ends = start + timedelta(minutes=minutes)
    return not off.is_off(day) and _open(day, hours) <= start and ends <= _close(day, hours)


def wall_text(day: date, wall: time) -> str:
    """A wall time as it is stored: 2027-02-09T10:00."""
    return f"{day.isoformat()}T{wall:%H:%M}"


Span = tuple[datetime, datetime]
"""A start and an end, as instants."""


def overlaps(start: datetime, minutes: int, taken: Collection[Span]) -> bool:
    """Whether `[start, start + minutes)` overlaps one of `taken`."""
    end = start + timedelta(minutes=minutes)
    return any(begins < end and start < ends for begins, ends in taken)


def suggest_slots(
    after: datetime,
    mentor: Hours,
    mentee: Hours,
    off: DaysOff,
    minutes: int,
    count: int = 3,
    taken: Collection[Span] = (),
) -> list[datetime]:
    """Up to `count` starts from `after` on, in UTC, in order, each on another day of the leader's.

    Each is a round half hour on the leader's clock, within both people's working hours, and overlaps none of `taken`.
    Lunch and Friday prayer are kept free if the day has another time. Empty if the two never work at the same time
    within `SEARCH_DAYS`.
    """
    slots: list[datetime] = []
    for day in _days(local(after, mentee.zone).date()):
        if len(slots) >= count:
            break
        if off.is_off(day):
            continue
        possible = [
            start
            for start in _half_hours(day, mentee)
            if start >= after
            and fits(start, minutes, mentee, off)
            and fits(start, minutes, mentor, off)
            and not overlaps(start, minutes, taken)
        ]
        calm = [s for s in possible if not any(_in_break(s, minutes, who.zone) for who in (mentor, mentee))]
        if options := calm or possible:
            part, whole = _SPREAD[len(slots) % len(_SPREAD)]
            slots.append(options[len(options) * part // whole])
    return slots


def _open(day: date, hours: Hours) -> datetime:
    return to_utc(day, hours.start, hours.zone)


def _close(day: date, hours: Hours) -> datetime:
    return to_utc(day, hours.end, hours.zone)


def _days(first: date, step: timedelta = _DAY) -> Iterator[date]:
    """`SEARCH_DAYS` days from `first` on."""
    day = first
    for _ in range(SEARCH_DAYS):
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


def _half_hours(day: date, hours: Hours) -> Iterator[datetime]:
    """Every round half hour of the person's day, in UTC."""
    for half in range(48):
        wall = time(half // 2, 30 * (half % 2))
        if hours.start <= wall < hours.end:
            yield to_utc(day, wall, hours.zone)


def _in_break(start: datetime, minutes: int, zone: str) -> bool:
    """Whether `[start, start + minutes)` overlaps the midday break on the clocks of `zone`."""
    begins = local(start, zone)
    pause, resume = _FRIDAY_BREAK if begins.weekday() == _FRIDAY else _NOON_BREAK
    return start < to_utc(begins.date(), resume, zone) and start + timedelta(minutes=minutes) > to_utc(
        begins.date(), pause, zone
    )
