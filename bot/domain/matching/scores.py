"""Scores of all pairs, block by block in bounded memory."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.domain.matching.features import Floats, products
from bot.domain.matching.rules import Managers, broken_rules, parts_of, reporting_lines
from bot.domain.signup import Profile, Rules

FORBIDDEN = -1
# Rows per block: enough for fast matrix products, and 20 MB of buffers at 10,000 mentors.
BLOCK_ROWS = 256


class Scores:
    """The result of `score`: an int16 matrix [leaders, mentors], -1 where a rule forbids the pair, else 0 to 9,999.

    Rows and columns are in the order of `mentee_ids` and `mentor_ids` (int64, ascending), so the order of the input has
    no influence. `mentee_demand` and `mentor_capacity` (int64) are their capacities, ready for `assign`.
    With `stream=True` the matrix is never stored: every pass over `blocks()` computes it again.
    """

    def __init__(self, people: Iterable[Profile], rules: Rules, managers: Managers | None, stream: bool) -> None:
        everybody = sorted(people, key=lambda person: person.id)
        self._people = {person.id: person for person in everybody}
        if len(self._people) < len(everybody):
            raise ValueError("two people have the same id")
        self.rules = rules
        self._lines = reporting_lines(everybody, managers)
        self._leaders = [person for person in everybody if person.role.learns]
        self._mentors = [person for person in everybody if person.role.teaches]
        self.leader_ids = _int64(person.id for person in self._leaders)
        self.mentor_ids = _int64(person.id for person in self._mentors)
        self.leader_demand = _int64(person.leader_capacity for person in self._leaders)
        self.mentor_capacity = _int64(person.mentor_capacity for person in self._mentors)
        self._products = products(self._leaders, self._mentors, rules) if all(self.shape) else []
        self._forbidden_rows, self._forbidden_columns = self._named_pairs()
        self._matrix: NDArray[np.int16] | None = None if stream else self._stored()

    @property
    def shape(self) -> tuple[int, int]:
        """Number of leaders and of mentors."""
        return len(self._leaders), len(self._mentors)

    @property
    def matrix(self) -> NDArray[np.int16]:
        """The whole matrix; computed at each call if the scores are streamed."""
        return self._stored() if self._matrix is None else self._matrix

    def blocks(self) -> Iterator[NDArray[np.int16]]:
        """The matrix as consecutive blocks of rows. A block is valid until the next one is requested."""
        if self._matrix is not None:
            yield self._matrix
            return
        block, buffers = np.empty((BLOCK_ROWS, self.shape[1]), np.int16), self._buffers(BLOCK_ROWS)
        for start in range(0, self.shape[0], BLOCK_ROWS):
            stop = min(start + BLOCK_ROWS, self.shape[0])
            self._compute(start, stop, block[: stop - start], buffers)
            yield block[: stop - start]

    __iter__ = blocks

    def row(self, leader: int) -> NDArray[np.int16]:
        """The scores of the leader at this index with every mentor."""
        if self._matrix is not None:
            return self._matrix[leader : leader + 1].copy().ravel()
        row = np.empty((1, self.shape[1]), np.int16)
        self._compute(leader, leader + 1, row, self._buffers(1))
        return row.ravel()

    def column(self, mentor: int) -> NDArray[np.int16]:
        """The scores of the mentor at this index with every leader."""
        if self._matrix is not None:
            return self._matrix[:, mentor].copy()
        points = np.zeros(self.shape[0], np.float32)
        for product in self._products:
            points += _capped(product.leaders @ product.mentors[mentor], product.cap)
        column = np.maximum(points, FORBIDDEN).astype(np.int16)
        column[self._forbidden_rows[self._forbidden_columns == mentor]] = FORBIDDEN
        return column

    def parts(self, leader_id: int, mentor_id: int) -> dict[str, int]:
        """The points of each part for two people by id, adding up exactly to their score if no rule forbids it."""
        return parts_of(self._people[leader_id], self._people[mentor_id], self.rules)

    def forbidden_by(self, leader_id: int, mentor_id: int) -> tuple[str, ...]:
        """The names of the hard rules that forbid these two people, by id; empty when they may be paired."""
        return broken_rules(self._people[leader_id], self._people[mentor_id], self.rules, self._lines)

    def pair_index(self, leader_id: int, mentor_id: int) -> tuple[int, int]:
        """Row and column of two people by id, as `assign` takes pairs. Raises KeyError for one not on that side."""
        row, column = places([leader_id], self.leader_ids)[0], places([mentor_id], self.mentor_ids)[0]
        if row < 0 or column < 0:
            raise KeyError(f"no mentee {leader_id} or no mentor {mentor_id}")
        return int(row), int(column)

    def person(self, person_id: int) -> Profile:
        """The profile with this id. Raises KeyError for an unknown id."""
        return self._people[person_id]

    @property
    def people(self) -> Iterable[Profile]:
        """All scored people, by id, whether or not they can be matched."""
        return self._people.values()

    def _stored(self) -> NDArray[np.int16]:
        matrix, buffers = np.empty(self.shape, np.int16), self._buffers(BLOCK_ROWS)
        for start in range(0, self.shape[0], BLOCK_ROWS):
            stop = min(start + BLOCK_ROWS, self.shape[0])
            self._compute(start, stop, matrix[start:stop], buffers)
        return matrix

    def _buffers(self, rows: int) -> Floats:
        """Buffers for two products, reused for every block: allocating them each time would cost as much as the
        products."""
        return np.empty((2, min(rows, self.shape[0]), self.shape[1]), np.float32)

    def _compute(self, start: int, stop: int, out: NDArray[np.int16], buffers: Floats) -> None:
        if not out.size:
            return
        points, part = buffers[:, : stop - start]
        points[...] = 0
        for product in self._products:
            np.matmul(product.leaders[start:stop], product.mentors.T, out=part)
            points += _capped(part, product.cap)
        np.maximum(points, FORBIDDEN, out=points)
        out[...] = points
        first, last = np.searchsorted(self._forbidden_rows, (start, stop))
        out[self._forbidden_rows[first:last] - start, self._forbidden_columns[first:last]] = FORBIDDEN

    def _named_pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs that a rule about particular people forbids, as rows (ascending) and columns."""
        one: list[int] = []
        other: list[int] = []
        for person in self._people.values():
            named = (person.id, *person.avoids, *person.past, *self._lines[person.id])
            one.extend([person.id] * len(named))
            other.extend(named)
        rows = places(one + other, self.leader_ids)
        columns = places(other + one, self.mentor_ids)
        here = (rows >= 0) & (columns >= 0)
        order = np.argsort(rows[here], kind="stable")
        return rows[here][order], columns[here][order]


def score(people: Iterable[Profile], rules: Rules, *, managers: Managers | None = None, stream: bool = False) -> Scores:
    """Scores of everyone who learns with everyone who teaches.

    `managers` maps employees who do not take part to their manager (ids as in `Profile.manager`), so that reporting
    lines through them are known. `stream=True` stores no matrix: slower, with far less memory.
    Raises ValueError when two people have the same id.
    """
    return Scores(people, rules, managers, stream)


def _capped(points: Floats, cap: int | None) -> Floats:
    return points if cap is None else np.minimum(points, cap, out=points)


def _int64(values: Iterable[int]) -> NDArray[np.int64]:
    return np.fromiter(values, np.int64)


def places(ids: Sequence[int], among: NDArray[np.int64]) -> NDArray[np.int64]:
    """The index of each id in the ascending `among`, -1 for one that is not there."""
    wanted = np.array(ids, np.int64)
    if not among.size:
        return np.full(len(wanted), -1)
    places = np.minimum(np.searchsorted(among, wanted), len(among) - 1)
    return np.where(among[places] == wanted, places, -1)
