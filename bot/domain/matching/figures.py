"""The quality of a set of pairs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """`matched` people in `pairs`; `under` weak pairs; the average score, and that of the worst tenth."""

    pairs: int
    matched: int
    under: int
    average: int
    worst: int


def figures(pairs: Sequence[tuple[int, int, int]], floor: int) -> Figures:
    """The figures of pairs (mentor, mentee, score). A tenth is at least one pair."""
    scores = sorted(score for _, _, score in pairs)
    people = {one for mentor, mentee, _ in pairs for one in (mentor, mentee)}
    under = sum(score < floor for score in scores)
    return Figures(len(pairs), len(people), under, _mean(scores), _mean(scores[: -(-len(scores) // 10)]))


def _mean(scores: Iterable[int]) -> int:
    found = list(scores)
    return sum(found) // len(found) if found else 0
