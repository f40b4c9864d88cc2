"""What `assign` takes and what it refuses, in whatever form strangers hand it over."""

from typing import Any

import numpy as np
import pytest

from bot.domain.matching.engine import LockRefused, assign
from bot.domain.matching.solver.problem import Objective


def test_places_beyond_all_people_are_as_good_as_enough() -> None:
    scores = np.array([[5, 6], [7, 8]], np.int16)
    for many in (np.array([2**62, 3]), np.array([2**64 - 1, 2**63], np.uint64)):
        result = assign(scores, many, many)
        assert result.pairs.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
        assert result.certificate.check()


@pytest.mark.parametrize("objective", ["fair", "total"])
@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0), (3, 3)])
def test_nobody_to_match_is_an_answer_too(shape: tuple[int, int], objective: Objective) -> None:
    result = assign(np.full(shape, -1, np.int16), [1] * shape[1], [1] * shape[0], objective=objective)
    assert result.pairs.shape == (0, 2)
    assert result.certificate.check()


@pytest.mark.parametrize(
    "scores", [[[5, 6], [7, 8]], np.array([[5, 6], [7, 8]], ">i2"), iter([np.array([5, 6]), np.array([[7, 8]])])]
)
def test_scores_come_in_many_forms(scores: Any) -> None:
    assert assign(scores, [1, 1], [1, 1], forbidden={(0, 0)}).pairs.tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    ("scores", "capacity", "demand", "options"),
    [
        (np.array([[10_000]]), [1], [1], {}),
        (np.array([[-2]]), [1], [1], {}),
        (np.array([[65_541]]), [1], [1], {}),  # 5, were it cut to 16 bits
        (np.array([[5.0]]), [1], [1], {}),
        (np.array([[np.nan]]), [1], [1], {}),
        (np.array([[True]]), [1], [1], {}),
        (np.zeros((1, 1, 1), np.int16), [1], [1], {}),
        (iter([np.array([[1]])] * 2), [1], [1], {}),
        (np.array([[1, 2]]), [1, 1], [1], {"locked": [(0, 0, 1), (0, 1, 0)]}),
        (np.array([[1, 2]]), [1, 1], [1], {"locked": (0, 1)}),
        (np.array([[1, 2]]), [1, 1], [1], {"locked": [(0.5, 1)]}),
        (np.array([[1]]), [1], [1], {"floor": 0.5}),
        (np.array([[1]]), [1, 1], [1], {}),
        (np.array([[1]]), [1], [1, 1], {}),
        (np.array([[1]]), [-1], [1], {}),
        (np.array([[1]]), [0.5], [1], {}),
        (np.array([[1]]), [1], [1], {"locked": [(0, 1)]}),
        (np.array([[1]]), [1], [1], {"forbidden": [(-1, 0)]}),
        (np.array([[1]]), [1], [1], {"objective": "best"}),
        (np.array([[1]]), [1], [1], {"floor": -1}),
    ],
)
def test_what_does_not_fit_is_refused(scores: Any, capacity: Any, demand: Any, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        assign(scores, capacity, demand, **options)


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
