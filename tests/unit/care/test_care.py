"""Pairs at risk: which facts are signals, what is done about them in which order, and what HR never learns."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.care import (
    BETWEEN_ACTIONS,
    Action,
    PairFacts,
    Signal,
    SignalKind,
    Taken,
    for_hr,
    gravity,
    is_settled_by_talk,
    next_action,
    next_check,
    signals,
)
from prompts.catalogue import Catalogue

START = datetime(2026, 3, 2, 2, tzinfo=UTC)
FRESH = PairFacts(introduced_at=START, last_progress_at=START)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


HEALTHY = PairFacts(
    introduced_at=START,
    last_progress_at=day(50),
    agreement_signed_at=day(3),
    first_booked_at=day(2),
    last_held_at=day(8),
    honesty=((day(9), 4),),
)


def kinds(facts: PairFacts, at: float) -> list[SignalKind]:
    return [signal.kind for signal in signals(facts, day(at))]


def test_each_signal_has_a_rank_and_texts() -> None:
    """What a new rule still needs."""
    assert [gravity(kind) for kind in SignalKind]
    catalogue = Catalogue.load()
    for language in catalogue.languages:
        texts = catalogue.texts(language)
        assert [
            kind for kind in SignalKind if kind.visible_to_hr and not texts.has(f"care.at_risk.hr.why.{kind}")
        ] == []


class TestSignals:
    def test_a_healthy_pair_has_none(self) -> None:
        assert kinds(HEALTHY, 60) == []

    def test_unsigned_after_seven_days(self) -> None:
        assert kinds(FRESH, 6.99) == []
        assert signals(FRESH, day(7)) == [Signal(SignalKind.UNSIGNED, day(7))]
        assert kinds(replace(FRESH, agreement_signed_at=day(6)), 7) == []

    def test_a_change_is_given_seven_days_too(self) -> None:
        changed = replace(FRESH, agreement_lapsed_at=day(30), last_progress_at=day(29), first_booked_at=day(2))
        assert kinds(changed, 36.99) == []
        assert signals(changed, day(37)) == [Signal(SignalKind.UNSIGNED, day(37))]
        early = replace(changed, agreement_lapsed_at=day(-3))
        assert kinds(early, 6.99) == []

    def test_unbooked_after_ten_days(self) -> None:
        signed = replace(FRESH, agreement_signed_at=day(1))
        assert kinds(signed, 9.99) == []
        assert signals(signed, day(12)) == [Signal(SignalKind.UNBOOKED, day(10))]

    def test_stalled_after_twenty_one_days_without_progress(self) -> None:
        assert kinds(HEALTHY, 70.99) == []
        assert signals(HEALTHY, day(71)) == [Signal(SignalKind.STALLED, day(71))]

    @pytest.mark.parametrize(
        ("field", "kind"),
        [
            ("moves_by_mentor", SignalKind.MENTOR_MOVES),
            ("moves_by_leader", SignalKind.LEADER_MOVES),
        ],
    )
    def test_two_moves_by_the_same_side(self, field: str, kind: SignalKind) -> None:
        twice = replace(HEALTHY, **{field: (day(40), day(30))})  # type: ignore[arg-type] # the field is a parameter
        assert signals(twice, day(41)) == [Signal(kind, day(40))]

    def test_one_move_each_is_nobodys_habit(self) -> None:
        assert kinds(replace(HEALTHY, moves_by_mentor=(day(30),), moves_by_leader=(day(40),)), 41) == []

    def test_a_held_session_settles_moves_but_not_the_habit(self) -> None:
        moves = replace(HEALTHY, moves_by_leader=(day(30), day(40)), last_held_at=day(45))
        assert kinds(moves, 46) == []
        again = replace(moves, moves_by_leader=(day(30), day(40), day(52)))
        assert signals(again, day(53)) == [Signal(SignalKind.LEADER_MOVES, day(52))]

    def test_moves_half_a_year_apart_are_no_habit(self) -> None:
        assert kinds(replace(HEALTHY, moves_by_leader=(day(-16), day(45))), 46) == []
        assert kinds(replace(HEALTHY, moves_by_leader=(day(-15), day(45))), 46) == [SignalKind.LEADER_MOVES]

    def test_any_no_show_until_a_session_is_held(self) -> None:
        missed = replace(HEALTHY, missed=(day(30),))
        assert signals(missed, day(31)) == [Signal(SignalKind.MISSED, day(30))]
        assert kinds(replace(missed, last_held_at=day(35)), 36) == []

    def test_trouble_counts_from_its_first_sign(self) -> None:
        assert signals(replace(HEALTHY, missed=(day(30), day(40))), day(41))[0].since == day(30)
        assert signals(replace(HEALTHY, moves_by_mentor=(day(30), day(35), day(40))), day(41))[0].since == day(35)

    @pytest.mark.parametrize(("value", "low"), [(1, True), (2, True), (3, False)])
    def test_low_honesty(self, value: int, low: bool) -> None:
        facts = replace(HEALTHY, honesty=((day(30), value), (day(9), 4)))
        assert (SignalKind.LOW_HONESTY in kinds(facts, 31)) is low

    def test_a_better_answer_settles_a_low_one(self) -> None:
        assert kinds(replace(HEALTHY, honesty=((day(9), 1), (day(40), 3))), 41) == []
        still = replace(HEALTHY, honesty=((day(9), 2), (day(40), 1)))
        assert signals(still, day(41)) == [Signal(SignalKind.LOW_HONESTY, day(9))]

    def test_a_paused_pair_is_left_alone_and_starts_anew(self) -> None:
        assert kinds(replace(FRESH, paused=True), 90) == []
        assert next_check(replace(FRESH, paused=True), [], day(90)) is None
        resumed = replace(FRESH, resumed_at=day(30))
        assert kinds(resumed, 36) == []
        assert kinds(resumed, 37) == [SignalKind.UNSIGNED]

    def test_oldest_first(self) -> None:
        assert kinds(FRESH, 30) == [SignalKind.UNSIGNED, SignalKind.UNBOOKED, SignalKind.STALLED]


def acted(facts: PairFacts, until: int, taken: tuple[Taken, ...] = ()) -> list[tuple[int, Action]]:
    """What is done for the pair if somebody looks each day: (day, action)."""
    done = list(taken)
    for number in range(until):
        while action := next_action(signals(facts, day(number)), done, day(number)):
            done.append(Taken(action, day(number)))
    return [((step.at - START).days, step.action) for step in done[len(taken) :]]


class TestTalks:
    """HR talked to both: when it has to act again."""

    MISSED = replace(HEALTHY, missed=(day(30), day(40)))

    def test_until_something_new_comes_up(self) -> None:
        assert not is_settled_by_talk(SignalKind.MISSED, self.MISSED, day(35), day(41))
        assert is_settled_by_talk(SignalKind.MISSED, self.MISSED, day(41), day(42))
        moves = replace(HEALTHY, moves_by_leader=(day(30), day(32), day(40)))
        assert not is_settled_by_talk(SignalKind.LEADER_MOVES, moves, day(35), day(41))

    def test_or_nothing_changes_for_three_weeks(self) -> None:
        stalled = replace(HEALTHY, last_progress_at=day(50))
        assert is_settled_by_talk(SignalKind.STALLED, stalled, day(72), day(92))
        assert not is_settled_by_talk(SignalKind.STALLED, stalled, day(72), day(93))


class TestActions:
    def test_in_order_and_some_days_apart(self) -> None:
        assert acted(FRESH, 100) == [
            (7, Action.NUDGE),
            (12, Action.ASK_EACH),
            (17, Action.TELL_HR),
            (22, Action.OFFER_REMATCH),
        ]

    def test_it_stops_when_things_improve(self) -> None:
        assert next_action([], [Taken(Action.NUDGE, day(7))], day(30)) is None

    def test_new_trouble_begins_anew_but_not_the_next_day(self) -> None:
        before = (Taken(Action.NUDGE, day(29)),)
        missed = replace(HEALTHY, last_progress_at=day(30), missed=(day(31),))
        assert acted(missed, 46, before) == [(34, Action.NUDGE), (39, Action.ASK_EACH), (44, Action.TELL_HR)]

    def test_low_honesty_asks_the_mentor_and_tells_nobody(self) -> None:
        low = replace(HEALTHY, last_progress_at=day(99), honesty=((day(9), 1),))
        assert acted(low, 100) == [(9, Action.ASK_MENTOR)]

    def test_a_check_is_due_when_the_next_action_is(self) -> None:
        assert next_check(FRESH, [], day(0)) == day(7)
        assert next_check(FRESH, [], day(8)) == day(8)
        assert next_check(FRESH, [Taken(Action.NUDGE, day(8))], day(8)) == day(10)
        assert next_check(replace(HEALTHY, last_progress_at=day(9)), [], day(9)) == day(30)


class TestHrNeverLearnsOfHonesty:
    def test_neither_the_signal_nor_its_actions_are_visible(self) -> None:
        assert not SignalKind.LOW_HONESTY.visible_to_hr
        assert [a for a in Action if not a.visible_to_hr] == [Action.ASK_MENTOR]
        low = signals(replace(HEALTHY, honesty=((day(9), 1),)), day(60))
        assert [signal.visible_to_hr for signal in low] == [False]
        assert for_hr(low) == []

    @given(
        honest=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 5)), max_size=6),
        signed=st.one_of(st.none(), st.integers(0, 20)),
        held=st.one_of(st.none(), st.integers(0, 60)),
        missed=st.lists(st.integers(0, 60), max_size=3),
        moved=st.lists(st.integers(0, 60), max_size=4),
    )
    @settings(max_examples=150)
    def test_what_hr_sees_and_when_is_the_same_whatever_the_mentor_answered(
        self, honest: list[tuple[int, int]], signed: int | None, held: int | None, missed: list[int], moved: list[int]
    ) -> None:
        content = PairFacts(
            introduced_at=START,
            last_progress_at=day(held or 0),
            agreement_signed_at=None if signed is None else day(signed),
            first_booked_at=None if held is None else day(held),
            last_held_at=None if held is None else day(held),
            missed=tuple(map(day, missed)),
            moves_by_leader=tuple(map(day, moved)),
        )
        unhappy = replace(content, honesty=tuple((day(at), value) for at, value in honest))
        told = [(at, action) for at, action in acted(unhappy, 90) if action.visible_to_hr]
        assert told == acted(content, 90)
        assert for_hr(signals(unhappy, day(90))) == signals(content, day(90))
        visible_step = next_action(for_hr(signals(unhappy, day(90))), [], day(90))
        assert visible_step is None or visible_step.visible_to_hr


@given(
    facts=st.builds(
        lambda signed, progress, missed, moved, honest: PairFacts(
            introduced_at=START,
            last_progress_at=day(progress),
            agreement_signed_at=day(signed) if signed < 15 else None,
            first_booked_at=day(progress) if progress else None,
            missed=tuple(map(day, missed)),
            moves_by_mentor=tuple(map(day, moved)),
            honesty=tuple((day(at), value) for at, value in honest),
        ),
        st.integers(0, 20),
        st.integers(0, 30),
        st.lists(st.integers(0, 60), max_size=2),
        st.lists(st.integers(0, 60), max_size=3),
        st.lists(st.tuples(st.integers(0, 60), st.integers(1, 5)), max_size=4),
    )
)
@settings(max_examples=150)
def test_looking_only_when_told_to_misses_nothing(facts: PairFacts) -> None:
    """Checks at `next_check` alone do what daily checks do, on the same day, and come to an end."""
    done: list[Taken] = []
    now: datetime | None = START
    looks = 0
    while now is not None:
        while action := next_action(signals(facts, now), done, now):
            done.append(Taken(action, now))
        following = next_check(facts, done, now)
        assert following is None or following > now
        now = following
        looks += 1
    assert looks < 40
    assert [((step.at - START).days, step.action) for step in done] == acted(facts, 200)
    assert all(b.at - a.at >= BETWEEN_ACTIONS for a, b in _neighbours(done, visible=True))
    assert all(b.at - a.at >= BETWEEN_ACTIONS for a, b in _neighbours(done, visible=False))


def _neighbours(done: list[Taken], visible: bool) -> list[tuple[Taken, Taken]]:
    steps = [step for step in done if step.action.visible_to_hr is visible]
    return list(pairwise(steps))
