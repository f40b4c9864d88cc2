"""Working time: examples a person can check by hand, and properties over many zones and changes of the clock."""

import random
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from holidays import list_supported_countries
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import (
    SEARCH_DAYS,
    CalendarError,
    DaysOff,
    Hours,
    NeverOpenError,
    UnknownCountryError,
    UnknownZoneError,
    closing,
    fits,
    is_working,
    local,
    morning,
    named_holidays,
    next_working,
    next_working_day,
    to_utc,
    working_days_after,
    working_days_before,
    working_days_in,
)
from bot.domain.sessions_suggestions import Free, suggest_slots
from tests.seeds import seeds

INDONESIA = DaysOff()
WEEKENDS = DaysOff(country="")
JAKARTA = Hours("Asia/Jakarta")
JAYAPURA = Hours("Asia/Jayapura")
BERLIN = Hours("Europe/Berlin")
NEW_YORK = Hours("America/New_York")

EID = date(2026, 3, 21)  # a Saturday; the Day of Silence is the Thursday before
INDEPENDENCE_DAY = date(2026, 8, 17)  # a Monday
SECOND = timedelta(seconds=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def suggest(
    after: datetime, mentor: Hours, leader: Hours, off: DaysOff, minutes: int, count: int = 3
) -> list[datetime]:
    return suggest_slots(after, Free(mentor), Free(leader), off, minutes, count)


class TestHours:
    def test_unknown_zone_is_told(self) -> None:
        for zone in ("Mars/Olympus", "", "../etc/passwd", "America", "\0"):
            with pytest.raises(UnknownZoneError):
                Hours(zone)

    def test_empty_hours_are_refused(self) -> None:
        with pytest.raises(CalendarError):
            Hours("Asia/Jakarta", time(9), time(9))
        with pytest.raises(CalendarError):
            Hours("Asia/Jakarta", week=(None,) * 7)


class TestDaysOff:
    def test_weekends_and_holidays(self) -> None:
        assert INDONESIA.is_off(EID)
        assert INDONESIA.is_off(INDEPENDENCE_DAY)
        assert INDONESIA.is_off(date(2026, 3, 8))
        assert not INDONESIA.is_off(date(2026, 3, 9))

    @pytest.mark.parametrize("day", [date(2026, 3, 20), date(2026, 12, 24), date(2027, 3, 12), date(2027, 5, 19)])
    def test_joint_leave_is_off_in_indonesia(self, day: date) -> None:
        assert INDONESIA.is_off(day)
        assert not DaysOff(removed=frozenset({day})).is_off(day), "HR can take it out"
        for language, words in (("id", "Cuti Bersama"), ("en", "Joint Holiday")):
            assert words in named_holidays("ID", day, day, language)[day]

    def test_days_of_government_offices_are_not_off_elsewhere(self) -> None:
        emancipation = date(2026, 4, 16)
        assert not DaysOff("US").is_off(emancipation)

    def test_hr_adds_and_removes(self) -> None:
        bridge = date(2026, 3, 9)
        off = DaysOff(added=frozenset({bridge}), removed=frozenset({INDEPENDENCE_DAY, EID}))
        assert off.is_off(bridge)
        assert not off.is_off(INDEPENDENCE_DAY)
        assert off.is_off(EID), "a removal never opens a weekend"

    def test_a_day_both_added_and_removed_is_off(self) -> None:
        day = frozenset({date(2026, 3, 9)})
        assert DaysOff(added=day, removed=day).is_off(date(2026, 3, 9))

    def test_countries_differ(self) -> None:
        unity = date(2026, 10, 3)
        assert DaysOff("DE").is_off(unity)
        assert not INDONESIA.is_off(date(2026, 11, 11))
        assert DaysOff("SA").is_off(date(2026, 3, 13)), "the weekend there is Friday and Saturday"
        assert not DaysOff("SA").is_off(date(2026, 3, 15))

    def test_every_country_that_is_known_can_be_had(self) -> None:
        assert all(DaysOff(code).is_off(date(2026, 12, 26)) in (True, False) for code in list_supported_countries())

    def test_unknown_country_is_told(self) -> None:
        with pytest.raises(UnknownCountryError):
            DaysOff("XX")

    def test_no_country_has_weekends_only(self) -> None:
        assert not WEEKENDS.is_off(INDEPENDENCE_DAY)
        assert WEEKENDS.is_off(EID)


class TestWallTime:
    def test_indonesia_has_three_zones(self) -> None:
        day, nine = date(2026, 3, 9), time(9)
        assert to_utc(day, nine, "Asia/Jakarta") == utc(2026, 3, 9, 2)
        assert to_utc(day, nine, "Asia/Makassar") == utc(2026, 3, 9, 1)
        assert to_utc(day, nine, "Asia/Jayapura") == utc(2026, 3, 9, 0)

    def test_a_gap_moves_forward(self) -> None:
        skipped = to_utc(date(2026, 3, 29), time(2, 30), "Europe/Berlin")
        assert local(skipped, "Europe/Berlin").time() == time(3, 30)

    def test_a_half_hour_gap_moves_forward_by_half_an_hour(self) -> None:
        skipped = to_utc(date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe")
        assert local(skipped, "Australia/Lord_Howe").time() == time(2, 45)

    def test_of_a_repeated_time_the_first_is_meant(self) -> None:
        assert to_utc(date(2026, 10, 25), time(2, 30), "Europe/Berlin") == utc(2026, 10, 25, 0, 30)
        assert to_utc(date(2026, 10, 25), time(2, 30, fold=1), "Europe/Berlin") == utc(2026, 10, 25, 0, 30)

    def test_a_naive_moment_is_refused(self) -> None:
        with pytest.raises(CalendarError):
            local(datetime(2026, 3, 9, 9), "Asia/Jakarta")  # noqa: DTZ001 # naive is what is refused
        with pytest.raises(CalendarError):
            next_working(datetime(2026, 3, 9, 9), JAKARTA, INDONESIA)  # noqa: DTZ001 # likewise


class TestWorkingTime:
    def test_opening_is_inside_and_closing_is_not(self) -> None:
        assert not is_working(utc(2026, 3, 9, 1, 59, 59), JAKARTA, INDONESIA)
        assert is_working(utc(2026, 3, 9, 2), JAKARTA, INDONESIA)
        assert is_working(utc(2026, 3, 9, 9, 59, 59), JAKARTA, INDONESIA)
        assert not is_working(utc(2026, 3, 9, 10), JAKARTA, INDONESIA)

    def test_working_time_is_its_own_next(self) -> None:
        assert next_working(utc(2026, 3, 9, 4), JAKARTA, INDONESIA) == utc(2026, 3, 9, 4)

    def test_evening_waits_for_the_morning_and_friday_for_monday(self) -> None:
        assert next_working(utc(2026, 3, 9, 12), JAKARTA, INDONESIA) == utc(2026, 3, 10, 2)
        assert next_working(utc(2026, 3, 13, 12), JAKARTA, INDONESIA) == utc(2026, 3, 16, 2)

    def test_eid_is_waited_out(self) -> None:
        leave = frozenset(date(2026, 3, day) for day in (18, 20, 23, 24))
        off = DaysOff(added=leave)
        assert next_working(utc(2026, 3, 17, 12), JAKARTA, off) == utc(2026, 3, 25, 2)

    def test_result_is_in_utc_whatever_comes_in(self) -> None:
        inside = datetime(2026, 3, 9, 11, tzinfo=ZoneInfo("Asia/Jakarta"))
        assert next_working(inside, JAKARTA, INDONESIA).tzinfo is UTC

    def test_a_company_that_never_opens_is_told(self) -> None:
        always = frozenset(date(2026, 1, 1) + timedelta(days=i) for i in range(500))
        closed = DaysOff(added=always)
        with pytest.raises(NeverOpenError):
            next_working(utc(2026, 1, 2), JAKARTA, closed)
        with pytest.raises(NeverOpenError):
            next_working_day(date(2026, 1, 2), closed)
        with pytest.raises(NeverOpenError):
            working_days_after(date(2026, 1, 2), 3, closed)

    def test_a_closure_just_shorter_than_the_search_is_crossed(self) -> None:
        first = date(2026, 4, 6)
        shut = DaysOff("", added=frozenset(first + timedelta(days=i) for i in range(SEARCH_DAYS - 4)))
        assert next_working(to_utc(first, time(9), "Asia/Jakarta"), JAKARTA, shut) == utc(2026, 6, 1, 2)

    def test_a_day_missing_from_a_zone_is_not_worked(self) -> None:
        samoa = Hours("Pacific/Apia")
        eve = datetime(2011, 12, 29, 20, tzinfo=ZoneInfo("Pacific/Apia"))
        opening = local(next_working(eve, samoa, WEEKENDS), "Pacific/Apia")
        assert opening == datetime(2012, 1, 2, 9, tzinfo=ZoneInfo("Pacific/Apia"))


class TestDays:
    def test_counting_skips_weekends_and_holidays(self) -> None:
        monday_after = date(2026, 8, 18)
        assert working_days_before(monday_after, 1, INDONESIA) == date(2026, 8, 14)
        assert working_days_before(monday_after, 3, INDONESIA) == date(2026, 8, 12)
        assert working_days_after(date(2026, 8, 14), 1, INDONESIA) == monday_after
        assert working_days_after(date(2026, 8, 14), 5, INDONESIA) == date(2026, 8, 24)

    def test_zero_is_the_day_itself_or_the_nearest(self) -> None:
        assert working_days_before(INDEPENDENCE_DAY, 0, INDONESIA) == date(2026, 8, 14)
        assert working_days_after(INDEPENDENCE_DAY, 0, INDONESIA) == date(2026, 8, 18)
        assert next_working_day(date(2026, 8, 14), INDONESIA) == date(2026, 8, 14)

    def test_a_negative_count_is_refused(self) -> None:
        with pytest.raises(CalendarError):
            working_days_before(INDEPENDENCE_DAY, -1, INDONESIA)

    @given(
        day=st.dates(date(2024, 1, 1), date(2032, 12, 31)),
        n=st.integers(1, 30),
        off=st.sampled_from([INDONESIA, WEEKENDS]),
    )
    @settings(max_examples=300)
    def test_before_and_after_undo_each_other(self, day: date, n: int, off: DaysOff) -> None:
        day = next_working_day(day, off)
        later = working_days_after(day, n, off)
        assert working_days_before(later, n, off) == day
        assert len(working_days_in(day, later, off)) == n


class TestMorning:
    def test_opening_or_the_time_asked_for(self) -> None:
        day = date(2026, 3, 9)
        assert morning(day, JAKARTA, INDONESIA) == utc(2026, 3, 9, 2)
        assert morning(day, JAKARTA, INDONESIA, time(10, 30)) == utc(2026, 3, 9, 3, 30)

    @pytest.mark.parametrize("at", [time(7), time(8, 59), time(17), time(21)])
    def test_a_time_outside_the_hours_means_the_opening(self, at: time) -> None:
        assert morning(date(2026, 3, 9), JAKARTA, INDONESIA, at) == utc(2026, 3, 9, 2)

    def test_a_day_off_gives_the_next_opening(self) -> None:
        assert morning(INDEPENDENCE_DAY, JAKARTA, INDONESIA, time(10)) == utc(2026, 8, 18, 2)


class TestSlots:
    AFTER = utc(2026, 3, 9, 2)

    def test_three_days_inside_both_peoples_hours(self) -> None:
        slots = suggest(self.AFTER, JAYAPURA, JAKARTA, INDONESIA, 60)
        assert len({local(slot, "Asia/Jakarta").date() for slot in slots}) == 3
        for slot in slots:
            assert fits(slot, 60, JAKARTA, INDONESIA)
            assert fits(slot, 60, JAYAPURA, INDONESIA)
            assert local(slot, "Asia/Jakarta").minute in (0, 30)

    def test_times_of_day_differ(self) -> None:
        slots = suggest(self.AFTER, JAKARTA, JAKARTA, INDONESIA, 60)
        assert len({local(slot, "Asia/Jakarta").time() for slot in slots}) == 3

    def test_lunch_and_friday_prayer_are_kept_free(self) -> None:
        for slot in suggest(self.AFTER, JAKARTA, JAKARTA, INDONESIA, 60, count=20):
            begins = local(slot, "Asia/Jakarta")
            ends = begins + timedelta(hours=1)
            pause = time(11, 30) if begins.weekday() == 4 else time(12)
            assert ends.time() <= pause or begins.time() >= time(13)

    def test_lunch_is_better_than_nothing(self) -> None:
        noon_only = Hours("Asia/Jakarta", time(12), time(13))
        assert len(suggest(self.AFTER, noon_only, JAKARTA, INDONESIA, 60)) == 3

    @pytest.mark.parametrize(
        ("opens", "closes", "minutes", "starts"),
        [
            (time(9), time(17), 60, ["Mon 10:30", "Tue 15:00", "Wed 13:30", "Thu 10:30", "Fri 15:00"]),
            (time(11), time(14), 60, ["Mon 11:00", "Tue 13:00", "Wed 13:00", "Thu 11:00", "Fri 13:00"]),
            (time(11), time(12, 30), 30, ["Mon 11:00", "Tue 11:30", "Wed 11:30", "Thu 11:00", "Fri 11:00"]),
            (time(12), time(13), 30, ["Mon 12:00", "Tue 12:30", "Wed 12:30", "Thu 12:00", "Fri 12:30"]),
        ],
    )
    def test_a_week_of_slots(self, opens: time, closes: time, minutes: int, starts: list[str]) -> None:
        mentor = Hours("Asia/Jakarta", opens, closes)
        slots = suggest(self.AFTER, mentor, JAKARTA, INDONESIA, minutes, count=5)
        assert [format(local(slot, "Asia/Jakarta"), "%a %H:%M") for slot in slots] == starts

    def test_the_given_moment_itself_will_do(self) -> None:
        ten_to_eleven = Hours("Asia/Jakarta", time(10), time(11))
        assert suggest(utc(2026, 3, 9, 3), ten_to_eleven, JAKARTA, INDONESIA, 60, count=1) == [utc(2026, 3, 9, 3)]

    def test_an_overlap_across_the_date_line_of_the_working_day_is_found(self) -> None:
        early = Hours("Asia/Jakarta", time(6), time(14))
        late = Hours("America/Los_Angeles", time(10), time(19))
        slots = suggest(self.AFTER, early, late, INDONESIA, 60)
        assert len(slots) == 3
        assert all(fits(slot, 60, early, INDONESIA) and fits(slot, 60, late, INDONESIA) for slot in slots)

    def test_no_common_hour_gives_no_slots(self) -> None:
        assert suggest(self.AFTER, JAKARTA, NEW_YORK, INDONESIA, 60) == []

    def test_only_from_the_given_moment_on(self) -> None:
        late_today = utc(2026, 3, 9, 9, 30)
        assert suggest(late_today, JAKARTA, JAKARTA, INDONESIA, 60)[0] > utc(2026, 3, 10)

    def test_a_zone_off_by_three_quarters_gets_slots_too(self) -> None:
        kathmandu = Hours("Asia/Kathmandu")
        assert len(suggest(self.AFTER, kathmandu, JAKARTA, INDONESIA, 60)) == 3


# ---- properties ------------------------------------------------------------------------------------------------

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


def test_closing_is_the_end_of_the_hours() -> None:
    assert closing(date(2026, 3, 9), JAKARTA) == utc(2026, 3, 9, 10)
    assert closing(date(2026, 3, 30), BERLIN) == utc(2026, 3, 30, 15)
