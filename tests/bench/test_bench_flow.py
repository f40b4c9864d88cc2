"""`make bench`: our own search for the cheapest flow beside OR-tools, at the sizes of companies."""

import os
from time import process_time

import numpy as np
import pytest

from bot.domain.matching.engine import assign
from bot.domain.matching.solver import network
from tests.bench.figures import Figure, show

pytestmark = pytest.mark.bench
SIZES = tuple(int(size) for size in os.environ.get("BENCH_FLOW_SIZES", "50,100,200,500").split(","))
"""People per side; the docs also have 1,000."""
SLOWEST = {50: 0.2, 100: 0.5, 200: 2.0, 500: 20.0}


@pytest.mark.parametrize("size", SIZES)
def test_from_scores_to_proof(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(size)
    liked = generator.random(size)
    scores = (generator.integers(0, 5000, (size, size)) + 4999 * liked * generator.random((size, 1))).astype(np.int16)
    scores[generator.random((size, size)) < 0.2] = -1
    capacity, demand = generator.integers(1, 4, size), np.ones(size, np.int64)
    seconds = {}
    for name, few_nodes in (("ours", 10**9), ("OR-tools", 0)):
        monkeypatch.setattr(network, "FEW_NODES", few_nodes)
        began = process_time()
        draft = assign(scores, capacity, demand, floor=4000)
        seconds[name] = process_time() - began
        draft.certificate.check()
    beside = f"OR-tools: {seconds['OR-tools']:.3f}"
    show(
        f"{size} people per side, processor time",
        [Figure("ours", seconds["ours"], "s", SLOWEST.get(size, 200), beside=beside)],
    )
