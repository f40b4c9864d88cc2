"""Scores of everybody at once against the readable rules for one pair, and one property for each hard rule."""

from dataclasses import replace
from itertools import product
from types import MappingProxyType
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.matching.engine import RULES, LockRefused, assign, score
from bot.domain.matching.rules import broken_rules, parts_of, reporting_lines
from bot.domain.signup import (
    CADENCES,
    FORMATS,
    PARTS,
    PRESETS,
    TOP_SCORE,
    Level,
    Offer,
    Profile,
    Role,
    Rules,
    StyleFit,
    Weights,
    Wish,
    hours_mask,
)

T = TypeVar("T", Offer, Wish)
TOPICS = ("ai_tools", "dashboards", "tiktok", "linkedin")


def _subset(values: tuple[str, ...], most: int | None = None) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values), max_size=most)


def _unique_topics(entry: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(entry, max_size=4, unique_by=lambda e: e.topic).map(tuple)


offers = _unique_topics(st.builds(Offer, st.sampled_from(TOPICS), st.integers(1, 5)))
wishes = _unique_topics(st.builds(Wish, st.sampled_from(TOPICS), st.integers(1, 3)))
mostly = st.sampled_from([True, True, True, True, False])
hours = st.one_of(st.just(0), st.frozensets(st.integers(0, 167), max_size=40).map(hours_mask))


@st.composite
def companies(draw: st.DrawFn) -> list[Profile]:
    """A few people in any order, with managers, blocks and earlier pairs among them and beyond."""
    ids = draw(st.lists(st.integers(1, 30), unique=True, max_size=9))
    anybody = st.frozensets(st.sampled_from([*ids, 99]), max_size=2)
    return [
        Profile(
            id=person,
            role=draw(st.sampled_from(Role)),
            level=draw(st.sampled_from(Level)),
            department=draw(st.sampled_from(["", "sales", "it"])),
            offers=draw(offers),
            wishes=draw(wishes),
            interests=draw(_subset(("music", "food", "football", "film", "hiking"))),
            formats=draw(_subset(FORMATS)),
            cadences=draw(_subset(CADENCES)),
            languages=draw(_subset(("id", "en"))),
            style=draw(st.tuples(*[st.sampled_from([-1, 0, 1])] * 3)),
            mentor_capacity=draw(st.integers(0, 3)),
            leader_capacity=draw(st.integers(0, 2)),
            free_hours=draw(hours),
            manager=draw(st.one_of(st.none(), st.sampled_from([*ids, 99]))),
            manager_known=draw(mostly),
            appraisers=draw(st.one_of(st.just(frozenset()), anybody)),
            avoids=draw(st.one_of(st.just(frozenset()), anybody)),
            past=draw(st.one_of(st.just(frozenset()), anybody)),
            held=not draw(mostly),
            active=draw(mostly),
        )
        for person in ids
    ]


some_rules = st.builds(
    Rules,
    least_gap=st.integers(1, 3),
    same_department_allowed=st.booleans(),
    weights=st.sampled_from([*PRESETS.values()]),
    style_fit=st.sampled_from(StyleFit),
)


@given(companies(), some_rules, st.booleans())
@settings(max_examples=60)
def test_scores_are_what_the_readable_rules_say(people: list[Profile], rules: Rules, stream: bool) -> None:
    scores = score(people, rules, stream=stream)
    lines = reporting_lines(people)
    assert scores.matrix.dtype == np.int16
    for (row, leader_id), (column, mentor_id) in product(enumerate(scores.leader_ids), enumerate(scores.mentor_ids)):
        leader, mentor = scores.person(int(leader_id)), scores.person(int(mentor_id))
        parts = parts_of(leader, mentor, rules)
        broken = broken_rules(leader, mentor, rules, lines)
        assert scores.matrix[row, column] == (-1 if broken else sum(parts.values()))
        assert scores.row(row)[column] == scores.column(column)[row] == scores.matrix[row, column]
        assert scores.forbidden_by(leader.id, mentor.id) == broken
        assert scores.parts(leader.id, mentor.id) == parts
        assert tuple(parts) == PARTS
        assert all(0 <= points <= getattr(rules.weights, part) for part, points in parts.items())


@given(companies(), some_rules, st.randoms(use_true_random=False), st.sampled_from(["fair", "total"]))
@settings(max_examples=40)
def test_no_result_breaks_a_rule_whatever_the_order_of_rows(
    people: list[Profile], rules: Rules, random: object, objective: str
) -> None:
    found = []
    for stream in (False, True):
        scores = score(people, rules, stream=stream)
        result = assign(scores, scores.mentor_capacity, scores.leader_demand, objective=objective)  # type: ignore[arg-type]  # a literal
        assert result.certificate.check()
        named = [(int(scores.leader_ids[i]), int(scores.mentor_ids[j])) for i, j in result.pairs]
        assert not any(scores.forbidden_by(*pair) for pair in named)
        found.append(named)
        random.shuffle(people)  # type: ignore[attr-defined]  # hypothesis hands out its own random.Random
    assert found[0] == found[1]


LEADER = Profile(1, Role.BOTH, Level.DIRECTOR, department="sales", manager=50)
JUNIOR = Profile(2, Role.BOTH, Level.SPECIALIST, department="it", manager=51)
# What to change about the leader and the junior to break each rule, and nothing else.
BREAKING = MappingProxyType(
    {
        "inactive": ({}, {"active": False}),
        "held": ({}, {"held": True}),
        "no_capacity": ({"leader_capacity": 0}, {}),
        "manager_missing": ({"manager_known": False}, {}),
        "level_gap": ({"level": Level.SENIOR}, {"level": Level.SENIOR}),
        "reporting_line": ({}, {"manager": 3}),
        "same_department": ({}, {"department": "sales"}),
        "paired_before": ({"past": frozenset({2})}, {}),
        "blocked": ({}, {"avoids": frozenset({1})}),
        "no_common_language": ({"languages": frozenset({"en"})}, {}),
    }
)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule != "oneself"])
def test_each_rule_forbids_and_refuses_a_lock_by_its_name(rule: str) -> None:
    leader_change, junior_change = BREAKING[rule]
    between = Profile(3, Role.LEADER, Level.MANAGER, manager=1, leader_capacity=0)
    people = [replace(LEADER, **leader_change), replace(JUNIOR, **junior_change), between]  # type: ignore[arg-type]  # fields by name
    scores = score(people, Rules())
    pair = scores.pair_index(1, 2)
    assert scores.forbidden_by(1, 2) == (rule,)
    assert scores.matrix[pair] == -1
    with pytest.raises(LockRefused) as refused:
        assign(scores, scores.mentor_capacity, scores.leader_demand, locked=[pair])
    assert refused.value.rule == rule


