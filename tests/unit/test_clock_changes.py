"""Working time around changes of clocks, in many zones: fixed cases and half a million random ones."""

import random
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import (
    DaysOff,
    Hours,
    is_working,
    local,
    next_working,
    to_utc,
)
from tests.seeds import seeds
from tests.unit.test_calendar import INDONESIA, WEEKENDS, utc

SECOND = timedelta(seconds=1)


ZONES = (
    "Asia/Jakarta",
    "Asia/Makassar",
    "Asia/Jayapura",
    "Asia/Kathmandu",
    "Asia/Beirut",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Santiago",
    "America/Havana",
    "America/Nuuk",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Antarctica/Troll",
)


CALENDARS = (INDONESIA, WEEKENDS, DaysOff("DE"), DaysOff("SA"), DaysOff("US", added=frozenset({date(2026, 3, 9)})))


@lru_cache
def clock_changes(zone: str) -> tuple[datetime, ...]:
    """The moments from 2012 to 2035 at which clocks in `zone` change, to the minute, in UTC."""

    def offset(moment: datetime) -> timedelta | None:
        return moment.astimezone(ZoneInfo(zone)).utcoffset()

    found = []
    day, end = utc(2012, 1, 1), utc(2036, 1, 1)
    while day < end:
        following = day + timedelta(days=1)
        if offset(day) != offset(following):
            low, high = day, following
            while high - low > timedelta(minutes=1):
                middle = low + ((high - low) // timedelta(minutes=2)) * timedelta(minutes=1)
                low, high = (middle, high) if offset(middle) == offset(day) else (low, middle)
            found.append(high)
        day = following
    return tuple(found)


def check_next_working(after: datetime, hours: Hours, off: DaysOff) -> None:
    """Everything that must be true of one answer."""
    found = next_working(after, hours, off)
    assert found >= after
    assert found.tzinfo is UTC
    assert is_working(found, hours, off)
    there = local(found, hours.zone)
    assert not off.is_off(there.date())
    if found == after:
        return
    assert not is_working(after, hours, off)
    assert not is_working(found - SECOND, hours, off), "it is the first moment of an opening"
    assert found == to_utc(there.date(), hours.start, hours.zone)
    # No earlier opening was passed over.
    day = local(after, hours.zone).date()
    while day < there.date():
        opening = to_utc(day, hours.start, hours.zone)
        assert opening < after or not is_working(opening, hours, off)
        day += timedelta(days=1)


@lru_cache
def anchors(zone: str) -> tuple[datetime, ...]:
    """Moments worth trying in `zone`: its clock changes, or for a steady clock each month's first from 2012."""
    months = tuple(utc(year, month, 1) for year in range(2012, 2036) for month in range(1, 13))
    return clock_changes(zone) or months


@st.composite
def moments_near_changes(draw: st.DrawFn) -> tuple[datetime, str]:
    zone = draw(st.sampled_from(ZONES))
    near = draw(st.sampled_from(anchors(zone)))
    return near + timedelta(seconds=draw(st.integers(-4 * 86_400, 4 * 86_400))), zone


@st.composite
def hours_in(draw: st.DrawFn, zone: str) -> Hours:
    start = draw(st.integers(0, 1438))
    end = draw(st.integers(start + 1, 1439))
    return Hours(zone, time(start // 60, start % 60), time(end // 60, end % 60))


@given(data=st.data())
@settings(max_examples=600)
def test_next_working_is_the_first_working_moment(data: st.DataObject) -> None:
    after, zone = data.draw(moments_near_changes())
    hours = data.draw(hours_in(zone))
    check_next_working(after, hours, data.draw(st.sampled_from(CALENDARS)))


@given(moment=moments_near_changes(), wall=st.times())
@settings(max_examples=600)
def test_wall_time_comes_back_unless_it_was_skipped(moment: tuple[datetime, str], wall: time) -> None:
    near, zone = moment
    day = local(near, zone).date()
    instant = to_utc(day, wall, zone)
    back = local(instant, zone)
    moved = back.replace(tzinfo=None) - datetime.combine(day, wall)
    assert timedelta() <= moved <= timedelta(hours=2), "a gap moves forward, by no more than itself"
    assert moved or back.fold == 0, "a fold takes the first"


@given(moment=moments_near_changes(), minute=st.integers(0, 32), length=st.integers(1, 32))
@settings(max_examples=150)
def test_agrees_with_a_walk_along_the_clock(moment: tuple[datetime, str], minute: int, length: int) -> None:
    """Against a slow reference that only reads clocks: quarter by quarter, for hours no change of the clock touches."""
    near, zone = moment
    after = near.replace(minute=near.minute // 15 * 15, second=0)
    start = 6 * 60 + minute * 15
    end = min(start + length * 15, 22 * 60 + 45)
    hours = Hours(zone, time(start // 60, start % 60), time(end // 60, end % 60))
    expected = after
    while True:
        there = expected.astimezone(ZoneInfo(zone))
        if there.weekday() < 5 and hours.start <= there.time() < hours.end:
            break
        expected += timedelta(minutes=15)
    assert next_working(after, hours, WEEKENDS) == expected


def random_cases(count: int, seed: int) -> None:
    """`check_next_working` for `count` cases around changes of the clock, drawn without hypothesis' book-keeping."""
    rng = random.Random(seed)
    pools = [(zone, anchors(zone)) for zone in ZONES]
    shifts = [
        Hours(zone, time(a // 60, a % 60), time(b // 60, b % 60))
        for zone in ZONES
        for a, b in (sorted(rng.sample(range(1440), 2)) for _ in range(200))
    ]
    per_zone = {zone: [hours for hours in shifts if hours.zone == zone] for zone in ZONES}
    for _ in range(count):
        zone, changes = pools[int(rng.random() * len(pools))]
        hours = per_zone[zone][int(rng.random() * 200)]
        near = changes[int(rng.random() * len(changes))]
        after = near + timedelta(seconds=int((rng.random() - 0.5) * 4 * 86_400))
        check_next_working(after, hours, CALENDARS[int(rng.random() * len(CALENDARS))])


@pytest.mark.simulation
@pytest.mark.parametrize("seed", seeds(1))
def test_twenty_thousand_cases_around_clock_changes(seed: int) -> None:
    random_cases(20_000, seed)


@pytest.mark.soak
def test_soak_of_half_a_million_cases() -> None:
    random_cases(500_000, seed=2)
