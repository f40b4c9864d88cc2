"""What could make one run of the suite differ from the next is in one place, or is not there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
ITSELF = Path(__file__)


def places(pattern: str, *allowed: str) -> list[str]:
    """Where `pattern` stands in the tests, but for the files that may have it."""
    found = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in TESTS
        if path != ITSELF and str(path.relative_to(ROOT / "tests")) not in allowed
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if found.search(line)
    ]


def test_every_property_test_obeys_the_profile() -> None:
    settings = r"@settings\(.*\b(deadline|derandomize|database|suppress_health_check|print_blob)="
    assert places(settings) == []


def test_nothing_is_looked_for_beside_the_repository() -> None:
    assert places(r"ROOT\.parent|REPO\.parent|\.\./shared|/work/") == []


def test_nothing_has_a_fixed_place_in_the_shared_temporary_folder() -> None:
    assert places(r"[\"'(]/tmp/") == []


def test_random_is_drawn_from_a_seed() -> None:
    assert places(r"\brandom\.(random|choice|shuffle|sample|randint|randrange|uniform)\(.*", *SEEDED) == []
    assert places(r"random\.Random\(\)|default_rng\(\)") == []


SEEDED = (
    # `random` is a generator with a seed there, as hypothesis or numpy makes it.
    "unit/matching/test_scores.py",
    "unit/matching/test_assign.py",
    "unit/matching/test_order_of_rows.py",
    "soak/run.py",
)


@pytest.mark.parametrize("word", [r"pytest\.mark\.flaky", r"reruns", r"pytest\.mark\.xfail"])
def test_no_test_is_tried_again_or_expected_to_fail(word: str) -> None:
    assert places(word) == []
