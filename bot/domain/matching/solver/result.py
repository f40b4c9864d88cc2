"""The result of the solver: the pairs, the proof that no others are better, and alternatives."""

from dataclasses import dataclass, field

import numpy as np

from bot.domain.matching.solver.candidates import Arcs, Survey
from bot.domain.matching.solver.coverage import Cover, questions
from bot.domain.matching.solver.network import Prices, Totals
from bot.domain.matching.solver.pricing import scan
from bot.domain.matching.solver.problem import PERFECT, Bools, Int64s, Problem, Request

# The price of a person without a place: more than any pair is worth.
NO_PLACE = 1 << 60


@dataclass(frozen=True, slots=True, eq=False)
class Certificate:
    """Dual prices that prove the assignment optimal: `check` verifies them without trusting the solver.

    `totals` holds the most first partners of leaders and of mentors and the most pairs there can be besides the locked
    ones; `covers` proves each of these numbers. Among solutions with these totals none has a greater objective than
    `bound` = what locked pairs add + what `prices` say (see `pricing.bound_of_places`) + all that pairs are worth
    beyond their prices. `objective` is that of the assignment; they are equal.

    The unit: "total" counts points, with 500 more for each kept pair; "fair" counts minus the squared regret,
    (10,000 - score)**2, and minus `floor_penalty` for each pair under the floor. `constant` is what locked pairs add,
    `kept` are the pairs with a bonus.
    """

    objective: int
    bound: int
    prices: Prices
    totals: Totals
    covers: tuple[Cover, ...]
    constant: int
    kept: Arcs = field(repr=False)
    problem: Problem = field(repr=False)

    @property
    def floor_penalty(self) -> int:
        """The cost of a weak pair besides its regret: more than all regrets together."""
        return self.problem.floor_penalty

    @property
    def leader_prices(self) -> Int64s:
        """Dual price of each leader, int64 [leaders]."""
        return self.prices.leaders

    @property
    def mentor_prices(self) -> Int64s:
        """Dual price of each mentor, int64 [mentors]."""
        return self.prices.mentors

    def check(self) -> bool:
        """Go through all pairs again and add everything up."""
        bound = scan(self.problem, self.prices, self.kept, self.totals).bound + self.constant
        return bound == self.bound == self.objective and self._covers_hold()

    def _covers_hold(self) -> bool:
        problem, totals = self.problem, self.totals
        reached_totals = (
            totals.first_leaders,
            totals.first_mentors,
            totals.pairs,
            totals.waited_leaders,
            totals.waited_mentors,
        )
        asked = zip(self.covers, questions(problem), reached_totals, strict=True)
        for cover, (demand, capacity), reached in asked:
            outside = sum(
                int(((block >= 0) & ~cover.mentors & ~cover.leaders[start : start + len(block), None]).sum())
                for start, block in problem.blocks()
            )
            if outside + demand[cover.leaders].sum() + capacity[cover.mentors].sum() != reached:
                return False
        return True


@dataclass(frozen=True, slots=True)
class Alternate:
    """An alternative for a person: index on the other side, score of the pair, whether they have a free place, and at
    least how much the objective would lose (in the certificate's unit; None if only breaking a lock would do)."""

    index: int
    score: int
    free: bool
    loss: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """The pairs as an int64 array [k, 2] of (leader, mentor) indexes, ascending, with the locked ones.

    `total` is the sum of their scores, `regret` the sum of (10,000 - score)**2 / 10,000, `rounds` the number of passes
    over all pairs.
    """

    pairs: Int64s
    scores: Int64s
    certificate: Certificate
    rounds: int
    survey: Survey = field(repr=False)
    request: Request = field(repr=False)

    @property
    def total(self) -> int:
        """Sum of the scores of all pairs."""
        return int(self.scores.sum())

    @property
    def regret(self) -> float:
        """Sum of squared distances from a perfect score, over 10,000."""
        return float(((PERFECT - self.scores) ** 2).sum()) / PERFECT

    @property
    def forbidden(self) -> frozenset[tuple[int, int]]:
        """The pairs HR forbade."""
        pairs = self.request.forbidden
        return frozenset((int(leader), int(mentor)) for leader, mentor in pairs)

    @property
    def matched_leaders(self) -> Int64s:
        """Indexes of the leaders who have a mentor, ascending."""
        return np.unique(self.pairs[:, 0])

    @property
    def matched_mentors(self) -> Int64s:
        """Indexes of the mentors who have a leader, ascending."""
        return np.unique(self.pairs[:, 1])

    def alternates(self, leader: int, count: int = 3) -> tuple[Alternate, ...]:
        """Other mentors for this leader: those with a free place first, then by the least loss."""
        problem = self.certificate.problem
        taken = self.pairs[self.pairs[:, 0] == leader, 1]
        used = np.bincount(self.pairs[:, 1], minlength=problem.shape[1]) - _locked(problem, 1)
        scores = problem.row(leader).astype(np.int64)
        keys = problem.keys_of_row(leader)
        prices = self.certificate.prices
        return self._ranked(
            scores, keys, taken, used < problem.capacity, prices.leaders[leader] + prices.mentors, count
        )

    def _ranked(
        self, scores: Int64s, keys: Int64s, taken: Int64s, free: Bools, prices: Int64s, count: int
    ) -> tuple[Alternate, ...]:
        allowed = scores >= 0
        allowed[taken] = False
        others = np.flatnonzero(allowed)
        worth = self.certificate.problem.worths(keys[others], scores[others].astype(np.int16))
        loss = np.maximum(prices[others] - worth, 0)
        order = np.lexsort((others, -scores[others], loss, ~free[others]))[:count]
        return tuple(
            Alternate(
                int(others[place]),
                int(scores[others[place]]),
                bool(free[others[place]]),
                int(loss[place]) if loss[place] < NO_PLACE // 2 else None,
            )
            for place in order
        )


def _locked(problem: Problem, side: int) -> Int64s:
    return np.bincount(problem.locked[:, side], minlength=problem.shape[side]).astype(np.int64)
