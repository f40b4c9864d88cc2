"""Seeds of the tests that play something random: the same ones in every run, others in each round of `make fuzz`."""

import os

ROUND = "BALIK_FUZZ_SEED"
"""Environment variable with the seed of a round of `make fuzz`."""


def seeds(count: int) -> list[int]:
    """For `pytest.mark.parametrize`, on a test that is marked `simulation`."""
    first = int(os.environ.get(ROUND, "0")) * count
    return list(range(first, first + count))
