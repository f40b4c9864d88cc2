"""Reasons for both people and causes for those left over."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.matching.engine import HELPS, Leftover, Reason, assign, explain, leftover_cause, score
from bot.domain.matching.explain import Explanation
from bot.domain.matching.rules import style_points
from bot.domain.matching.unmatched import Side
from bot.domain.signup import (
    CLOSENESS,
    Level,
    Offer,
    Profile,
    Role,
    Rules,
    StyleFit,
    Weights,
    Wish,
    hours_mask,
    style_of,
)

LEADER = Profile(
    1,
    Role.LEADER,
    Level.DIRECTOR,
    department="sales",
    wishes=(Wish("tiktok", 1), Wish("ai_tools", 3), Wish("dashboards", 2)),
    interests=frozenset({"music", "food"}),
    formats=frozenset({"hands_on"}),
    cadences=frozenset({"monthly"}),
    style=(1, 0, -1),
    free_hours=hours_mask(range(2, 26)),
)
JUNIOR = Profile(
    2,
    Role.MENTOR,
    Level.SPECIALIST,
    department="it",
    offers=(Offer("ai_tools", 3), Offer("tiktok", 5), Offer("linkedin", 5)),
    interests=frozenset({"food", "film"}),
    formats=frozenset({"hands_on", "discussion"}),
    style=(1, 1, 1),
    free_hours=hours_mask(range(2, 26)),
)


def test_reasons_are_in_the_order_of_what_each_wrote_and_differ() -> None:
    explained = explain(JUNIOR, LEADER, Rules())
    assert explained.for_leader[0] == Reason("topic", {"topics": ("ai_tools", "tiktok")})
    assert explained.for_mentor[0] == Reason("topic", {"topics": ("tiktok", "ai_tools")})
    assert explained.for_mentor[1] == Reason("format", {"formats": ("hands_on",)})
    assert explained.for_mentor != explained.for_leader
    assert len(explained.for_mentor) == len(explained.for_leader) == 3


def test_reasons_speak_only_of_what_both_wrote_and_never_in_numbers() -> None:
    for reasons in _both(explain(JUNIOR, LEADER, Rules(weights=CLOSENESS))):
        for reason in reasons:
            told = {value for values in reason.args.values() for value in values}
            assert told <= {"ai_tools", "tiktok", "food", "hands_on", "id", "try"}
            assert not any(character.isdigit() for value in told for character in value)


@pytest.mark.parametrize(
    ("fit", "told"),
    [
        (StyleFit.ALIKE, [Reason("style", {"styles": ("try",)})]),
        (
            StyleFit.COMPLEMENTARY,
            [Reason("style_differs", {"mentor_styles": ("gentle",), "mentee_styles": ("direct",)})],
        ),
        (StyleFit.OFF, []),
    ],
)
def test_working_styles_are_named_as_they_are_or_not_at_all(fit: StyleFit, told: list[Reason]) -> None:
    """The leader tries and is direct; the mentor tries, speaks and is gentle; the leader left the second one out."""
    rules = Rules(weights=Weights.of({"style": 2, "hours": 1}, fit), style_fit=fit)
    nothing_else: dict[str, Any] = {"formats": frozenset(), "interests": frozenset(), "offers": (), "wishes": ()}
    found = explain(replace(JUNIOR, **nothing_else), replace(LEADER, **nothing_else), rules)
    for reasons in _both(found):
        assert [one for one in reasons if one.code.startswith("style")] == told
    assert rules.weights.style == (0 if fit is StyleFit.OFF else 6_666)
    unasked = explain(replace(JUNIOR, **nothing_else, style=(0, 0, 0)), replace(LEADER, **nothing_else), rules)
    assert unasked.parts["style"] == rules.weights.style // 2, "neutral"
    assert not any(one.code.startswith("style") for reasons in _both(unasked) for one in reasons)


@pytest.mark.parametrize("fit", StyleFit)
def test_an_answer_of_one_alone_counts_neither_for_nor_against(fit: StyleFit) -> None:
    assert style_points((1, 0, -1), (0, 1, 0), 100, fit) == 50


def test_equal_answers_fit_by_one_rule_and_opposite_ones_by_the_other() -> None:
    assert style_points((1, 1, 1), (1, 1, 1), 100, StyleFit.ALIKE) == 100
    assert style_points((1, 1, 1), (1, 1, 1), 100, StyleFit.COMPLEMENTARY) == 0
    assert style_points((1, 1, -1), (-1, -1, 1), 100, StyleFit.COMPLEMENTARY) == 100


def test_the_answers_of_a_sign_up() -> None:
    assert style_of(None) == style_of({}) == (0, 0, 0)
    assert style_of({"start": "plan", "tone": "gentle", "talk": "of another version"}) == (-1, 0, 1)


def test_a_pair_with_nothing_in_common_still_has_a_reason() -> None:
    bare = explain(replace(JUNIOR, languages=frozenset()), Profile(3, Role.LEADER, Level.MANAGER), Rules())
    assert _both(bare) == ((Reason("other_view", {}),),) * 2


def _both(explained: Explanation) -> tuple[tuple[Reason, ...], ...]:
    return explained.for_mentor, explained.for_leader


def test_the_parts_add_up_and_what_was_checked_follows_the_rules() -> None:
    explained = explain(JUNIOR, LEADER, Rules())
    assert explained.score == sum(explained.parts.values()) == score([JUNIOR, LEADER], Rules()).matrix[0, 0]
    assert explained.checked == ("not_in_reporting_line", "other_department", "common_language", "never_paired")
    lifted = explain(JUNIOR, LEADER, Rules(same_department_allowed=True))
    assert lifted.checked == ("not_in_reporting_line", "common_language", "never_paired")


@pytest.mark.parametrize(("floor", "word"), [(0, "good"), (9_999, "weak")])
def test_quality_in_a_word(floor: int, word: str) -> None:
    assert explain(JUNIOR, LEADER, Rules(floor=floor)).quality == word


def _cause(side: Side, *people: Profile, forbidden: tuple[tuple[int, int], ...] = ()) -> Leftover:
    scores = score(people, Rules())
    pairs = [scores.pair_index(*pair) for pair in forbidden]
    result = assign(scores, scores.mentor_capacity, scores.leader_demand, forbidden=pairs)
    person = LEADER.id if side == "mentee" else JUNIOR.id
    ids = (scores.leader_ids[result.matched_leaders], scores.mentor_ids[result.matched_mentors])
    assert person not in ids[side == "mentor"], "the person is not left over"
    found = leftover_cause(person, side, scores, result)
    assert HELPS[found.cause] == found.help
    return found


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"active": False}, "inactive"),
        ({"leader_capacity": 0}, "no_capacity"),
        ({"manager_known": False}, "manager_missing"),
        ({"level": Level.SPECIALIST}, "level_gap"),
        ({"manager": 2}, "reporting_line"),
        ({"department": "it"}, "same_department"),
        ({"past": frozenset({2})}, "paired_before"),
        ({"avoids": frozenset({2})}, "blocked"),
        ({"languages": frozenset({"en"})}, "no_common_language"),
        ({"department": "it", "manager": 2}, "many_rules"),
    ],
)
def test_a_leader_whom_a_rule_leaves_over_is_told_which(change: dict[str, Any], cause: str) -> None:
    assert _cause("mentee", replace(LEADER, **change), JUNIOR).cause == cause


def test_a_mentor_held_back_is_the_cause_for_both() -> None:
    held = replace(JUNIOR, held=True)
    assert _cause("mentor", LEADER, held).cause == "held"
    assert _cause("mentee", LEADER, held).cause == "nobody_ready"


def test_a_leader_held_back_is_the_cause_for_both() -> None:
    held = replace(LEADER, held=True)
    assert _cause("mentee", held, JUNIOR).cause == "held"
    assert _cause("mentor", held, JUNIOR).cause == "nobody_ready"


def test_the_rule_that_alone_stops_most_is_named_with_counts() -> None:
    others = [replace(JUNIOR, id=10 + k, manager=1) for k in range(3)]
    found = _cause("mentee", LEADER, replace(JUNIOR, department="sales"), *others)
    assert (found.cause, found.counts) == ("reporting_line", {"reporting_line": 3, "same_department": 1})


def test_what_hr_forbade_is_told_apart() -> None:
    assert _cause("mentee", LEADER, JUNIOR, forbidden=((1, 2),)).cause == "forbidden_by_hr"


def test_topics_nobody_offers_or_wishes_for_come_before_places() -> None:
    other = replace(LEADER, id=9, style=(1, 1, 1))
    one_place = replace(JUNIOR, mentor_capacity=1)
    assert _cause("mentee", LEADER, other, one_place).cause == "places_taken"
    alone = _cause("mentee", replace(LEADER, wishes=(Wish("ai", 1), Wish("hr", 3))), other, one_place)
    assert (alone.cause, alone.topics) == ("topic_not_offered", ("hr", "ai"))
    helper = replace(JUNIOR, id=8)
    useless = _cause("mentor", LEADER, replace(JUNIOR, offers=(Offer("law", 3),)), helper)
    assert (useless.cause, useless.topics) == ("topic_not_wished", ("law",))
