"""What becomes of dates and sessions when HR changes the course of a programme."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.course import (
    Act,
    Change,
    Course,
    CourseSession,
    course_after,
    months_between,
    pair_after,
    shift_of,
    wrong,
)
from bot.domain.programme import Cadence
from bot.domain.sessions import Pack, plan

FIRST, LAST = date(2027, 1, 11), date(2027, 7, 10)
NOW = Course(FIRST, LAST)
MONDAY = date(2027, 2, 22)


def sessions(today: date, *, booked: dict[int, date] | None = None) -> list[CourseSession]:
    """A monthly pair's, on a day of the programme: those whose window is over took place."""
    return [
        CourseSession(one.number, one.pack, one.opens, one.closes, (booked or {}).get(one.number), one.closes <= today)
        for one in plan(FIRST, 6, Cadence.MONTHLY)
    ]


def test_a_session_that_is_called_off_takes_the_window_of_one_without_a_time() -> None:
    """Its entry in people's calendars can so be removed."""
    found = pair_after(
        sessions(MONDAY, booked={4: date(2027, 5, 3)}),
        Change(Act.END, day=date(2027, 4, 9)),
        NOW,
        MONDAY,
        Cadence.MONTHLY,
    )
    assert found.called_off == {4}
    assert [one.number for one in found.ahead] == [2, 4]
    assert found.dropped == {3, 5, 6}
    assert found.ahead[-1].pack is Pack.HARVEST


def test_what_was_sent_keeps_its_purpose() -> None:
    known = [
        CourseSession(one.number, one.pack, one.opens, one.closes, one.day, one.over, one.number == 2)
        for one in sessions(MONDAY)
    ]
    found = pair_after(known, Change(Act.END, day=MONDAY), NOW, MONDAY, Cadence.MONTHLY)
    assert [(one.number, one.pack) for one in found.ahead] == [(2, Pack.WORKING_DAY)]


@pytest.mark.parametrize(
    ("act", "fault"),
    [
        (Change(Act.MOVE), "days"),
        (Change(Act.MOVE, days=-364), "end_past"),
        (Change(Act.END, day=LAST), "end_same"),
        (Change(Act.END, day=MONDAY - timedelta(days=1)), "end_past"),
        (Change(Act.END), "end_far"),
        (Change(Act.PAUSE, day=MONDAY), "resumes_past"),
        (Change(Act.GO_ON), "not_paused"),
        (Change(Act.END, day=MONDAY), ""),
    ],
)
def test_what_cannot_be_done(act: Change, fault: str) -> None:
    assert wrong(act, NOW, MONDAY) == fault


@given(length=st.integers(1, 120), after=st.integers(0, 119), today=st.integers(-30, 170))
def test_a_pause_that_ends_early_moves_the_end_by_what_it_took(length: int, after: int, today: int) -> None:
    day = FIRST + timedelta(days=today)
    paused = course_after(Change(Act.PAUSE, day=day + timedelta(days=length)), NOW, day)
    assert paused.last == LAST + timedelta(days=length)
    later = day + timedelta(days=min(after, length - 1))
    assert shift_of(Change(Act.GO_ON), paused, later) == -(length - min(after, length - 1))
    assert course_after(Change(Act.GO_ON), paused, later).last == LAST + (later - day)


@given(
    days=st.integers(-180, 360),
    today=st.integers(0, 180),
    booked=st.dictionaries(st.integers(1, 6), st.integers(0, 200)),
)
@example(days=-61, today=0, booked={1: 0, 5: 0})
def test_another_end_leaves_sessions_in_order_within_it(days: int, today: int, booked: dict[int, int]) -> None:
    day = FIRST + timedelta(days=today)
    change = Change(Act.END, day=LAST + timedelta(days=days))
    if wrong(change, NOW, day):
        return
    known = sessions(day, booked={number: day + timedelta(days=ahead) for number, ahead in booked.items()})
    found = pair_after(known, change, NOW, day, Cadence.MONTHLY)
    assert len({one.number for one in found.ahead}) == len(found.ahead)
    assert all(one.opens < one.closes for one in found.ahead)
    assert not found.dropped & {one.number for one in found.ahead}
    over = {one.number for one in known if one.over or (one.day is None and one.closes <= day)}
    assert not over & ({one.number for one in found.ahead} | found.dropped)
    end = course_after(change, NOW, day).last
    kept = {one.number for one in known if one.day and not one.over} - found.called_off
    assert all((one.day is not None and one.day <= end) or end > LAST for one in known if one.number in kept)


@pytest.mark.parametrize(("end", "months"), [(date(2027, 1, 12), 1), (date(2027, 7, 11), 6), (date(2027, 7, 12), 7)])
def test_months_that_reach_an_end(end: date, months: int) -> None:
    assert months_between(FIRST, end) == months


def test_a_shorter_pause_brings_no_first_day_before_today() -> None:
    """As when HR ends the pause at once: the programme begins today at the earliest."""
    today = date(2027, 1, 20)
    now = Course(date(2027, 1, 25), LAST, resumes=date(2027, 3, 1))
    assert course_after(Change(Act.PAUSE, day=date(2027, 1, 25)), now, today).first == today
    assert course_after(Change(Act.GO_ON), now, today).first == today


@pytest.mark.parametrize(
    ("today", "day", "after"),
    [
        (date(2027, 1, 4), date(2027, 1, 18), Course(date(2027, 1, 18), LAST + timedelta(days=7))),
        (MONDAY, LAST + timedelta(days=3), Course(FIRST, LAST + timedelta(days=3))),
    ],
)
def test_a_move_to_a_day_is_by_the_first_one_or_once_it_began_by_the_last_one(
    today: date, day: date, after: Course
) -> None:
    change = Change(Act.MOVE, day=day, to_day=True)
    assert not wrong(change, NOW, today)
    assert course_after(change, NOW, today) == after
    assert wrong(Change(Act.MOVE, to_day=True), NOW, today) == "to_day"
