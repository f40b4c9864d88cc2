"""The order in which people are given does not decide who is matched."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bot.domain.matching.engine import assign
from bot.domain.matching.solver.problem import Objective
from tests.seeds import seeds
from tests.unit.matching.test_assign import Case, Pair, cases


@given(cases(most_people=7, most_pairs=49), st.data(), st.sampled_from(["fair", "total"]))
@settings(max_examples=60)
def test_another_order_of_rows_and_columns_gives_the_same_pairs(
    case: Case, data: st.DataObject, objective: Objective
) -> None:
    """Also between equally good solutions, and though an array does not say who its rows are."""
    leaders, mentors = case.scores.shape
    assume(not _alike(case))
    rows, columns = data.draw(st.permutations(range(leaders))), data.draw(st.permutations(range(mentors)))
    here, there = np.argsort(rows), np.argsort(columns)

    def moved(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
        return tuple((int(here[i]), int(there[j])) for i, j in pairs)

    turned = Case(
        case.scores[np.ix_(rows, columns)],
        [case.capacity[j] for j in columns],
        [case.demand[i] for i in rows],
        moved(case.locked),
        moved(case.forbidden),
        moved(case.keep),
        case.floor,
        (tuple(int(here[i]) for i in case.partnered[0]), tuple(int(there[j]) for j in case.partnered[1])),
        (tuple(int(here[i]) for i in case.waited[0]), tuple(int(there[j]) for j in case.waited[1])),
    )
    found, again = case.solve(objective), turned.solve(objective)
    assert sorted(moved(map(tuple, found.pairs.tolist()))) == list(map(tuple, again.pairs.tolist()))


def _alike(case: Case) -> bool:
    """Whether two rows, or two columns, hold the same scores in whatever order: nothing but their place may tell such
    people apart."""
    by_row = {tuple(sorted(row)) for row in case.scores.tolist()}
    by_column = {tuple(sorted(column)) for column in case.scores.T.tolist()}
    return len(by_row) < len(case.demand) or len(by_column) < len(case.capacity)


def _kinds(scores: NDArray[np.int16], demand: Sequence[int], capacity: Sequence[int]) -> tuple[list[int], list[int]]:
    """A number for every row and every column, the same for people whom nothing tells apart: neither their places, nor
    their scores with whom, seen however far."""
    rows, columns, told_apart = _numbered(demand), _numbered(capacity), 0
    while told_apart < len({*rows}) + len({*columns}):
        told_apart = len({*rows}) + len({*columns})
        rows, columns = (
            _numbered((own, sorted(zip(line, others, strict=True))) for own, line in zip(side, lines, strict=True))
            for side, lines, others in ((rows, scores.tolist(), columns), (columns, scores.T.tolist(), rows))
        )
    return rows, columns


def _numbered(values: Iterable[Any]) -> list[int]:
    """Equal numbers for equal values, whatever order they come in."""
    values = list(values)
    places = sorted(values)
    return [bisect_left(places, value) for value in values]


@pytest.mark.simulation
# Seed 6065943867 draws two mentors whom nothing tells apart, each with one place.
@pytest.mark.parametrize("seed", [6065943867, *seeds(12)])
def test_the_order_of_rows_does_not_matter_where_nearly_all_scores_are_equal(seed: int) -> None:
    """Yes and no alone: people are told apart by whom they may be with, and by their places."""
    random = np.random.default_rng(seed)
    scores = np.where(random.random((12, 10)) < 0.5, -1, 7_000).astype(np.int16)
    scores[1] = scores[0]
    demand, capacity = np.array([1, 3, *random.integers(0, 3, 10)]), random.integers(0, 3, 10)
    rows, columns = random.permutation(12), random.permutation(10)
    found = assign(scores, capacity, demand)
    turned = assign(scores[np.ix_(rows, columns)], capacity[columns], demand[rows])
    leaders, mentors = _kinds(scores, demand.tolist(), capacity.tolist())
    back = [(leaders[rows[i]], mentors[columns[j]]) for i, j in turned.pairs]
    assert sorted(back) == sorted((leaders[i], mentors[j]) for i, j in found.pairs)
