"""One pass over all pairs against the prices: the pairs that pay, and the bound that the prices prove."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.domain.matching.solver.candidates import Arcs
from bot.domain.matching.solver.network import Prices, Totals
from bot.domain.matching.solver.problem import BLOCK_ROWS, PERFECT, Int16s, Int64s, Problem

MORE_PER_ROW = 24
TIGHT_PER_ROW = 64
FLOAT32_LIMIT = 1 << 36


@dataclass(frozen=True, slots=True)
class Scan:
    """The result of a pass: pairs that pay more than their prices and are no arcs yet (`paying`), pairs that pay
    exactly or are among the arcs and pay more (`tight`, with their surplus), and the bound of the prices."""

    paying: Arcs
    tight: Int64s
    surplus: Int64s
    bound: int


def scan(problem: Problem, prices: Prices, arcs: Arcs, totals: Totals) -> Scan:
    """Compare every pair with the prices, exactly. `bound` is at least the objective of any solution with these totals
    and equals that of an optimal one once nothing is `paying`."""
    columns = problem.shape[1]
    sieve = _Sieve(problem, prices)
    seen: list[Scan] = []
    kept = problem.keys(problem.keep)
    for start, block in problem.blocks():
        row, column = sieve.pass_through(start, block)
        key, score = (row + start) * columns + column, block[row, column]
        if len(kept):
            plain = ~np.isin(key, kept)
            key, score = key[plain], score[plain]
        seen.append(_sort_out(problem, prices, arcs, key, score))
    if len(kept):
        held = np.isin(arcs.keys, kept)
        seen.append(_sort_out(problem, prices, arcs, arcs.keys[held], arcs.scores[held]))
    return Scan(
        Arcs(_joined([s.paying.keys for s in seen]), _joined([s.paying.scores for s in seen]).astype(np.int16)),
        _joined([s.tight for s in seen]),
        _joined([s.surplus for s in seen]),
        sum(s.bound for s in seen) + bound_of_places(problem, prices, totals),
    )


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _sort_out(problem: Problem, prices: Prices, arcs: Arcs, keys: Int64s, scores: Int16s) -> Scan:
    """The scan of these pairs (by ascending key) alone, without the bound of places."""
    columns = problem.shape[1]
    pays = problem.worths(keys, scores) - prices.leaders[keys // columns] - prices.mentors[keys % columns]
    known = arcs.has(keys)
    new = np.flatnonzero((pays > 0) & ~known)
    new = new[_best_of_each(keys[new] // columns, pays[new], MORE_PER_ROW, spread=True)]
    tight = np.flatnonzero((pays == 0) | ((pays > 0) & known))
    tight = tight[_best_of_each(keys[tight] // columns, pays[tight] + known[tight], TIGHT_PER_ROW)]
    return Scan(Arcs(keys[new], scores[new]), keys[tight], pays[tight], int(pays.clip(min=0).sum()))


def _best_of_each(rows: Int64s, values: Int64s, most: int, spread: bool = False) -> Int64s:
    """Places of the entries with the greatest values, about `most` of each row; rows are ascending.

    With `spread` half of them come from all over the row's other entries: where everyone wants the same few people,
    the best alone would move prices to the optimum in small steps.
    """
    begins = np.flatnonzero(np.diff(rows, prepend=-1))
    lengths = np.diff(begins, append=len(rows))
    if lengths.max(initial=0) <= most:
        return np.arange(len(rows))
    order = np.lexsort((-values, rows))
    rank, length = np.arange(len(rows)) - np.repeat(begins, lengths), np.repeat(lengths, lengths)
    wanted = rank < most
    if spread:
        wanted = (rank < most // 2) | (rank % (2 * length // most + 1) == 0)
    return np.sort(order[wanted])


def bound_of_places(problem: Problem, prices: Prices, totals: Totals) -> int:
    """The part of the bound that comes from places: what the sources and sinks must carry at their prices, and the
    worth of places beyond that."""
    bound = 0
    sides = (
        (prices.leaders, prices.sources, problem.leader_tiers, totals.supplies),
        (prices.mentors, prices.sinks, problem.mentor_tiers, totals.needs),
    )
    for own, hubs, tiers, amounts in sides:
        for hub, places_here, amount in zip(hubs.tolist(), tiers, amounts, strict=True):
            bound += amount * hub + int((np.maximum(own - hub, 0) * places_here).sum())
    return bound


class _Sieve:
    """Finds, by fast rounded arithmetic with a margin, few pairs that include all that are worth their prices."""

    def __init__(self, problem: Problem, prices: Prices) -> None:
        largest = int(np.abs(problem.worth[:-1]).max())
        largest += int(np.abs(prices.leaders).max(initial=0)) + int(np.abs(prices.mentors).max(initial=0))
        # Six operations, each rounding by at most 2**-24 of the largest number in float32, 2**-53 in float64.
        kind: type[np.floating[Any]] = np.float32 if largest < FLOAT32_LIMIT else np.float64
        margin = largest * 2.0**-21 if kind is np.float32 else largest * 2.0**-50
        self._fair = problem.objective == "fair"
        self._floor, self._penalty = (problem.floor, kind(problem.floor_penalty)) if self._fair else (0, kind(0))
        self._own = (prices.leaders - margin).astype(kind)
        self._price = prices.mentors.astype(kind)
        self._values = np.empty((BLOCK_ROWS, problem.shape[1]), kind)

    def pass_through(self, start: int, block: Int16s) -> tuple[Int64s, Int64s]:
        """Rows and columns of the pairs in the block that may be worth their prices, without bonuses."""
        value = self._values[: len(block)]
        if self._fair:
            np.subtract(PERFECT, block, out=value, casting="same_kind")
            np.multiply(value, value, out=value)
            value += self._price
            if self._penalty:
                np.add(value, self._penalty, out=value, where=block < self._floor)
            row, column = np.nonzero(value <= -self._own[start : start + len(block), None])
        else:
            np.subtract(block, self._price, out=value, casting="same_kind")
            row, column = np.nonzero(value >= self._own[start : start + len(block), None])
        allowed = block[row, column] >= 0
        return row[allowed], column[allowed]
