"""HR's own questions: how long they take, and which counts of options may be shown."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.figures import MIN_GROUP
from bot.domain.own_questions import Answered, Counts, Kind, Place, length_of, suppressed, values_of
from bot.domain.surveys import MOST_QUESTIONS, NEWEST_SET


def test_the_survey_and_the_poll_stay_short() -> None:
    poll = length_of(Place.POLL, [Kind.SCALE] * 3, NEWEST_SET, recommends=True)
    assert (poll.taps, poll.own, poll.seconds) == (6, 3, 30), "thirty seconds with as many as fit"
    closing = length_of(Place.CLOSING, [Kind.CHOICE, Kind.TEXT], NEWEST_SET, recommends=True)
    assert (closing.taps - closing.own, closing.texts) == (MOST_QUESTIONS, 1), "HR's come on top, and HR reads it"


def test_small_counts_are_added_together_until_they_are_large_enough() -> None:
    assert suppressed([12, 9, 6]) == Counts((12, 9, 6), 0)
    assert suppressed([12, 9, 0]) == Counts((12, 9, 0), 0), "nobody chose it, as the sum says anyway"
    assert suppressed([12, 4, 3]) == Counts((12, None, None), 7)
    assert suppressed([12, 9, 3]) == Counts((12, None, None), 12), "three alone would follow from the others"
    assert suppressed([12, 3]) == Counts((None, None), 0)
    assert suppressed([12, 0]) == Counts((None, None), 0), "otherwise HR knew what each of them answered"
    assert suppressed([4, 4, 4]) == Counts((None, None, None), 0)


@given(st.lists(st.integers(0, 30), min_size=2, max_size=6))
def test_no_count_below_five_follows_from_those_that_are_shown(counts: list[int]) -> None:
    found = suppressed(counts)
    shown = [one for one in found.options if one]
    assert all(one >= MIN_GROUP for one in shown)
    assert found.rest == 0 or found.rest >= MIN_GROUP
    if shown or found.rest:
        assert sum(shown) + found.rest == sum(counts)
        assert all(sum(counts) - one >= MIN_GROUP for one in shown), "so many chose something else"


def test_a_person_counts_once_for_each_option_they_ever_chose() -> None:
    chosen = [(1, 0), (1, 0), (1, 1), (2, 1)]
    answers = [
        Answered(person, source, question=7, kind=Kind.CHOICE, options=2, value=value)
        for source, (person, value) in enumerate(chosen)
    ]
    found = values_of(answers, lambda measure, person: (measure, person) == ("own:7:1", 2))
    assert {name: [one.value for one in values] for name, values in found.items()} == {
        "own:7:0": [1, 0, 0, 0],
        "own:7:1": [0, 0, 1, 0],
    }
    assert {one.source for values in found.values() for one in values} == {0, 1, 2, 3}, "none is published again"
