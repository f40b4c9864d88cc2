"""Matching mentors (juniors, who teach) with leaders (who learn): the public interface of the engine.

`score` turns profiles into scores, `assign` turns scores into the best pairs with a proof, `explain` tells both people
why, and `leftover_cause` tells HR why a person is unmatched. See docs/matching.md.
"""

from numpy.typing import ArrayLike

from bot.domain.matching.explain import Explanation, Reason, explain, quality
from bot.domain.matching.rules import RULES
from bot.domain.matching.scores import Scores, score
from bot.domain.matching.solver.network import TooLarge
from bot.domain.matching.solver.problem import LockRefused, Objective, Pairs, Partnered, Request, ScoreSource
from bot.domain.matching.solver.result import Alternate, Assignment, Certificate
from bot.domain.matching.solver.solve import solve
from bot.domain.matching.unmatched import Causes, Leftover, leftover_cause
from bot.domain.matching.unmatched_causes import HELPS

__all__ = (
    "HELPS",
    "RULES",
    "Alternate",
    "Assignment",
    "Causes",
    "Certificate",
    "Explanation",
    "Leftover",
    "LockRefused",
    "Reason",
    "Scores",
    "TooLarge",
    "assign",
    "explain",
    "leftover_cause",
    "quality",
    "score",
)


def assign(
    scores: ScoreSource,
    mentor_capacity: ArrayLike,
    leader_demand: ArrayLike,
    *,
    locked: Pairs = (),
    forbidden: Pairs = (),
    floor: int = 0,
    objective: Objective = "fair",
    keep: Pairs = (),
    partnered: Partnered = ((), ()),
    waited: Partnered = ((), ()),
    start: Assignment | None = None,
) -> Assignment:
    """The best pairs of leaders and mentors, with a proof.

    `scores` is an integer array [leaders, mentors] (-1 forbidden, else 0 to 9,999), an iterable of blocks of its rows,
    or `Scores`. An iterable that can be iterated again is iterated several times and not stored; an iterator is stored.
    `mentor_capacity` [mentors] and `mentee_demand` [leaders] say how many partners each may have at most.
    `locked` pairs are in the result, `forbidden` ones are not, `keep` ones count 500 points more; all are
    (leader, mentor) indexes. No two people are paired twice.
    `partnered` are the indexes of leaders and of mentors who already have another partner: what they get is no first
    partner. `waited` are the indexes of those who come first: they had no partner in the programme before.
    `start` may be an earlier assignment of the very same scores (the same object, unchanged): it saves time and does
    not change the result.

    "fair": as many people matched as possible, a first partner before anyone's second, and as many pairs as possible;
    as many as possible of those who waited among the people matched, which makes them no fewer;
    then the fewest pairs with a score under `floor`; then the least sum of (10,000 - score)**2.
    "total": as many pairs as possible, then the greatest sum of scores; `floor` plays no part.

    Raises ValueError for inconsistent arguments, LockRefused (with the rule's name) for a lock that a rule forbids,
    TooLarge beyond 64-bit arithmetic.
    """
    request = Request(
        scores, mentor_capacity, leader_demand, locked, forbidden, floor, objective, keep, partnered, waited
    )
    return solve(request, start)
