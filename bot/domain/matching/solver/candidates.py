"""The initial candidate pairs: the best of each person, and some spread evenly so that a solution exists."""

from dataclasses import dataclass

import numpy as np

from bot.domain.matching.solver.problem import Bools, Int16s, Int64s, Problem

SPREAD = (0, 1, 7, 31)


@dataclass(frozen=True, slots=True)
class Arcs:
    """Pairs that the solver may choose: their keys (ascending, see `Problem.keys`) and their scores."""

    keys: Int64s
    scores: Int16s

    def __len__(self) -> int:
        return len(self.keys)

    def with_more(self, keys: Int64s, scores: Int16s) -> "Arcs":
        """The union of these arcs and others."""
        new = ~self.has(keys)
        keys, first = np.unique(keys[new], return_index=True)
        where = np.searchsorted(self.keys, keys)
        return Arcs(np.insert(self.keys, where, keys), np.insert(self.scores, where, scores[new][first]))

    def only(self, those: Bools) -> "Arcs":
        """The arcs for which `those` is true."""
        return Arcs(self.keys[those], self.scores[those])

    def has(self, keys: Int64s) -> Bools:
        """Which of these keys are already among the arcs."""
        if not len(self.keys):
            return np.zeros(len(keys), np.bool_)
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.asarray(self.keys[places] == keys)


@dataclass(frozen=True, slots=True)
class Survey:
    """The result of one pass over all scores: candidate arcs, and who has any allowed pair."""

    arcs: Arcs
    leaders: Bools
    mentors: Bools


def survey(problem: Problem, best: int) -> Survey:
    """Find about the `best` best allowed pairs of every leader and of every mentor in one pass over all scores."""
    rows, columns = problem.shape
    leaders, mentors = np.zeros(rows, np.bool_), np.zeros(columns, np.bool_)
    tops = _ColumnTops(columns, best)
    keys, scores = [np.empty(0, np.int64)], [np.empty(0, np.int16)]
    certain = [np.empty(0, np.bool_)]
    for start, block in problem.blocks():
        if not block.size:
            continue
        leaders[start : start + len(block)] = block.max(axis=1) >= 0
        mentors |= block.max(axis=0) >= 0
        chosen = _row_bests(start, block, best, rows)
        chosen |= _spread(start, block, rows)
        first, last = np.searchsorted(problem.keep[:, 0], (start, start + len(block)))
        kept_row, kept_column = problem.keep[first:last, 0] - start, problem.keep[first:last, 1]
        chosen[kept_row, kept_column] = block[kept_row, kept_column] >= 0
        row, column = np.nonzero(chosen | tops.take(block))
        keys.append((row + start) * columns + column)
        scores.append(block[row, column])
        certain.append(chosen[row, column])
    every, value = np.concatenate(keys), np.concatenate(scores)
    wanted = np.concatenate(certain)
    wanted |= value >= tops.threshold[every % columns] if columns else False
    return Survey(Arcs(every[wanted], value[wanted]), leaders, mentors)


def _row_bests(start: int, block: Int16s, best: int, rows: int) -> Bools:
    """The best of each row; if a tie makes them more than twice as many, those of the tie starting at a position that
    differs from row to row, so that not all rows have the same few candidates."""
    columns = block.shape[1]
    if columns <= best:
        return np.asarray(block >= 0)
    threshold = np.maximum(np.partition(block, columns - best, axis=1)[:, columns - best], 0)
    chosen = block >= threshold[:, None]
    for row in np.flatnonzero(chosen.sum(axis=1) > 2 * best):
        ties = np.flatnonzero(block[row] == threshold[row])
        better = block[row] > threshold[row]
        first = (start + row) * len(ties) // rows
        chosen[row] = better
        chosen[row, ties[(first + np.arange(best - better.sum())) % len(ties)]] = True
    return np.asarray(chosen)


def _spread(start: int, block: Int16s, rows: int) -> Bools:
    chosen = np.zeros(block.shape, np.bool_)
    row = np.arange(len(block))
    for shift in SPREAD:
        column = ((start + row) * block.shape[1] // rows + shift) % block.shape[1]
        chosen[row, column] = block[row, column] >= 0
    return chosen


class _ColumnTops:
    """The best of each column, from consecutive blocks of rows."""

    def __init__(self, columns: int, best: int) -> None:
        self._tops = np.full((columns, best), -1, np.int16)
        self.threshold = np.zeros(columns, np.int16)
        self._full = np.zeros(columns, np.bool_)

    def take(self, block: Int16s) -> Bools:
        """What may belong to the best of a column. Once a column has enough, a tie with its worst is ignored."""
        before = np.where(self._full, self.threshold, -1).astype(np.int16)
        both = np.concatenate([self._tops, block.T], axis=1)
        best = self._tops.shape[1]
        both.partition(len(block), axis=1)
        self._tops = both[:, -best:].copy()
        worst = self._tops[:, 0]
        self._full = worst >= 0
        self.threshold = np.maximum(worst, 0)
        return np.asarray((block > before) & (block >= self.threshold))
