"""`assign` against brute force on small cases and against HiGHS on middle ones, exactly, with every option at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import coo_array

from bot.domain.matching import Assignment, LockRefused, assign
from bot.domain.solver.problem import Objective

Pair = tuple[int, int]
# People with a first partner (both sides together), pairs, minus pairs under the floor, what scores add.
Worth = tuple[int, int, int, int]


@dataclass(frozen=True)
class Case:
    """One call of `assign`."""

    scores: NDArray[np.int16]
    capacity: list[int]
    demand: list[int]
    locked: tuple[Pair, ...] = ()
    forbidden: tuple[Pair, ...] = ()
    keep: tuple[Pair, ...] = ()
    floor: int = 0

    def solve(self, objective: Objective) -> Assignment:
        options = {"locked": self.locked, "forbidden": self.forbidden, "keep": self.keep, "floor": self.floor}
        return assign(self.scores, self.capacity, self.demand, objective=objective, **options)  # type: ignore[arg-type]  # options of several types

    def allowed(self) -> list[Pair]:
        every = np.argwhere(self.scores >= 0).tolist()
        return [(i, j) for i, j in every if (i, j) not in self.forbidden]

    def fits(self, pairs: Iterable[Pair]) -> bool:
        pairs = list(pairs)
        rows = np.bincount([i for i, _ in pairs], minlength=len(self.demand))
        columns = np.bincount([j for _, j in pairs], minlength=len(self.capacity))
        within = bool((rows <= self.demand).all() and (columns <= self.capacity).all())
        return within and set(self.locked) <= set(pairs)

    def gain(self, pair: Pair, objective: Objective) -> int:
        """What a pair adds, written anew from the definition."""
        points = int(self.scores[pair]) + (500 if pair in self.keep else 0)
        return points if objective == "total" else -(max(0, 10_000 - points) ** 2)

    def worth(self, pairs: Iterable[Pair], objective: Objective) -> Worth:
        pairs = list(pairs)
        gained = sum(self.gain(pair, objective) for pair in pairs)
        if objective == "total":
            return 0, len(pairs), 0, gained
        people = len({i for i, _ in pairs}) + len({j for _, j in pairs})
        return people, len(pairs), -sum(int(self.scores[pair]) < self.floor for pair in pairs), gained


def best_by_brute_force(case: Case, objective: Objective) -> Worth:
    return max(case.worth(pairs, objective) for pairs in _subsets(case.allowed()) if case.fits(pairs))


def _subsets(pairs: list[Pair]) -> Iterator[tuple[Pair, ...]]:
    for size in range(len(pairs) + 1):
        yield from combinations(pairs, size)


def best_by_highs(case: Case, objective: Objective) -> Worth:
    """Each tier of the objective maximised by HiGHS after the tiers above were fixed at their best.

    Variables: one a pair, then one a mentee and one a mentor that may be 1 only if they have a partner.
    """
    pairs = case.allowed()
    mentees, mentors = len(case.demand), len(case.capacity)
    size = len(pairs) + mentees + mentors
    rows: list[tuple[list[int], list[float], float, float]] = []
    for side, places, offset in ((0, case.demand, 0), (1, case.capacity, mentees)):
        for person, place in enumerate(places):
            mine = [k for k, pair in enumerate(pairs) if pair[side] == person]
            rows.append((mine, [1.0] * len(mine), 0, place))
            matched = len(pairs) + offset + person
            rows.append(([*mine, matched], [1.0] * len(mine) + [-1.0], 0, np.inf))
    rows += [([pairs.index(lock)], [1.0], 1, 1) for lock in case.locked]
    tiers = _tiers(case, objective, pairs, size)
    best: list[int] = []
    for tier in tiers:
        found = _milp(-tier, rows, size)
        best.append(found)
        used = np.flatnonzero(tier)
        rows.append((used.tolist(), tier[used].tolist(), found, found))
    return best[0], best[1], best[2], best[3]


def _tiers(case: Case, objective: Objective, pairs: list[Pair], size: int) -> NDArray[np.float64]:
    tiers = np.zeros((4, size))
    if objective == "fair":
        tiers[0, len(pairs) :] = 1
        tiers[2, : len(pairs)] = [-float(case.scores[pair] < case.floor) for pair in pairs]
    tiers[1, : len(pairs)] = 1
    tiers[3, : len(pairs)] = [case.gain(pair, objective) for pair in pairs]
    return tiers


def _milp(cost: NDArray[np.float64], rows: list[tuple[list[int], list[float], float, float]], size: int) -> int:
    entries = [
        (r, c, v) for r, (columns, values, _, _) in enumerate(rows) for c, v in zip(columns, values, strict=True)
    ]
    r, c, v = (np.array(part) for part in zip(*entries, strict=True)) if entries else (np.zeros(0, int),) * 3
    matrix = coo_array((v, (r, c)), shape=(len(rows), size)).tocsc()
    limits = LinearConstraint(matrix, [row[2] for row in rows], [row[3] for row in rows])
    result: Any = milp(cost, constraints=limits, integrality=np.ones(size), bounds=(0, 1), options={"mip_rel_gap": 0})
    assert result.success, result.message
    return round(float(-cost @ result.x.round()))


def sound(case: Case, result: Assignment, objective: Objective) -> Worth:
    """Checks that hold for every result; its worth."""
    pairs = [(int(i), int(j)) for i, j in result.pairs]
    assert len(set(pairs)) == len(pairs)
    assert case.fits(pairs)
    assert set(pairs) <= set(case.allowed())
    assert result.total == sum(int(case.scores[pair]) for pair in pairs)
    assert result.certificate.bound == result.certificate.objective
    assert result.certificate.check()
    return case.worth(pairs, objective)


@st.composite
def cases(draw: st.DrawFn, most_people: int, most_pairs: int, least: int = 0) -> Case:
    mentees, mentors = draw(st.integers(least, most_people)), draw(st.integers(least, most_people))
    few = st.sampled_from([0, 1, 2500, 5000, 9000, 9999])
    values = draw(st.sampled_from([few, st.integers(0, 9999)]))
    flat = draw(st.lists(st.one_of(values, st.just(-1)), min_size=mentees * mentors, max_size=mentees * mentors))
    scores = np.array(flat, np.int16).reshape(mentees, mentors)
    for place in np.argwhere(scores >= 0)[most_pairs:]:
        scores[tuple(place)] = -1
    places = st.integers(0, 3)
    demand = draw(st.lists(places, min_size=mentees, max_size=mentees))
    capacity = draw(st.lists(places, min_size=mentors, max_size=mentors))
    every = [(i, j) for i in range(mentees) for j in range(mentors)]
    some = st.lists(st.sampled_from(every), unique=True, max_size=4).map(tuple) if every else st.just(())
    forbidden, keep, wanted = draw(some), draw(some), draw(some)
    case = Case(scores, capacity, demand, (), forbidden, keep, draw(st.sampled_from([0, 3000, 6000])))
    locked: tuple[Pair, ...] = ()
    for pair in wanted:
        if pair in case.allowed() and case.fits([*locked, pair]):
            locked = (*locked, pair)
    return Case(scores, capacity, demand, locked, forbidden, keep, case.floor)


@given(cases(most_people=4, most_pairs=9), st.sampled_from(["fair", "total"]))
@settings(max_examples=250, deadline=None)
def test_small_cases_are_as_good_as_brute_force(case: Case, objective: Objective) -> None:
    assert sound(case, case.solve(objective), objective) == best_by_brute_force(case, objective)


@given(cases(most_people=9, most_pairs=81, least=1), st.sampled_from(["fair", "total"]))
@settings(max_examples=60, deadline=None)
def test_larger_cases_are_as_good_as_an_independent_solver(case: Case, objective: Objective) -> None:
    assert sound(case, case.solve(objective), objective) == best_by_highs(case, objective)


@pytest.mark.parametrize("rule", ["forbidden", "forbidden_by_hr", "no_capacity"])
def test_a_lock_that_may_not_be_is_refused_by_name(rule: str) -> None:
    scores = np.array([[-1, 5000], [7000, 8000]], np.int16)
    lock, forbidden, demand = {
        "forbidden": ((0, 0), (), [1, 1]),
        "forbidden_by_hr": ((1, 0), ((1, 0),), [1, 1]),
        "no_capacity": ((1, 0), (), [1, 0]),
    }[rule]
    with pytest.raises(LockRefused) as refused:
        assign(scores, [1, 1], demand, locked=[lock], forbidden=forbidden)
    assert refused.value.rule == rule
