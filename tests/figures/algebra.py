"""Whether anything about a few people follows from what was received.

Each number received is a row: its coefficients over the private values of people. What can be computed from all of
them is the span of the rows. It tells something about a few people alone if it holds a vector, other than zero, all
of whose values are theirs.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import TypeVar

PRIME = 2**61 - 1
"""Arithmetic is exact modulo this: coefficients are small whole numbers, so it is the rationals' but by a miracle."""
Variable = TypeVar("Variable", bound=Hashable)
Row = Mapping[Variable, int]
Dense = list[int]


def few_who_can_be_told(rows: Iterable[Row[Variable]], person: Mapping[Variable, int], most: int = 4) -> set[int]:
    """Up to `most` people about whom alone the rows determine something; empty if there are none."""
    for part in _unconnected(rows):
        if found := _few(part, person, most):
            return found
    return set()


def _few(rows: Sequence[Row[Variable]], person: Mapping[Variable, int], most: int) -> set[int]:
    variables = sorted({one for row in rows for one in row}, key=repr)
    basis = reduced([[row.get(one, 0) % PRIME for one in variables] for row in rows])
    # Variables whose columns are the same but for a factor always come together.
    people: dict[tuple[int, ...], set[int]] = defaultdict(set)
    for at, one in enumerate(variables):
        column = [row[at] for row in basis]
        first = next((value for value in column if value), 0)
        if first:
            people[tuple(value * pow(first, -1, PRIME) % PRIME for value in column)].add(person[one])
    large = [list(column) for column, who in people.items() if len(who) > most]
    if rank(large) == len(basis):
        return set()
    # A combination of rows that is zero for everybody but a few exists if the others' columns do not span all.
    few = sorted(set().union(*(who for who in people.values() if len(who) <= most)))
    for chosen in combinations(few, min(most, len(few))):
        others = [list(column) for column, who in people.items() if not who <= set(chosen)]
        if rank(others) < len(basis):
            return set(chosen)
    return set()


def _unconnected(rows: Iterable[Row[Variable]]) -> list[list[Row[Variable]]]:
    """The rows in groups that share no variable with one another."""
    parts: list[tuple[set[Variable], list[Row[Variable]]]] = []
    seen: set[frozenset[tuple[Variable, int]]] = set()
    for row in rows:
        if not row or frozenset(row.items()) in seen:
            continue
        seen.add(frozenset(row.items()))
        touching = [part for part in parts if not part[0].isdisjoint(row)]
        parts = [part for part in parts if part[0].isdisjoint(row)]
        parts.append(
            (set(row).union(*(names for names, _ in touching)), [row, *(one for _, part in touching for one in part)])
        )
    return [part for _, part in parts]


def rank(rows: Collection[Dense]) -> int:
    """The rank of a matrix."""
    return len(reduced(rows))


def reduced(rows: Iterable[Dense]) -> list[Dense]:
    """A basis of the rows, in reduced echelon form."""
    basis: list[tuple[int, Dense]] = []
    for row in rows:
        for pivot, one in basis:
            if factor := row[pivot]:
                row = [(a - factor * b) % PRIME for a, b in zip(row, one, strict=True)]
        pivot = next((at for at, value in enumerate(row) if value), -1)
        if pivot < 0:
            continue
        inverse = pow(row[pivot], -1, PRIME)
        row = [value * inverse % PRIME for value in row]
        basis = [
            (at, [(a - one[pivot] * b) % PRIME for a, b in zip(one, row, strict=True)] if one[pivot] else one)
            for at, one in basis
        ]
        basis.append((pivot, row))
    return [row for _, row in basis]
