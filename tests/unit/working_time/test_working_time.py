"""Working time as people choose it: by day, by night, with breaks, holidays of their own, and days away."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.calendar import (
    LONGEST_CLOSED,
    DaysOff,
    Hours,
    countries,
    fits,
    is_working,
    morning,
    next_working,
    usual_days,
    workday,
    working_days_after,
)
from bot.domain.sessions import Pack, PlannedSession, Side, StepKind, due, timeline
from bot.domain.sessions_suggestions import Free, suggest_slots
from bot.domain.working_time import (
    FARTHEST_AWAY,
    InvalidTime,
    WorkingTime,
    add_away,
    check_week,
    read,
    write_away,
    write_breaks,
    write_week,
)
from bot.services.matching.solver_input import free_hours

ID = DaysOff("ID")
DAY = time(9), time(17)
NIGHT = time(22), time(6)
PART_TIME = Hours("Asia/Jakarta", week=(DAY, DAY, (time(13), time(17)), None, None, None, None))
NIGHT_SHIFT = Hours("Asia/Jakarta", week=(NIGHT, NIGHT, NIGHT, NIGHT, NIGHT, None, None))


def wib(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2027, whose first Monday is the first."""
    return datetime(2027, 3, day, hour, minute, tzinfo=ZoneInfo("Asia/Jakarta")).astimezone(UTC)


class TestByDay:
    def test_each_day_has_its_own_hours(self) -> None:
        assert is_working(wib(1, 9), PART_TIME, ID)
        assert not is_working(wib(3, 9), PART_TIME, ID)
        assert next_working(wib(3, 9), PART_TIME, ID) == wib(3, 13)
        assert next_working(wib(3, 17), PART_TIME, DaysOff("")) == wib(8, 9)

    def test_working_days_are_the_persons(self) -> None:
        assert working_days_after(date(2027, 3, 3), 1, PART_TIME.own(DaysOff(""))) == date(2027, 3, 8)

    def test_weekends_of_a_country_are_its_own(self) -> None:
        assert usual_days("ID") == (0, 1, 2, 3, 4)
        assert usual_days("AE") != usual_days("EG")
        assert set(usual_days("EG")) == {0, 1, 2, 3, 6}

    def test_every_country_has_holidays(self) -> None:
        assert len(countries()) > 200
        for code in ("ID", "SG", "DE", "US", "AE", "NP"):
            DaysOff(code).is_off(date(2027, 3, 1))


class TestNight:
    def test_a_shift_belongs_to_the_day_on_which_it_begins(self) -> None:
        assert is_working(wib(2, 3), NIGHT_SHIFT, ID)
        assert workday(wib(2, 3), NIGHT_SHIFT, ID) == date(2027, 3, 1)
        assert is_working(wib(6, 5, 59), NIGHT_SHIFT, ID), "Friday's shift ends on Saturday"
        assert not is_working(wib(6, 6), NIGHT_SHIFT, ID)
        assert not is_working(wib(1, 5), NIGHT_SHIFT, ID), "there is no shift on Sunday"

    def test_a_session_is_within_one_shift(self) -> None:
        assert fits(wib(1, 23, 30), 60, NIGHT_SHIFT, ID)
        assert fits(wib(2, 5), 60, NIGHT_SHIFT, ID)
        assert not fits(wib(2, 5, 30), 60, NIGHT_SHIFT, ID)

    def test_times_are_suggested_in_the_night(self) -> None:
        both = Free(NIGHT_SHIFT), Free(NIGHT_SHIFT)
        slots = suggest_slots(wib(1, 9), *both, ID, 60)
        assert len(slots) == 3
        assert all(fits(slot, 60, NIGHT_SHIFT, ID) for slot in slots)

    @pytest.mark.parametrize("hour", [22, 23, 0, 2, 5])
    def test_everything_about_a_session_comes_before_it_in_working_time(self, hour: int) -> None:
        start = wib(17 if hour < 12 else 16, hour)
        planned = PlannedSession(1, Pack.CONTRACT, date(2027, 3, 1), date(2027, 4, 1))
        for step in timeline(planned, start, 60, NIGHT_SHIFT, NIGHT_SHIFT, ID):
            if step.side is None:
                continue
            assert is_working(step.at, NIGHT_SHIFT, ID)
            if step.kind in (StepKind.REMINDER, StepKind.MENTOR_PACK, StepKind.LEADER_PACK):
                assert step.at <= start


class TestDaylightSaving:
    @pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31)])
    def test_a_night_across_the_change_is_one_shift(self, day: date) -> None:
        """Clocks change at two or three in the morning of a Sunday: the shift has seven or nine hours."""
        berlin = Hours("Europe/Berlin", week=(NIGHT,) * 7)
        opens = morning(day - timedelta(days=1), berlin, DaysOff(""))
        moments = [opens + timedelta(minutes=30 * half) for half in range(20)]
        worked = [one for one in moments if is_working(one, berlin, DaysOff(""))]
        assert worked == moments[: len(worked)]
        assert len(worked) == (14 if day.month == 3 else 18)

    def test_suggestions_keep_both_clocks_across_it(self) -> None:
        berlin, jakarta = Hours("Europe/Berlin"), Hours("Asia/Jakarta")
        slots = suggest_slots(datetime(2027, 3, 24, tzinfo=UTC), Free(berlin), Free(jakarta), DaysOff(""), 60, count=8)
        assert len(slots) == 8
        assert all(fits(one, 60, who, DaysOff("")) for one in slots for who in (berlin, jakarta))


