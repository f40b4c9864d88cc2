"""`assign` against brute force on small cases and against HiGHS on middle ones, exactly, with every option at once."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import coo_array

from bot.domain.matching.engine import Assignment, TooLarge, assign
from bot.domain.matching.solver import candidates, network, solve
from bot.domain.matching.solver.problem import Objective

Pair = tuple[int, int]
# People with a first partner (both sides together), of them those who waited, pairs, minus pairs under the floor, what
# scores add.
Worth = tuple[int, int, int, int, int]


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
    partnered: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
    waited: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())

    def solve(self, objective: Objective) -> Assignment:
        return assign(self.scores, self.capacity, self.demand, objective=objective, **self.options())

    def options(self) -> dict[str, Any]:
        names = ("locked", "forbidden", "keep", "floor", "partnered", "waited")
        return {name: getattr(self, name) for name in names}

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
            return 0, 0, len(pairs), 0, gained
        first = [{pair[side] for pair in pairs} - set(self.partnered[side]) for side in (0, 1)]
        waited = sum(len(first[side] & set(self.waited[side])) for side in (0, 1))
        return (
            len(first[0]) + len(first[1]),
            waited,
            len(pairs),
            -sum(int(self.scores[pair]) < self.floor for pair in pairs),
            gained,
        )


def best_by_brute_force(case: Case, objective: Objective) -> Worth:
    return max(case.worth(pairs, objective) for pairs in _subsets(case.allowed()) if case.fits(pairs))


def _subsets(pairs: list[Pair]) -> Iterator[tuple[Pair, ...]]:
    for size in range(len(pairs) + 1):
        yield from combinations(pairs, size)


def best_by_highs(case: Case, objective: Objective) -> Worth:
    """Each tier of the objective maximised by HiGHS after the tiers above were fixed at their best.

    Variables: one a pair, then one a leader and one a mentor that may be 1 only if they have a partner.
    """
    pairs = case.allowed()
    leaders, mentors = len(case.demand), len(case.capacity)
    size = len(pairs) + leaders + mentors
    rows: list[tuple[list[int], list[float], float, float]] = []
    for side, places, offset in ((0, case.demand, 0), (1, case.capacity, leaders)):
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
    return best[0], best[1], best[2], best[3], best[4]


def _tiers(case: Case, objective: Objective, pairs: list[Pair], size: int) -> NDArray[np.float64]:
    tiers = np.zeros((5, size))
    if objective == "fair":
        tiers[0, len(pairs) :] = 1
        tiers[0, [len(pairs) + i for i in case.partnered[0]]] = 0
        tiers[0, [len(pairs) + len(case.demand) + j for j in case.partnered[1]]] = 0
        waited = [len(pairs) + i for i in case.waited[0]] + [len(pairs) + len(case.demand) + j for j in case.waited[1]]
        tiers[1, waited] = tiers[0, waited]
        tiers[3, : len(pairs)] = [-float(case.scores[pair] < case.floor) for pair in pairs]
    tiers[2, : len(pairs)] = 1
    tiers[4, : len(pairs)] = [case.gain(pair, objective) for pair in pairs]
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
    leaders, mentors = draw(st.integers(least, most_people)), draw(st.integers(least, most_people))
    few = st.sampled_from([0, 1, 2500, 5000, 9000, 9999])
    values = draw(st.sampled_from([few, st.integers(0, 9999)]))
    flat = draw(st.lists(st.one_of(values, st.just(-1)), min_size=leaders * mentors, max_size=leaders * mentors))
    scores = np.array(flat, np.int16).reshape(leaders, mentors)
    for place in np.argwhere(scores >= 0)[most_pairs:]:
        scores[tuple(place)] = -1
    places = st.integers(0, 3)
    demand = draw(st.lists(places, min_size=leaders, max_size=leaders))
    capacity = draw(st.lists(places, min_size=mentors, max_size=mentors))
    every = [(i, j) for i in range(leaders) for j in range(mentors)]
    some = st.lists(st.sampled_from(every), unique=True, max_size=4).map(tuple) if every else st.just(())
    forbidden, keep, wanted = draw(some), draw(some), draw(some)
    case = Case(scores, capacity, demand, (), forbidden, keep, draw(st.sampled_from([0, 3000, 6000])))
    locked: tuple[Pair, ...] = ()
    for pair in wanted:
        if pair in case.allowed() and case.fits([*locked, pair]):
            locked = (*locked, pair)
    partnered, waited = (
        [
            draw(st.lists(st.integers(0, size - 1), unique=True, max_size=2).map(tuple)) if size else ()
            for size in (leaders, mentors)
        ]
        for _ in range(2)
    )
    known = (partnered[0], partnered[1]), (waited[0], waited[1])
    return Case(scores, capacity, demand, locked, forbidden, keep, case.floor, *known)


@given(cases(most_people=4, most_pairs=9), st.sampled_from(["fair", "total"]))
@settings(max_examples=100)
def test_small_cases_are_as_good_as_brute_force(case: Case, objective: Objective) -> None:
    assert sound(case, case.solve(objective), objective) == best_by_brute_force(case, objective)


@given(cases(most_people=9, most_pairs=81, least=1), st.sampled_from(["fair", "total"]))
@settings(max_examples=60)
def test_larger_cases_are_as_good_as_an_independent_solver(case: Case, objective: Objective) -> None:
    assert sound(case, case.solve(objective), objective) == best_by_highs(case, objective)


@given(cases(most_people=8, most_pairs=64), st.sampled_from(["fair", "total"]))
@settings(max_examples=60)
def test_few_first_candidates_lead_to_the_same_pairs(case: Case, objective: Objective) -> None:
    """Pairs that were no candidates are found by cuts and prices, and ties fall the same way."""
    expected = case.solve(objective)
    with patch.object(solve, "BEST", 1), patch.object(candidates, "SPREAD", (0,)):
        result = case.solve(objective)
    assert sound(case, result, objective) == sound(case, expected, objective)
    assert result.pairs.tolist() == expected.pairs.tolist()


@given(cases(most_people=8, most_pairs=64), cases(most_people=8, most_pairs=64), st.sampled_from(["fair", "total"]))
@settings(max_examples=60)
def test_solving_again_from_a_start_changes_nothing(case: Case, other: Case, objective: Objective) -> None:
    """The start may have had other places, locks, forbids and keeps."""
    leaders, mentors = case.scores.shape
    demand, capacity = (other.demand + [1] * 8)[:leaders], (other.capacity + [1] * 8)[:mentors]
    first = Case(case.scores, capacity, demand, forbidden=case.keep).solve(objective)
    again = assign(case.scores, case.capacity, case.demand, objective=objective, start=first, **case.options())
    assert sound(case, again, objective) == sound(case, case.solve(objective), objective)
    assert again.pairs.tolist() == case.solve(objective).pairs.tolist()


@given(cases(most_people=8, most_pairs=64), st.integers(1, 3), st.booleans())
@settings(max_examples=60)
def test_blocks_of_rows_are_as_good_as_an_array(case: Case, rows: int, once: bool) -> None:
    blocks = [case.scores[start : start + rows] for start in range(0, len(case.scores), rows)]
    untouched = case.scores.copy()
    streamed = assign(iter(blocks) if once else blocks, case.capacity, case.demand, **case.options())
    assert streamed.pairs.tolist() == case.solve("fair").pairs.tolist()
    assert streamed.certificate.check()
    assert (case.scores == untouched).all()


@given(cases(most_people=6, most_pairs=36), st.sampled_from(["fair", "total"]))
@settings(max_examples=60)
def test_the_certificate_adds_up_by_hand(case: Case, objective: Objective) -> None:
    """Weak duality written out: whoever adds up these numbers needs to trust nothing else."""
    proof = case.solve(objective).certificate
    free = [pair for pair in case.allowed() if pair not in case.locked]
    demand = np.array(case.demand) - np.bincount([i for i, _ in case.locked], minlength=len(case.demand))
    capacity = np.array(case.capacity) - np.bincount([j for _, j in case.locked], minlength=len(case.capacity))
    first = [places * (objective == "fair") for places in _unlocked(case)]
    bound = sum(_gain_with_floor(case, pair, objective, proof.floor_penalty) for pair in case.locked)
    for pair in free:
        paid = int(proof.leader_prices[pair[0]]) + int(proof.mentor_prices[pair[1]])
        bound += max(0, _gain_with_floor(case, pair, objective, proof.floor_penalty) - paid)
    for own, hubs, places, ones, amounts in (
        (proof.leader_prices, proof.prices.sources, demand, first[0], proof.totals.supplies),
        (proof.mentor_prices, proof.prices.sinks, capacity, first[1], proof.totals.needs),
    ):
        waits = ones * np.isin(np.arange(len(ones)), case.waited[places is capacity])
        for hub, tier, amount in zip(hubs.tolist(), (waits, ones - waits, places - ones), amounts, strict=True):
            bound += amount * hub + sum(max(0, int(p) - hub) * int(n) for p, n in zip(own, tier, strict=True))
    assert bound == proof.bound == proof.objective


def _unlocked(case: Case) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    leaders = {i for i, _ in case.locked} | set(case.partnered[0])
    mentors = {j for _, j in case.locked} | set(case.partnered[1])
    return (
        np.array([int(d > 0 and i not in leaders) for i, d in enumerate(case.demand)], np.int64),
        np.array([int(c > 0 and j not in mentors) for j, c in enumerate(case.capacity)], np.int64),
    )


def _gain_with_floor(case: Case, pair: Pair, objective: Objective, penalty: int) -> int:
    under = objective == "fair" and int(case.scores[pair]) < case.floor
    return case.gain(pair, objective) - penalty * under


@given(cases(most_people=6, most_pairs=20), st.sampled_from(["fair", "total"]))
@settings(max_examples=60)
def test_alternates_are_possible_and_never_cost_less_than_they_say(case: Case, objective: Objective) -> None:
    result = case.solve(objective)
    chosen = {(int(i), int(j)) for i, j in result.pairs}
    leaders, mentors = case.scores.shape
    used = np.bincount(result.pairs[:, 1], minlength=mentors)
    for leader in range(leaders):
        found = result.alternates(leader, count=20)
        others = {j for i, j in case.allowed() if i == leader and (i, j) not in chosen}
        assert {other.index for other in found} == others
        keys = [(not other.free, float("inf") if other.loss is None else other.loss) for other in found]
        assert keys == sorted(keys)
        for other in found:
            assert other.free == (used[other.index] < case.capacity[other.index])
            _loss_is_a_lower_bound(case, objective, result, (leader, other.index), other.loss)


def _loss_is_a_lower_bound(case: Case, objective: Objective, result: Assignment, pair: Pair, loss: int | None) -> None:
    locked = replace(case, locked=(*case.locked, pair))
    if not case.fits([*case.locked, pair]):
        return
    forced = locked.solve(objective)
    assert loss is not None
    same_tiers = case.worth(map(tuple, forced.pairs.tolist()), objective)[:3]
    if same_tiers == case.worth(map(tuple, result.pairs.tolist()), objective)[:3]:
        assert result.certificate.objective - forced.certificate.objective >= loss


@pytest.mark.parametrize("objective", ["fair", "total"])
@pytest.mark.parametrize("chance", [0, 50, 4_000])
@pytest.mark.parametrize("shape", [(300, 300), (250, 400), (400, 250)])
def test_hundreds_agree_with_scipy(shape: tuple[int, int], chance: int, objective: Objective) -> None:
    """Everybody wants the same few people, so that nobody's best are the answer and prices must do the work."""
    random = np.random.default_rng(shape[0])
    rows, columns = random.integers(0, 3000, (shape[0], 1)), random.integers(0, 3000, (1, shape[1]))
    scores = (rows + columns + random.integers(0, chance + 1, shape)).astype(np.int16)
    case = Case(scores, [1] * shape[1], [1] * shape[0])
    worth = sound(case, case.solve(objective), objective)
    gain = scores.astype(np.int64) if objective == "total" else -((10_000 - scores.astype(np.int64)) ** 2)
    chosen = linear_sum_assignment(gain, maximize=True)
    assert worth[2] == min(shape)
    assert worth[4] == gain[chosen].sum()


