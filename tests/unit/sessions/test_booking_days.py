"""The days on which people are asked to meet."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.sessions_booking_days import booking_days

DAYS = st.dates(date(2027, 1, 1), date(2027, 12, 31))


@given(DAYS, DAYS, DAYS, DAYS)
def test_no_day_that_has_passed_is_named(first: date, last: date, today: date, latest: date) -> None:
    days = booking_days(min(first, last), max(first, last), today, latest)
    assert today <= days.opens <= days.closes
    if not days.is_late:
        assert days.closes == max(first, last), "the plan stays"


def test_what_is_named_after_a_pause() -> None:
    first, last, latest = date(2027, 3, 4), date(2027, 3, 10), date(2027, 3, 31)
    assert booking_days(first, last, date(2027, 3, 1), latest) == (first, last, False)
    assert booking_days(first, last, date(2027, 3, 8), latest) == (date(2027, 3, 8), last, False)
    assert booking_days(first, last, date(2027, 3, 16), latest) == (date(2027, 3, 16), latest, True)
