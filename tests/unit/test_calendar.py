"""Working time: examples a person can check by hand, and properties over many zones and changes of the clock."""

from datetime import UTC, date, datetime, time, timedelta
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

INDONESIA = DaysOff()
WEEKENDS = DaysOff(country="")
JAKARTA = Hours("Asia/Jakarta")
JAYAPURA = Hours("Asia/Jayapura")
BERLIN = Hours("Europe/Berlin")
NEW_YORK = Hours("America/New_York")

EID = date(2026, 3, 21)  # a Saturday; the Day of Silence is the Thursday before
INDEPENDENCE_DAY = date(2026, 8, 17)  # a Monday


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


def test_closing_is_the_end_of_the_hours() -> None:
    assert closing(date(2026, 3, 9), JAKARTA) == utc(2026, 3, 9, 10)
    assert closing(date(2026, 3, 30), BERLIN) == utc(2026, 3, 30, 15)