class TestBreaks:
    def test_a_chosen_break_is_no_time_for_a_session(self) -> None:
        lunch = Hours("Asia/Jakarta", breaks=((time(11), time(12)), (time(11, 30), time(13))))
        assert not fits(wib(1, 11, 30), 30, lunch, ID)
        assert fits(wib(1, 12), 60, lunch, ID)
        assert not fits(wib(5, 12, 30), 60, lunch, ID), "on Friday"
        assert is_working(wib(1, 11, 30), lunch, ID), "messages can come"

    def test_friday_prayer_is_kept_free_by_default_in_indonesia(self) -> None:
        for country, free in (("ID", True), ("SG", False)):
            friday = Free(Hours("Asia/Jakarta", week=(None,) * 4 + ((time(10), time(12, 30)),) + (None,) * 2))
            slots = suggest_slots(wib(1, 9), friday, friday, DaysOff(country), 60)
            begins = [one.astimezone(ZoneInfo("Asia/Jakarta")).time() for one in slots]
            assert all(at <= time(10, 30) for at in begins) == free

    def test_shared_hours_leave_out_breaks_and_count_the_night(self) -> None:
        monday = date(2027, 3, 1)
        assert free_hours(Hours("Asia/Jakarta"), monday, ID).bit_count() == 40
        lunch = Hours("Asia/Jakarta", breaks=((time(12), time(13)), None))
        assert free_hours(lunch, monday, ID).bit_count() == 35
        assert free_hours(NIGHT_SHIFT, monday, ID).bit_count() == 40
        away = Hours("Asia/Jakarta", away=((monday, monday + timedelta(days=60)),))
        assert free_hours(away, monday, ID).bit_count() == 40, "a usual week"


class TestAway:
    def test_messages_wait_and_find_a_day_however_long(self) -> None:
        first, last = date(2027, 3, 1), date(2027, 3, 1) + FARTHEST_AWAY
        hours = Hours("Asia/Jakarta", away=((first, last),))
        moment = next_working(wib(1, 9), hours, ID)
        assert moment.date() > last
        assert (moment.date() - first).days < LONGEST_CLOSED

    def test_holidays_of_another_country_replace_the_programmes(self) -> None:
        holiday = date(2027, 3, 8)
        added = DaysOff("ID", added=frozenset({date(2027, 3, 4)}), removed=frozenset({holiday}))
        german = Hours("Asia/Jakarta", country="DE")
        assert german.own(added).is_off(date(2027, 3, 4)), "a day off of the company"
        assert not german.own(DaysOff("ID")).is_off(date(2027, 3, 9))
        assert DaysOff("ID").is_off(date(2027, 3, 9)), "Nyepi and Eid week"

    def test_of_two_people_only_who_is_there_is_asked_to_book(self) -> None:
        away = Hours("Asia/Jakarta", away=((date(2027, 4, 1), date(2027, 5, 1)),))
        planned = PlannedSession(1, Pack.CONTRACT, date(2027, 4, 5), date(2027, 4, 30))
        steps = timeline(planned, None, 60, away, Hours("Asia/Jakarta"), DaysOff(""))
        assert {step.side for step in steps if step.kind is StepKind.BOOKING_NUDGE} == {Side.LEADER}

    def test_nobody_waits_for_months_until_a_poll_closes(self) -> None:
        away = Hours("Asia/Jakarta", away=((date(2027, 4, 7), date(2028, 3, 1)),))
        planned = PlannedSession(1, Pack.CONTRACT, date(2027, 4, 5), date(2027, 4, 30))
        start = datetime(2027, 4, 6, 3, tzinfo=UTC)
        steps = timeline(planned, start, 60, away, Hours("Asia/Jakarta"), DaysOff(""))
        (close,) = (one for one in steps if one.kind is StepKind.POLL_CLOSE)
        assert close.at < datetime(2027, 5, 10, tzinfo=UTC)
        found = due(
            steps, [], datetime(2027, 4, 8, 3, tzinfo=UTC), {Side.MENTOR: away, Side.LEADER: Hours("Asia/Jakarta")}, ID
        )
        assert found.next_at is not None

    def test_times_away_that_meet_become_one(self) -> None:
        today = date(2027, 3, 1)
        week = (date(2027, 3, 1), date(2027, 3, 5))
        assert add_away([week], date(2027, 3, 6), date(2027, 3, 9), today) == ((week[0], date(2027, 3, 9)),)
        for first, last, fault in (
            (date(2027, 3, 5), date(2027, 3, 4), "order"),
            (date(2027, 2, 1), date(2027, 2, 4), "past"),
            (date(2027, 3, 5), date(2028, 3, 9), "far"),
        ):
            with pytest.raises(InvalidTime) as wrong:
                add_away([], first, last, today)
            assert fault in wrong.value.faults.values()


class TestRefused:
    def test_a_week_without_a_day_and_days_that_are_too_short(self) -> None:
        with pytest.raises(InvalidTime) as wrong:
            check_week((None,) * 7)
        assert wrong.value.faults == {"days": "no_day"}
        with pytest.raises(InvalidTime) as wrong:
            check_week((DAY, (time(9), time(9, 45)), *(None,) * 5))
        assert wrong.value.faults == {"end_1": "short"}
        assert check_week((NIGHT, *(None,) * 6))


def test_what_is_stored_is_read_back() -> None:
    chosen = WorkingTime(
        (time(8, 30), time(17)),
        PART_TIME.week,
        ((time(12), time(13)), None),
        "SG",
        ((date(2027, 1, 4), date(2027, 1, 8)), (date(2027, 2, 1), date(2027, 2, 1))),
    )
    week, breaks, away = write_week(chosen.week), write_breaks(chosen.breaks), write_away(chosen.away)
    assert read("08:30", "17:00", week, breaks, "SG", away) == chosen
    assert read("09:00", "17:00") == WorkingTime()
