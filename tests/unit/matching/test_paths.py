"""Our own search for the cheapest flow, and OR-tools: the same pairs and the same proof from both."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.matching.engine import assign
from bot.domain.matching.solver import network
from bot.domain.matching.solver.paths import send
from bot.domain.matching.solver.problem import Int64s
from bot.domain.matching.solver.result import Assignment

OURS, LIBRARY = 10**9, 0
"""Up to how many nodes our own search is used."""


def solved(few_nodes: int, seed: int, size: int, allowed: float) -> Assignment:
    """A problem with mentors whom all want, places on both sides and pairs that are not allowed, by one of the two."""
    generator = np.random.default_rng(seed)
    liked = generator.random(size)
    scores = (generator.integers(0, 5000, (size, size)) + 4999 * liked * generator.random((size, 1))).astype(np.int16)
    scores[generator.random((size, size)) > allowed] = -1
    capacity, demand = generator.integers(0, 4, size), generator.integers(0, 3, size)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network, "FEW_NODES", few_nodes)
        return assign(scores, capacity, demand, floor=4000, objective="fair" if seed % 2 else "total")


@given(st.integers(0, 10**6), st.integers(2, 24), st.sampled_from([0.05, 0.2, 0.9]))
def test_both_solve_it_alike(seed: int, size: int, allowed: float) -> None:
    ours, library = solved(OURS, seed, size, allowed), solved(LIBRARY, seed, size, allowed)
    ours.certificate.check()
    assert ours.pairs.tolist() == library.pairs.tolist()
    assert ours.certificate.objective == library.certificate.objective


@pytest.mark.parametrize("seed", [1, 2])
def test_they_agree_on_more_people_than_are_solved_in_one_round(seed: int) -> None:
    ours, library = solved(OURS, seed, 160, 0.3), solved(LIBRARY, seed, 160, 0.3)
    ours.certificate.check()
    assert ours.pairs.tolist() == library.pairs.tolist()


def arcs(*of: tuple[int, int, int, int]) -> tuple[Int64s, Int64s, Int64s, Int64s]:
    tails, heads, capacities, costs = np.array(of, np.int64).T
    return tails, heads, capacities, costs


def test_a_later_unit_takes_back_what_an_earlier_one_took() -> None:
    """The first unit goes 0-1-2-3 for 2; two units at once must go 0-1-3 and 0-2-3."""
    sent = send(arcs((0, 1, 1, 0), (0, 2, 1, 5), (1, 2, 1, 1), (1, 3, 1, 5), (2, 3, 1, 1)), 4, 0, 3, 2)
    assert sent.value == 2
    assert sent.flows.tolist() == [1, 1, 0, 1, 1]


def test_what_cannot_be_sent_is_told_with_the_cut() -> None:
    sent = send(arcs((0, 1, 9, 0), (1, 2, 2, 0), (2, 3, 9, 0)), 4, 0, 3, 5)
    assert sent.value == 2
    assert sent.reached == {0, 1}


def test_the_engine_works_where_the_library_is_not_installed() -> None:
    code = """
import sys
sys.modules["ortools"] = None
import importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name == "ortools" else find(name, *more)
import numpy as np
from bot.domain.matching.engine import assign
scores = np.random.default_rng(1).integers(0, 9999, (130, 130)).astype(np.int16)
draft = assign(scores, np.ones(130, np.int64), np.ones(130, np.int64))
draft.certificate.check()
print(len(draft.pairs), "pandas" in sys.modules, "scipy" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["130", "False", "False"]