@pytest.mark.parametrize("objective", ["fair", "total"])
@pytest.mark.parametrize("value", [0, 5_000, 9_999])
def test_when_all_scores_are_equal_everybody_is_matched(value: int, objective: Objective) -> None:
    case = Case(np.full((200, 200), value, np.int16), [1] * 200, [1] * 200)
    result = case.solve(objective)
    assert len(result.pairs) == 200
    assert result.certificate.check()


def test_keeping_pairs_moves_few_others() -> None:
    random = np.random.default_rng(3)
    scores = random.integers(3000, 9000, (400, 400)).astype(np.int16)
    places = np.ones(400, np.int64)
    before = assign(scores, places, places)
    forbidden = before.pairs[:4]
    after = assign(scores, places, places, forbidden=forbidden, keep=before.pairs, start=before)
    moved = len(set(map(tuple, before.pairs.tolist())) - set(map(tuple, after.pairs.tolist())))
    assert moved <= 4 * len(forbidden)


def test_importing_the_engine_loads_no_solver() -> None:
    """An idle bot stays small."""
    code = "import sys, bot.domain.matching; print(*{'ortools', 'scipy', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []


def test_too_many_people_are_refused_before_numbers_overflow() -> None:
    network.check_size(10**8, 1_000_000)
    with pytest.raises(TooLarge):
        network.check_size(10**13, 1_000_000)
