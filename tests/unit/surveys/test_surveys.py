"""What may be told of how people changed: published in groups, as a change or as an average, never as both."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from bot.domain.figures import Group, Published, Value, group, may_publish
from bot.domain.sessions import Side
from bot.domain.surveys import (
    FIRST_SET,
    ITEMS,
    MOST_QUESTIONS,
    OF_BOTH,
    SETS,
    Done,
    Item,
    MeasureError,
    Moment,
    SurveyAnswers,
    check,
    courses,
    measure_of,
    questions,
    waiting,
)

DAY = timedelta(days=1)
START = datetime(2027, 1, 25, tzinfo=UTC)
END = START + 180 * DAY
LATER = END + 90 * DAY


def said(people: Iterable[int], moment: Moment, value: int, item: Item = Item.SKILL) -> list[SurveyAnswers]:
    at = {Moment.BEFORE: START, Moment.CLOSING: END, Moment.LATER: LATER}[moment]
    source = 1000 * list(Moment).index(moment)
    return [SurveyAnswers(one, moment, at, {item: value}, source + one) for one in people]


class Programme:
    """What was published so far, in memory."""

    def __init__(self) -> None:
        self.groups: dict[str, list[Group]] = defaultdict(list)
        self.values: dict[str, list[Value]] = defaultdict(list)

    @property
    def published(self) -> Published:
        return Published(self.groups)

    def publish(self, readings: Iterable[SurveyAnswers], now: datetime) -> None:
        done = Done(
            [(measure, one.source) for measure, values in self.values.items() for one in values],
            [(measure, one.person) for measure, values in self.values.items() for one in values],
        )
        for measure, basis, values in waiting(readings, self.published, done, now):
            if may_publish(measure, values):
                known = {one.person for one in self.values[measure]}
                last = self.groups[measure][-1] if self.groups[measure] else None
                self.groups[measure].append(group(measure, basis, values, known, last, now))
                self.values[measure] += values


@pytest.fixture
def programme() -> Programme:
    return Programme()


def test_nobody_is_asked_what_is_the_others_or_no_answer() -> None:
    check(ITEMS[Side.LEADER], Item.SKILL, 5)
    check(ITEMS[Side.LEADER], Item.USED, 0)
    for side, item, value in (
        (Side.MENTOR, Item.SKILL, 3),
        (Side.LEADER, Item.STAY, 3),
        (Side.LEADER, Item.SKILL, 6),
        (Side.LEADER, Item.USED, 2),
    ):
        with pytest.raises(MeasureError):
            check(ITEMS[side], item, value)


def test_four_people_are_too_few_at_each_moment(programme: Programme) -> None:
    programme.publish([one for moment in Moment for one in said(range(4), moment, 3)], LATER)
    assert courses(programme.published) == []


def test_a_change_is_that_of_the_same_people_and_says_nothing_of_the_others(programme: Programme) -> None:
    before = said(range(7), Moment.BEFORE, 2) + said([7], Moment.BEFORE, 5)
    closing = said(range(7), Moment.CLOSING, 4) + said(range(20, 22), Moment.CLOSING, 1)
    later = said(range(1, 6), Moment.LATER, 3)
    programme.publish(before + closing + later, LATER)
    (one,) = courses(programme.published)
    assert one.before is not None
    assert one.before.people == 8
    at_end, on = one.later[Moment.CLOSING], one.later[Moment.LATER]
    assert at_end.change is not None
    assert (at_end.change.average, at_end.change.people, at_end.average) == (2, 7, None)
    assert on.change is not None
    assert (on.change.average, on.change.people) == (1, 5)


def test_where_too_few_answered_both_times_the_average_stands_alone(programme: Programme) -> None:
    programme.publish(said(range(5), Moment.BEFORE, 2) + said(range(3, 9), Moment.CLOSING, 4), END)
    (one,) = courses(programme.published)
    assert one.later[Moment.CLOSING].change is None
    average = one.later[Moment.CLOSING].average
    assert average is not None
    assert (average.average, average.people) == (4, 6)


def test_what_is_told_of_an_item_stays_a_change_or_an_average(programme: Programme) -> None:
    """Both of the same people would tell what the few said who are only in one of them."""
    first = said(range(5), Moment.BEFORE, 2) + said(range(3, 9), Moment.CLOSING, 4)
    programme.publish(first, END)
    second = said(range(20, 26), Moment.BEFORE, 1) + said(range(20, 26), Moment.CLOSING, 2)
    programme.publish(first + second, LATER)
    (one,) = courses(programme.published)
    later = one.later[Moment.CLOSING]
    assert later.change is None
    assert later.average
    assert (later.average.average, later.average.people) == (3, 12)


def test_an_answer_changed_after_publication_changes_nothing(programme: Programme) -> None:
    programme.publish(said(range(5), Moment.BEFORE, 2), END)
    programme.publish(said(range(5), Moment.BEFORE, 5), END)
    (one,) = courses(programme.published)
    assert one.before
    assert (one.before.average, one.before.answers) == (2, 5)


def test_of_both_roles_of_a_person_one_answer_counts(programme: Programme) -> None:
    for item in OF_BOTH:
        first = said(range(6), Moment.CLOSING, 5, item)
        again = [replace(one, source=one.source + 500, values={item: 1}) for one in first[:3]]
        later = [replace(one, settled_at=one.settled_at + DAY) for one in again]
        programme.publish(first + later, END)
        programme.publish(first + later, LATER)
        figure = programme.published.figure(measure_of(Moment.CLOSING, item))
        assert figure
        assert (figure.average, figure.answers, figure.people) == (5, 6, 6)


def test_nobody_is_asked_more_than_eight_questions_and_each_set_stays_as_it_was() -> None:
    for number, side, moment in product(SETS, Side, Moment):
        asked = questions(side, moment, number, recommends=True)
        assert len(set(asked)) == len(asked) <= MOST_QUESTIONS
        assert (Item.RECOMMEND in asked) == (moment is Moment.CLOSING or (number > 1 and moment is Moment.LATER))
    assert SETS[FIRST_SET] == {
        Side.LEADER: (Item.SKILL, Item.UNDERSTANDING, Item.USED, Item.PRACTISED),
        Side.MENTOR: (Item.CONFIDENT, Item.SEEN, Item.STAY, Item.NOTICED),
    }


def test_what_is_not_settled_is_nobodys_to_see(programme: Programme) -> None:
    answers = said(range(6), Moment.BEFORE, 2) + said(range(6), Moment.CLOSING, 4)
    programme.publish(answers, START - DAY)
    assert courses(programme.published) == []
    programme.publish(answers, END - DAY)
    (one,) = courses(programme.published)
    assert one.later[Moment.CLOSING].change is None
