"""Polls: answers given button by button, what two answers mean, and figures that tell nobody's own."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.polls import (
    MAX_TEXT,
    MIN_GROUP,
    Answer,
    Met,
    Outcome,
    Participation,
    PollError,
    Rating,
    batches,
    breakdown,
    figure,
    outcome,
    released,
    responsible,
    shown_cells,
)
from bot.domain.sessions import Side

MENTOR = Answer(session_id=1, person_id=10, side=Side.MENTOR)
MENTEE = Answer(session_id=1, person_id=20, side=Side.MENTEE)
MONDAY = datetime(2026, 3, 9, 10, tzinfo=UTC)


def rating(person: int, value: float = 4, day: int = 0, session: int = 0) -> Rating:
    return Rating(person, value, MONDAY + timedelta(days=day), session)


class TestAnswer:
    def test_one_button_at_a_time(self) -> None:
        answer = MENTOR.say_met(Met.YES)
        assert not answer.is_complete
        answer = answer.rate(useful=4)
        assert not answer.is_complete
        answer = answer.rate(honest=5)
        assert answer.is_complete
        assert (answer.useful, answer.honest) == (4, 5)

    def test_the_last_word_counts(self) -> None:
        assert MENTEE.rate(will_use=2).rate(will_use=5).will_use == 5

    def test_the_leader_is_asked_for_use_and_the_mentor_for_honesty(self) -> None:
        leader = MENTEE.say_met(Met.YES).rate(useful=3)
        assert not leader.is_complete
        assert leader.rate(will_use=4).is_complete
        with pytest.raises(PollError):
            MENTEE.rate(honest=1)
        with pytest.raises(PollError):
            MENTOR.rate(will_use=1)
        with pytest.raises(PollError):
            MENTOR.comment(will_do="x")

    @pytest.mark.parametrize("value", [0, 6, -1])
    def test_ratings_are_one_to_five(self, value: int) -> None:
        with pytest.raises(PollError):
            MENTOR.rate(useful=value)

    @pytest.mark.parametrize("met", [Met.MOVED_BY_ME, Met.MOVED_BY_OTHER, Met.NO_SHOW])
    def test_a_session_that_was_not_held_has_no_ratings(self, met: Met) -> None:
        assert MENTOR.say_met(met).is_complete
        changed = MENTOR.say_met(Met.YES).rate(useful=1, honest=1).comment(learned="a lot").say_met(met)
        assert (changed.useful, changed.honest, changed.learned) == (None, None, "a lot")
        with pytest.raises(PollError):
            changed.rate(useful=3)

    def test_nothing_pressed_is_not_complete(self) -> None:
        assert not MENTOR.is_complete
        assert not MENTOR.comment(learned="a lot", contact_me=True).is_complete

    def test_hr_reads_comments_only_if_shared(self) -> None:
        answer = MENTEE.comment(learned=" TikTok ", will_do="post weekly")
        assert answer.comments_for_hr == ()
        shared = answer.comment(share=True)
        assert shared.comments_for_hr == ("TikTok", "post weekly")
        assert shared.comment(share=False).comments_for_hr == ()

    def test_wishes_stay_until_they_are_changed(self) -> None:
        asked = MENTOR.comment(contact_me=True)
        assert asked.comment(learned="x").contact_me
        assert not asked.comment(contact_me=False).contact_me

    def test_a_comment_can_be_taken_back_and_is_kept_short(self) -> None:
        answer = MENTEE.comment(learned="x" * (MAX_TEXT + 1))
        assert len(answer.learned or "") == MAX_TEXT
        assert answer.comment(will_do="y").learned == answer.learned
        assert answer.comment(learned=" ").learned is None


def both(mentor: Met | None, mentee: Met | None) -> tuple[Answer | None, Answer | None]:
    return (MENTOR.say_met(mentor) if mentor else None), (MENTEE.say_met(mentee) if mentee else None)


class TestOutcome:
    @pytest.mark.parametrize(
        ("mentor", "mentee", "expected", "side"),
        [
            (None, None, Outcome.UNKNOWN, None),
            (Met.YES, None, Outcome.HELD, None),
            (Met.YES, Met.YES, Outcome.HELD, None),
            (None, Met.MOVED_BY_ME, Outcome.MOVED, Side.MENTEE),
            (Met.MOVED_BY_OTHER, Met.MOVED_BY_ME, Outcome.MOVED, Side.MENTEE),
            (Met.MOVED_BY_ME, Met.MOVED_BY_OTHER, Outcome.MOVED, Side.MENTOR),
            (Met.MOVED_BY_ME, Met.MOVED_BY_ME, Outcome.MOVED, None),
            (Met.MOVED_BY_OTHER, Met.MOVED_BY_OTHER, Outcome.MOVED, None),
            (Met.NO_SHOW, None, Outcome.NO_SHOW, Side.MENTEE),
            (None, Met.NO_SHOW, Outcome.NO_SHOW, Side.MENTOR),
            (Met.NO_SHOW, Met.NO_SHOW, Outcome.DISPUTED, None),
            (Met.YES, Met.NO_SHOW, Outcome.DISPUTED, None),
            (Met.YES, Met.MOVED_BY_ME, Outcome.DISPUTED, None),
            (Met.NO_SHOW, Met.MOVED_BY_ME, Outcome.DISPUTED, None),
        ],
    )
    def test_two_answers(self, mentor: Met | None, mentee: Met | None, expected: Outcome, side: Side | None) -> None:
        assert outcome(*both(mentor, mentee)) is expected
        assert responsible(*both(mentor, mentee)) is side

    def test_an_answer_without_met_says_nothing(self) -> None:
        assert outcome(MENTOR, MENTEE.say_met(Met.YES)) is Outcome.HELD
        assert outcome(MENTOR, None) is Outcome.UNKNOWN


class TestFigure:
    def test_five_people(self) -> None:
        found = figure([rating(person, value) for person, value in enumerate([1, 2, 3, 4, 5])])
        assert found is not None
        assert (found.average, found.answers, found.people) == (3, 5, 5)

    def test_four_people_are_hidden_however_often_they_answer(self) -> None:
        assert figure([rating(person, 4, day) for person in range(4) for day in range(9)]) is None
        assert figure([]) is None


class TestReleased:
    def test_what_fills_no_group_waits(self) -> None:
        four = [rating(person, day=person) for person in range(4)]
        assert released(four) == []
        five = [*four, rating(4, day=4)]
        assert released(five) == five
        assert released([*five, rating(5, day=5)]) == five, "one more answer would be told by subtraction"

    def test_one_moment_is_never_cut_apart(self) -> None:
        assert [len(b) for b in batches(rating(person) for person in range(7))] == [7]

    def test_the_week_and_the_whole_differ_by_whole_groups(self) -> None:
        old = [rating(person, day=0) for person in range(5)]
        new = [rating(person, day=8) for person in range(3)]
        assert released(old + new, since=MONDAY + timedelta(days=7)) == []
        assert len(released(old + new)) == 5

    def test_a_group_that_filled_up_at_the_cut_belongs_before_it(self) -> None:
        five = [rating(person, day=person) for person in range(5)]
        assert released(five, since=five[-1].at) == []
        assert released(five, since=five[-1].at - timedelta(seconds=1)) == five

    @given(
        answers=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 27), st.integers(0, 3)), max_size=60, unique=True)
    )
    @settings(max_examples=300)
    def test_no_two_figures_of_any_days_tell_a_small_group(self, answers: list[tuple[int, int, int]]) -> None:
        everything = [rating(person, day=day, session=session) for person, day, session in answers]
        figures = set()
        for day in range(0, 28, 3):
            known = [r for r in everything if r.at <= MONDAY + timedelta(days=day)]
            for since in (None, MONDAY + timedelta(days=day - 7)):
                figures.add(frozenset(released(known, since)))
        for one, other in combinations(figures | {frozenset()}, 2):
            for difference in (one - other, other - one):
                people = {r.person for r in difference}
                assert not people or len(people) >= MIN_GROUP


class TestCells:
    def test_a_small_part_is_hidden_and_so_is_the_smallest_other(self) -> None:
        cells = {"sales": range(3), "it": range(10, 16), "hr": range(20, 30)}
        assert shown_cells(cells) == {"hr"}
        assert shown_cells(cells, total_is_shown=False) == {"it", "hr"}

    def test_enough_hidden_people_hide_each_other(self) -> None:
        assert shown_cells({"a": range(3), "b": range(10, 13), "c": range(20, 26)}) == {"c"}

    def test_five_hidden_people_are_enough(self) -> None:
        cells = {"a": range(3), "b": range(10, 12), "c": range(20, 25), "d": range(30, 40)}
        assert shown_cells(cells) == {"c", "d"}

    def test_nothing_small_hides_nothing(self) -> None:
        assert shown_cells({"a": range(5), "b": range(10, 16), "empty": ()}) == {"a", "b"}

    def test_two_parts_with_one_small_show_neither(self) -> None:
        assert shown_cells({"a": range(2), "b": range(10, 30)}) == set()

    def test_breakdown_gives_figures_or_none(self) -> None:
        parts = {"a": [rating(p, 2) for p in range(3)], "b": [rating(p, 3) for p in range(10, 15)]}
        assert breakdown(parts) == {"a": None, "b": None}
        alone = breakdown(parts, total_is_shown=False)
        assert alone["b"] is not None
        assert alone["b"].average == 3

    @given(
        cells=st.dictionaries(
            st.integers(0, 6), st.frozensets(st.integers(0, 15), max_size=12), max_size=7
        )  # people may have answers in several parts, as in parts by week
    )
    @settings(max_examples=300)
    def test_no_sum_of_parts_leaves_a_small_rest(self, cells: dict[int, frozenset[int]]) -> None:
        shown = shown_cells(cells)
        for size in range(len(shown) + 1):
            for subtracted in combinations(shown, size):
                rest = frozenset[int]().union(*(who for cell, who in cells.items() if cell not in subtracted))
                whole = frozenset[int]().union(*cells.values())
                assert not subtracted or not rest or len(rest) >= MIN_GROUP or len(whole) < MIN_GROUP
        assert all(len(cells[cell]) >= MIN_GROUP for cell in shown)


class TestParticipation:
    def test_shares(self) -> None:
        found = Participation(asked=10, answered=8, planned=6, held=3)
        assert found.response == 0.8
        assert found.completion == 0.5

    def test_small_groups_and_nothing_planned_have_none(self) -> None:
        found = Participation(asked=4, answered=4, planned=0, held=0)
        assert found.response is None
        assert found.completion is None
        assert Participation(asked=5, answered=5, planned=0, held=0).response == 1
