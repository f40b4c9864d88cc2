"""The input of the solver: scores, places, and HR's locks, forbids and earlier pairs; validated and normalised."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bot.domain.matching.solver.hashing import RowHashes, ids, look_of, mix
from bot.domain.signup import TOP_SCORE

Int16s = NDArray[np.int16]
Int64s = NDArray[np.int64]
Bools = NDArray[np.bool_]
Pairs = Iterable[tuple[int, int]] | NDArray[Any]
Objective = Literal["fair", "total"]
Partnered = tuple[Iterable[int], Iterable[int]]
"""Indexes of leaders and of mentors: who already have another partner, or who waited for one."""

KEEP_BONUS = 500
PERFECT = 10_000
BLOCK_ROWS = 128
# No pair can be worth this little, and sums of it stay exact in every number type used.
NEVER = -(1 << 50)


@runtime_checkable
class Identified(Protocol):
    """Scores that know the people of their rows and columns and which rule forbids a pair (see
    `matching.scores.Scores`)."""

    leader_ids: Int64s
    mentor_ids: Int64s

    def forbidden_by(self, leader_id: int, mentor_id: int) -> tuple[str, ...]: ...
    def row(self, leader: int) -> Int16s: ...
    def column(self, mentor: int) -> Int16s: ...


ScoreSource = NDArray[Any] | Iterable[ArrayLike]


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """The arguments of `assign`."""

    scores: ScoreSource
    mentor_capacity: ArrayLike
    leader_demand: ArrayLike
    locked: Pairs = ()
    forbidden: Pairs = ()
    floor: int = 0
    objective: Objective = "fair"
    keep: Pairs = ()
    partnered: Partnered = ((), ())
    waited: Partnered = ((), ())


class LockRefused(ValueError):
    """A locked pair would break a hard rule. `rule` is its name: one of `matching.rules.RULES`, "forbidden" if the
    scores forbid the pair without a rule, or "forbidden_by_hr" if the pair is locked and forbidden at once."""

    def __init__(self, leader: int, mentor: int, rule: str) -> None:
        super().__init__(f"mentee {leader} and mentor {mentor} cannot be locked: {rule}")
        self.leader = leader
        self.mentor = mentor
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Problem:
    """A validated problem. Places taken by locked pairs are already subtracted from `demand` and `capacity`.

    `first_mentee` and `first_mentor` are 1 where a person's first partner counts before others' second: in "fair" for
    all who have a place and no partner yet, locked or other, in "total" for nobody. Of them, `waited_mentee` and
    `waited_mentor` are 1 for those whose first partner counts before others' first. `worth` maps a score to what a pair
    of that score adds to the objective; its last entry, at index -1, is that of a forbidden pair.
    """

    source: ScoreSource
    objective: Objective
    floor: int
    demand: Int64s
    capacity: Int64s
    first_leader: Int64s
    first_mentor: Int64s
    waited_leader: Int64s
    waited_mentor: Int64s
    locked: Int64s
    closed: Int64s
    keep: Int64s
    floor_penalty: int
    worth: Int64s
    worth_kept: Int64s
    leader_ids: Int64s
    mentor_ids: Int64s
    look: RowHashes | None

    @property
    def shape(self) -> tuple[int, int]:
        """Number of leaders and of mentors."""
        return len(self.demand), len(self.capacity)

    @property
    def leader_tiers(self) -> Int64s:
        """Places of leaders by tier [3, leaders]: for first partners of those who waited, of others, and further."""
        return np.stack([self.waited_leader, self.first_leader - self.waited_leader, self.demand - self.first_leader])

    @property
    def mentor_tiers(self) -> Int64s:
        """The same of mentors."""
        return np.stack([self.waited_mentor, self.first_mentor - self.waited_mentor, self.capacity - self.first_mentor])

    def blocks(self) -> Iterator[tuple[int, Int16s]]:
        """Consecutive blocks of rows with the index of their first row. Closed pairs are forbidden, and so are all
        pairs of people without a place."""
        start = 0
        full_leaders, full_mentors = self.demand == 0, np.flatnonzero(self.capacity == 0)
        for rows in fitting_blocks(self.source, self.shape):
            for offset in range(0, len(rows), BLOCK_ROWS):
                block = rows[offset : offset + BLOCK_ROWS]
                shown = self._closed(start, block)
                full_rows = full_leaders[start : start + len(block)]
                if full_rows.any() or len(full_mentors):
                    shown = shown.copy() if shown.base is not None else shown
                    shown[full_rows] = -1
                    shown[:, full_mentors] = -1
                yield start, shown
                start += len(block)

    def _closed(self, start: int, block: Int16s) -> Int16s:
        first, last = np.searchsorted(self.closed[:, 0], (start, start + len(block)))
        if first < last:
            block = block.copy()
            block[self.closed[first:last, 0] - start, self.closed[first:last, 1]] = -1
        return block

    def row(self, leader: int) -> Int16s:
        """The scores of one leader; closed pairs are forbidden."""
        scores = _row(self.source, leader).astype(np.int16)
        scores[self.closed[self.closed[:, 0] == leader, 1]] = -1
        return scores

    def column(self, mentor: int) -> Int16s:
        """The scores of one mentor; closed pairs are forbidden."""
        if isinstance(self.source, Identified):
            scores = np.array(self.source.column(mentor), np.int16)
        else:
            scores = np.concatenate([rows[:, mentor] for rows in _row_blocks(self.source)]).astype(np.int16)
        scores[self.closed[self.closed[:, 1] == mentor, 0]] = -1
        return scores

    def keys(self, pairs: Int64s) -> Int64s:
        """One ascending number for each (leader, mentor) pair."""
        return pairs[:, 0] * self.shape[1] + pairs[:, 1]

    def keys_of_row(self, leader: int) -> Int64s:
        """The keys of all pairs of a leader."""
        return leader * self.shape[1] + np.arange(self.shape[1])

    def keys_of_column(self, mentor: int) -> Int64s:
        """The keys of all pairs of a mentor."""
        return np.arange(self.shape[0]) * self.shape[1] + mentor

    def worths(self, keys: Int64s, scores: Int16s) -> Int64s:
        """What the pairs with these keys and scores add to the objective, with the bonus of those to keep."""
        kept = np.isin(keys, self.keys(self.keep)) if len(self.keep) else np.zeros(len(keys), np.bool_)
        return np.where(kept, self.worth_kept[scores], self.worth[scores])


def fitting_blocks(source: ScoreSource, shape: tuple[int, int]) -> Iterator[Int16s]:
    """The scores as consecutive blocks of rows that together have this shape.

    Raises ValueError for scores that are not integers from -1 to 9,999, or too few or too many of them.
    """
    start = 0
    for rows in _row_blocks(source):
        if rows.shape[1:] != shape[1:] or start + len(rows) > shape[0]:
            raise ValueError(f"the scores do not fit {shape[0]} mentees and {shape[1]} mentors")
        yield rows
        start += len(rows)
    if start != shape[0]:
        raise ValueError(f"the scores have {start} rows, but there are {shape[0]} mentees")


def _row_blocks(source: ScoreSource) -> Iterator[Int16s]:
    for rows in (source,) if isinstance(source, np.ndarray) else source:
        yield _as_scores(rows)


def _as_scores(rows: ArrayLike) -> Int16s:
    """A block of scores as int16, without a copy if they are that already. A single row is a block, too."""
    block = np.atleast_2d(np.asarray(rows))
    if not block.size:
        return block.astype(np.int16)
    if block.dtype.kind not in "iu":
        raise ValueError(f"scores are whole numbers from -1 to {TOP_SCORE}, not {block.dtype}")
    # Checked before the conversion: 65,541 would read as 5.
    if block.min() < -1 or block.max() > TOP_SCORE:
        raise ValueError(f"a score is outside -1 to {TOP_SCORE}")
    return block.astype(np.int16, copy=False)


def make_problem(request: Request, known: Problem | None = None) -> Problem:
    """Validate and normalise everything. `known` may be an earlier problem: of the same scores, so that the identities
    of people need not be computed again.

    Raises ValueError for invalid input, LockRefused for a lock.
    """
    floor, objective, scores = request.floor, request.objective, request.scores
    if objective not in ("fair", "total"):
        raise ValueError(f'the objective is "fair" or "total", not {objective!r}')
    if not isinstance(floor, int | np.integer) or not 0 <= floor <= PERFECT:
        raise ValueError(f"the floor is a whole number from 0 to {PERFECT}, not {floor!r}")
    places = _places(request.leader_demand, "demand"), _places(request.mentor_capacity, "capacity")
    shape = len(places[0]), len(places[1])
    # Nobody can have more partners than there are people: a larger number means the same, and sums stay small.
    demand, capacity = _at_most(places[0], shape[1] + 1), _at_most(places[1], shape[0] + 1)
    locks, forbids, keeps = (_pairs(pairs, shape) for pairs in (request.locked, request.forbidden, request.keep))
    source = _repeatable(scores, shape)
    taken_leader, taken_mentor = _count(locks[:, 0], shape[0]), _count(locks[:, 1], shape[1])
    _refuse_locks(locks, forbids, source, demand - taken_leader, capacity - taken_mentor)
    fair = objective == "fair"
    partnered = [_members(indexes, size) for indexes, size in zip(request.partnered, shape, strict=True)]
    waited = [_members(indexes, size) for indexes, size in zip(request.waited, shape, strict=True)]
    penalty = _most_pairs(demand, capacity) * PERFECT**2 + 1 if fair and floor else 0
    worth, worth_kept = _worth(fair, floor, penalty)
    look = _look(source, shape, known)
    facts = (demand, capacity), partnered, waited, (locks, forbids, keeps)
    first_leader = ((demand > 0) & (taken_leader == 0) & ~partnered[0] & fair).astype(np.int64)
    first_mentor = ((capacity > 0) & (taken_mentor == 0) & ~partnered[1] & fair).astype(np.int64)
    leader_ids, mentor_ids = _ids(source, look, *facts)
    problem = Problem(
        source=source,
        objective=objective,
        floor=floor,
        demand=demand - taken_leader,
        capacity=capacity - taken_mentor,
        first_leader=first_leader,
        first_mentor=first_mentor,
        waited_leader=first_leader * waited[0],
        waited_mentor=first_mentor * waited[1],
        locked=locks,
        closed=_pairs(np.concatenate([locks, forbids]), shape),
        keep=keeps,
        floor_penalty=penalty,
        worth=worth,
        worth_kept=worth_kept,
        leader_ids=leader_ids,
        mentor_ids=mentor_ids,
        look=look,
    )
    _refuse_forbidden_locks(problem)
    return problem


def _places(values: ArrayLike, name: str) -> Int64s:
    places = np.asarray(values)
    if places.ndim != 1 or (places.size and places.dtype.kind not in "iu"):
        raise ValueError(f"the {name} is a list of whole numbers, one for each person")
    if places.size and places.min() < 0:
        raise ValueError(f"a {name} is below 0")
    return places


def _at_most(places: NDArray[Any], most: int) -> Int64s:
    # Compared before the conversion to int64: the largest unsigned ones would read as negative.
    return np.where(places > most, most, places).astype(np.int64)


def _pairs(pairs: Pairs, shape: tuple[int, int]) -> Int64s:
    array = np.asarray(pairs if isinstance(pairs, np.ndarray) else list(pairs))
    if not array.size:
        return np.empty((0, 2), np.int64)
    if array.ndim != 2 or array.shape[1] != 2 or array.dtype.kind not in "iu":
        raise ValueError("locked, forbidden and keep are (mentee, mentor) pairs of indexes")
    if array.min() < 0 or (array >= shape).any():
        raise ValueError("a pair names a mentee or mentor that is not there")
    array = array.astype(np.int64)
    keys = np.unique(array[:, 0] * shape[1] + array[:, 1])
    return np.column_stack(np.divmod(keys, max(shape[1], 1)))


def _repeatable(scores: ScoreSource, shape: tuple[int, int]) -> ScoreSource:
    """Scores that can be read repeatedly: an iterator is stored."""
    if isinstance(scores, np.ndarray) or iter(scores) is not scores:
        return scores
    blocks = [_as_scores(np.array(block)) for block in scores]
    return blocks if blocks else np.empty(shape, np.int16)


def _look(source: ScoreSource, shape: tuple[int, int], known: Problem | None) -> RowHashes | None:
    """Identities of people in scores without ids."""
    if isinstance(source, Identified):
        return None
    if known is not None and known.source is source and known.shape == shape:
        return known.look
    return look_of(lambda: fitting_blocks(source, shape), shape)


def _ids(
    source: ScoreSource,
    look: RowHashes | None,
    places: tuple[Int64s, Int64s],
    partnered: Sequence[Bools],
    waited: Sequence[Bools],
    marks: Sequence[Int64s],
) -> tuple[Int64s, Int64s]:
    """Identities. People with equal scores are distinguished by their places, and for example by their locks."""
    if look is None:
        assert isinstance(source, Identified)
        return source.leader_ids, source.mentor_ids
    sides = look.rows, look.columns
    besides = [mix(own.astype(np.uint64) * np.uint64(2) + has) for own, has in zip(places, partnered, strict=True)]
    for side in (0, 1):
        besides[side][waited[side]] = mix(besides[side][waited[side]])
    plain = [each.copy() for each in besides]
    for kind, pairs in enumerate(marks, start=1):
        for side in (0, 1):
            other = sides[1 - side] ^ plain[1 - side]
            np.add.at(besides[side], pairs[:, side], mix(other[pairs[:, 1 - side]] + np.uint64(kind)))
    return ids(sides[0], besides[0]), ids(sides[1], besides[1])


def _members(indexes: Iterable[int], size: int) -> Bools:
    """A mask of these indexes."""
    array = np.array(list(indexes), np.int64)
    if array.size and (array.min() < 0 or array.max() >= size):
        raise ValueError("partnered or waited names a mentee or mentor that is not there")
    return np.isin(np.arange(size), array)


def _count(indexes: Int64s, size: int) -> Int64s:
    return np.bincount(indexes, minlength=size).astype(np.int64)


def _most_pairs(demand: Int64s, capacity: Int64s) -> int:
    return int(min(np.minimum(demand, len(capacity)).sum(), np.minimum(capacity, len(demand)).sum()))


def _worth(fair: bool, floor: int, penalty: int) -> tuple[Int64s, Int64s]:
    """What a pair adds to the objective by score, without and with the bonus of a pair to keep.

    Fair: minus the squared regret, and minus the penalty under the floor.
    """
    score = np.arange(TOP_SCORE + 1, dtype=np.int64)
    worths = []
    for bonus in (0, KEEP_BONUS):
        regret = np.maximum(PERFECT - score - bonus, 0) ** 2
        worth = -regret - np.where(score < floor, penalty, 0) if fair else score + bonus
        worths.append(np.append(worth, NEVER))
    return worths[0], worths[1]


def _refuse_locks(locks: Int64s, forbids: Int64s, source: ScoreSource, demand: Int64s, capacity: Int64s) -> None:
    forbidden = set(map(tuple, forbids.tolist()))
    for leader, mentor in locks.tolist():
        if (leader, mentor) in forbidden:
            raise LockRefused(leader, mentor, "forbidden_by_hr")
        if isinstance(source, Identified):
            rules = source.forbidden_by(int(source.leader_ids[leader]), int(source.mentor_ids[mentor]))
            if rules:
                raise LockRefused(leader, mentor, rules[0])
        if demand[leader] < 0 or capacity[mentor] < 0:
            raise LockRefused(leader, mentor, "no_capacity")


def _refuse_forbidden_locks(problem: Problem) -> None:
    for leader, mentor in problem.locked.tolist():
        if raw_score(problem.source, leader, mentor) < 0:
            raise LockRefused(leader, mentor, "forbidden")


def raw_score(source: ScoreSource, leader: int, mentor: int) -> int:
    """The score of one pair in the source, whether closed or not."""
    return int(_row(source, leader)[mentor])


def _row(source: ScoreSource, leader: int) -> NDArray[Any]:
    if isinstance(source, Identified):
        return source.row(leader)
    start = 0
    for rows in (source,) if isinstance(source, np.ndarray) else source:
        block = np.atleast_2d(np.asarray(rows))
        if leader < start + len(block):
            return np.asarray(block[leader - start])
        start += len(block)
    raise ValueError(f"the scores have {start} rows, but mentee {leader} was asked for")
