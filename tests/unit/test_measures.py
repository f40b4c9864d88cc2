"""What may be told of how people changed, and what of it could be worked out."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.measures import Item, MeasureError, Moment, Reading, check, courses
from bot.domain.sessions import Side

DAY = timedelta(days=1)
START = datetime(2027, 1, 25, tzinfo=UTC)
END = START + 180 * DAY
LATER = END + 90 * DAY


def said(people: range, moment: Moment, value: int, item: Item = Item.SKILL) -> list[Reading]:
    at = {Moment.BEFORE: START, Moment.CLOSING: END, Moment.LATER: LATER}[moment]
    return [Reading(one, moment, at, {item: value}) for one in people]


def test_nobody_is_asked_what_is_the_others_or_no_answer() -> None:
    check(Side.MENTEE, Item.SKILL, 5)
    check(Side.MENTEE, Item.USED, 0)
    for side, item, value in (
        (Side.MENTOR, Item.SKILL, 3),
        (Side.MENTEE, Item.STAY, 3),
        (Side.MENTEE, Item.SKILL, 6),
        (Side.MENTEE, Item.USED, 2),
    ):
        with pytest.raises(MeasureError):
            check(side, item, value)


def test_four_people_are_too_few_at_each_moment() -> None:
    few = [one for moment in Moment for one in said(range(4), moment, 3)]
    assert courses(few, LATER) == []


def test_a_change_is_that_of_the_same_people_and_says_nothing_of_the_others() -> None:
    before = said(range(7), Moment.BEFORE, 2) + said(range(7, 8), Moment.BEFORE, 5)
    closing = said(range(7), Moment.CLOSING, 4) + said(range(20, 22), Moment.CLOSING, 1)
    later = said(range(1, 6), Moment.LATER, 3)
    (one,) = courses(before + closing + later, LATER)
    assert one.before is not None
    assert one.before.people == 8
    at_end, on = one.later[Moment.CLOSING], one.later[Moment.LATER]
    assert at_end.change is not None
    assert (at_end.change.average, at_end.change.people, at_end.average) == (2, 7, None)
    assert on.change is not None
    assert (on.change.average, on.change.people) == (1, 5)


def test_where_too_few_answered_both_times_the_average_stands_alone() -> None:
    (one,) = courses(said(range(5), Moment.BEFORE, 2) + said(range(3, 9), Moment.CLOSING, 4), END)
    assert one.later[Moment.CLOSING].change is None
    average = one.later[Moment.CLOSING].average
    assert average is not None
    assert (average.average, average.people) == (4, 6)


def test_what_is_not_settled_is_nobodys_to_see() -> None:
    answers = said(range(6), Moment.BEFORE, 2) + said(range(6), Moment.CLOSING, 4)
    (one,) = courses(answers, END - DAY)
    assert one.later[Moment.CLOSING].change is None
    assert courses(answers, START - DAY) == []
