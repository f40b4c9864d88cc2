"""Tests that fail, for `test_fuzz.py`. Nobody else collects them: the file's name does not begin with `test_`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.seeds import seeds


@given(st.integers())
def test_numbers_are_small(number: int) -> None:
    assert number < 10


@pytest.mark.simulation
@pytest.mark.parametrize("seed", seeds(2))
def test_seeds_are_small(seed: int) -> None:
    assert seed < 10
