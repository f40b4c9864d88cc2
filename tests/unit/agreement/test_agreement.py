"""What a pair's agreement must hold, and where it stands."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.agreement import LONGEST, Books, Goal, SignatureTimes, State, Terms, Version, faults, standing, state
from bot.domain.sessions import Side

TODAY = date(2027, 1, 11)
GOAL = Goal("Read the dashboard myself", "Every Monday without help", date(2027, 3, 1))
BLANK = Goal("", "", None)
TERMS = Terms((GOAL, BLANK, BLANK), Books.MENTOR, "Sari", "Pak Budi")
START = datetime(2027, 1, 11, tzinfo=UTC)


def version(day: int, mentor: int | None = None, leader: int | None = None) -> Version:
    signed = {Side.MENTOR: mentor, Side.LEADER: leader}
    return Version(at(day), {side: None if one is None else at(one) for side, one in signed.items()})


def at(day: int) -> datetime:
    return START + timedelta(days=day)


class TestFaults:
    def test_one_whole_goal_is_enough(self) -> None:
        assert faults(TERMS, TODAY) == {}
        assert TERMS.tidy().goals == (GOAL,)

    def test_without_any_goal_the_first_is_asked_for(self) -> None:
        assert faults(replace(TERMS, goals=(BLANK, BLANK, BLANK)), TODAY) == {
            "goal1": "goal",
            "measure1": "measure",
            "by1": "by",
        }

    def test_a_goal_that_was_begun_must_be_whole(self) -> None:
        assert faults(replace(TERMS, goals=(GOAL, replace(BLANK, measure="x"), BLANK)), TODAY) == {
            "goal2": "goal",
            "by2": "by",
        }
        assert faults(replace(TERMS, goals=(GOAL, BLANK, replace(GOAL, measure=""))), TODAY) == {"measure3": "measure"}

    @pytest.mark.parametrize(("by", "code"), [(TODAY, "past"), (date(2026, 5, 1), "past"), (date(2029, 3, 1), "far")])
    def test_a_goal_lies_ahead_but_not_too_far(self, by: date, code: str) -> None:
        assert faults(replace(TERMS, goals=(replace(GOAL, by=by),)), TODAY) == {"by1": code}

    def test_a_date_that_passed_may_stay_but_not_be_chosen(self) -> None:
        later = date(2027, 4, 1)
        assert faults(TERMS, later, before=TERMS.tidy()) == {}
        assert faults(replace(TERMS, goals=(replace(GOAL, measure="other"),)), later, before=TERMS) == {"by1": "past"}

    def test_names_and_who_books_are_needed_and_texts_stay_short(self) -> None:
        empty = Terms((GOAL,), None, "", "")
        assert faults(empty, TODAY) == {"books": "books", "mentor_called": "called", "leader_called": "called"}
        long = replace(TERMS, confidential="x" * 501, off_limits="x" * 500, leader_called="x" * 41)
        assert faults(long, TODAY) == {"confidential": "too_long", "leader_called": "too_long"}
        assert sum(LONGEST.values()) + 2 * (LONGEST["goal"] + LONGEST["measure"]) < 3000


class TestState:
    @pytest.mark.parametrize(
        ("newest", "mentor", "leader"),
        [
            (None, State.NONE, State.NONE),
            (version(0, mentor=0), State.THEIRS, State.YOURS),
            (version(0, leader=0), State.YOURS, State.THEIRS),
            (version(0, mentor=0, leader=2), State.SIGNED, State.SIGNED),
        ],
    )
    def test_each_side_sees_its_own(self, newest: Version | None, mentor: State, leader: State) -> None:
        assert (state(newest, Side.MENTOR), state(newest, Side.LEADER)) == (mentor, leader)


class TestStanding:
    def test_it_is_signed_once_both_have(self) -> None:
        assert standing([]) == SignatureTimes()
        assert standing([version(0, mentor=0)]) == SignatureTimes()
        assert standing([version(0, mentor=3, leader=1)]) == SignatureTimes(signed_at=at(3))

    def test_a_change_takes_both_signatures_away(self) -> None:
        signed = version(0, mentor=0, leader=1)
        assert standing([signed, version(9, leader=9)]) == SignatureTimes(lapsed_at=at(9))
        assert standing([signed, version(9, leader=9), version(11, mentor=11)]) == SignatureTimes(lapsed_at=at(9))
        assert standing([signed, version(9, leader=9, mentor=12)]) == SignatureTimes(signed_at=at(12))

    def test_writing_a_first_one_again_gains_no_time(self) -> None:
        assert standing([version(0, mentor=0), version(5, leader=5)]) == SignatureTimes()
