"""The quality of a set of pairs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """`matched` people in `pairs`; `under` weak pairs; the average score."""

    pairs: int
    matched: int
    under: int
    average: int


def figures(pairs: Sequence[tuple[int, int, int, bool]], floor: int) -> Figures:
    """The figures of pairs: mentor, leader, score, and whether they lack a substantial reason."""
    people = {one for mentor, leader, _, _ in pairs for one in (mentor, leader)}
    under = sum(score < floor or lacks for _, _, score, lacks in pairs)
    return Figures(len(pairs), len(people), under, _mean(score for _, _, score, _ in pairs))


def _mean(scores: Iterable[int]) -> int:
    found = list(scores)
    return sum(found) // len(found) if found else 0