def test_nobody_is_paired_with_themselves() -> None:
    scores = score([LEADER, JUNIOR], Rules())
    assert "oneself" in scores.forbidden_by(1, 1)
    assert assign(scores, scores.mentor_capacity, scores.leader_demand).pairs.tolist() == [[0, 1]]


def test_a_line_runs_through_people_who_take_no_part_and_a_cycle_ends() -> None:
    people = [LEADER, replace(JUNIOR, manager=70)]
    assert score(people, Rules()).forbidden_by(1, 2) == ()
    managers = {70: 71, 71: 72, 72: 1, 50: 51, 51: 50}
    assert score(people, Rules(), managers=managers).forbidden_by(1, 2) == ("reporting_line",)
    assert reporting_lines(people, {50: 1})[1] == {50}


@given(st.dictionaries(st.sampled_from(PARTS), st.integers(0, 1000), min_size=1))
def test_weights_from_shares_never_exceed_the_top_score(shares: dict[str, int]) -> None:
    if not sum(shares.values()):
        with pytest.raises(ValueError, match="share"):
            Weights.from_shares(**shares)
        return
    points = Weights.from_shares(**shares).points
    assert TOP_SCORE - len(PARTS) < sum(points) <= TOP_SCORE


def test_a_perfect_pair_reaches_nearly_the_top() -> None:
    both = {"style": (1, 1, 1), "interests": frozenset("abc"), "free_hours": hours_mask(range(40))}
    both |= {"formats": frozenset({"discussion"}), "cadences": frozenset({"weekly"})}
    leader = replace(LEADER, level=Level.LEAD, wishes=(Wish("ai_tools", 3),), **both)  # type: ignore[arg-type]  # fields by name
    junior = replace(JUNIOR, offers=(Offer("ai_tools", 5),), **both)  # type: ignore[arg-type]  # fields by name
    for weights in PRESETS.values():
        assert TOP_SCORE - 60 < score([leader, junior], Rules(weights=weights)).matrix[0, 1] <= TOP_SCORE


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Offer("ai_tools", 6),
        lambda: Wish("ai_tools", 0),
        lambda: Rules(least_gap=0),
        lambda: Rules(floor=10_000),
        lambda: replace(LEADER, mentor_capacity=-1),
        lambda: replace(LEADER, style=(2, 0, 0)),
        lambda: replace(LEADER, wishes=(Wish("a", 1), Wish("a", 2))),
        lambda: replace(LEADER, free_hours=1 << 168),
        lambda: hours_mask([168]),
        lambda: Weights(9_999, 1, 0, 0, 0, 0, 0, 0),
        lambda: score([LEADER, LEADER], Rules()),
    ],
)
def test_what_cannot_be_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        wrong()  # type: ignore[operator]  # each parameter is a function
