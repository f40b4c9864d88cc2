"""One measured matching in a process of its own, so that its memory is its own: `python -m tests.bench.matching_runs`.

Arguments: who, people a side, "dense" or "sparse". Prints one line of JSON.
"""

import json
import random
import resource
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.domain.matching import Assignment, Scores, assign, score
from bot.domain.profiles import CADENCES, FORMATS, Level, Offer, Profile, Role, Rules, Wish, hours_mask

# Topics and the most places of a mentor.
KINDS = {"dense": (40, 3), "sparse": (200, 1)}
Pairs = NDArray[np.int64]


def company(size: int, kind: str) -> list[Profile]:
    """`size` leaders and as many juniors of an Indonesian company: three time zones, 25 departments, one hierarchy."""
    topics, most_places = KINDS[kind]
    pick = random.Random(size)
    names = [f"topic {k}" for k in range(topics)]
    interests = [f"interest {k}" for k in range(30)]
    days = [hours_mask((24 * d + h - zone) % 168 for d in range(5) for h in range(9, 17)) for zone in (7, 8, 9)]

    def person(place: int, role: Role) -> Profile:
        teaches = role is Role.MENTOR
        manager = pick.randrange(size) if teaches else (place - 1) // 8
        return Profile(
            id=place,
            role=role,
            level=Level(pick.choice((1, 1, 2, 2, 3) if teaches else (4, 5, 5, 6, 7))),
            department=f"department {pick.randrange(25)}",
            offers=tuple(Offer(t, pick.randint(1, 5)) for t in _few(pick, names)) if teaches else (),
            wishes=() if teaches else tuple(Wish(t, pick.randint(1, 3)) for t in _few(pick, names)),
            interests=frozenset(pick.sample(interests, pick.randint(0, 6))),
            formats=frozenset(pick.sample(FORMATS, pick.randint(0, 3))),
            cadences=frozenset(pick.sample(CADENCES, pick.randint(0, 3))),
            languages=frozenset(pick.choice((("id",), ("id", "en"), ("id", "en"), ("en",)))),
            style=(pick.choice((-1, 0, 1)), pick.choice((-1, 0, 1)), pick.choice((-1, 0, 1))),
            mentor_capacity=pick.randint(1, most_places),
            free_hours=pick.choice(days),
            manager=manager if place else None,
        )

    return [person(k, Role.MENTEE) for k in range(size)] + [person(size + k, Role.MENTOR) for k in range(size)]


def _few(pick: random.Random, names: list[str]) -> list[str]:
    return pick.sample(names, pick.randint(1, 4))


def ours(people: list[Profile], objective: str, stream: bool = False) -> tuple[Pairs, Scores]:
    """From profiles to proof."""
    scores = score(people, Rules(), stream=stream)
    return _assigned(scores, objective).pairs, scores


def _assigned(scores: Scores, objective: str) -> Assignment:
    fair = objective == "fair"
    return assign(scores, scores.mentor_capacity, scores.mentee_demand, objective="fair" if fair else "total")


def scipy_dense(scores: Scores) -> Pairs:
    """scipy's assignment; a mentor with several places becomes several columns."""
    from scipy.optimize import linear_sum_assignment

    mentors = np.repeat(np.arange(len(scores.mentor_ids)), scores.mentor_capacity)
    weights = scores.matrix[:, mentors].astype(np.float64)
    # Rather a pair fewer than a forbidden one, and rather any pair than none.
    weights[weights < 0] = -1e9
    rows, columns = linear_sum_assignment(weights, maximize=True)
    allowed = weights[rows, columns] >= 0
    return np.column_stack([rows[allowed], mentors[columns[allowed]]])


def greedy(scores: Scores) -> Pairs:
    """Again and again the best pair that is still possible."""
    matrix = scores.matrix
    rows_left, columns_left = scores.mentee_demand.copy(), scores.mentor_capacity.copy()
    pairs = []
    order = np.argsort(-matrix, axis=None, kind="stable")
    for start in range(0, len(order), 1_000_000):
        row, column = np.divmod(order[start : start + 1_000_000], matrix.shape[1])
        open_still = (matrix[row, column] >= 0) & (rows_left[row] > 0) & (columns_left[column] > 0)
        for i, j in zip(row[open_still].tolist(), column[open_still].tolist(), strict=True):
            if rows_left[i] and columns_left[j]:
                rows_left[i] -= 1
                columns_left[j] -= 1
                pairs.append((i, j))
    return np.array(pairs, np.int64)


def mentor_match(scores: Scores) -> Pairs:
    """PyPI mentor-match (its module is called `matching`), with our rules for a pair as its rule.

    It asks its rules pair by pair, and it knows no capacities.
    """
    # Not in our environment: it may be put beside it with PYTHONPATH.
    process, people = import_module("matching.process"), import_module("matching.mentee")
    teachers = import_module("matching.mentor")
    mentee_ids, mentor_ids = scores.mentee_ids.tolist(), scores.mentor_ids.tolist()

    class OurRules:
        def apply(self, match: Any) -> int:
            pair = mentee_ids[match.mentee.grade], mentor_ids[match.mentor.grade]
            match.disallowed = bool(scores.forbidden_by(*pair))
            return 0 if match.disallowed else sum(scores.parts(*pair).values())

    mentees = [people.Mentee(grade=k, email=f"leader {k}") for k in range(len(mentee_ids))]
    mentors = [teachers.Mentor(grade=k, email=f"junior {k}") for k in range(len(mentor_ids))]
    process.process_data(mentors, mentees, [[OurRules()]])
    return np.array([(m.grade, partner.grade) for m in mentees for partner in m.mentors], np.int64)


def solve_again(scores: Scores, objective: str) -> tuple[float, int]:
    """Seconds to solve again after HR forbids one pair of a draft, and how many pairs of others changed."""
    before = _assigned(scores, objective)
    forbidden = before.pairs[len(before.pairs) // 2]
    began = time.perf_counter()
    after = assign(
        scores,
        scores.mentor_capacity,
        scores.mentee_demand,
        forbidden=[tuple(forbidden.tolist())],
        objective="fair" if objective == "fair" else "total",
        keep=before.pairs,
        start=before,
    )
    seconds = time.perf_counter() - began
    gone = set(map(tuple, before.pairs.tolist())) - set(map(tuple, after.pairs.tolist()))
    return seconds, len(gone) - 1


def measure(who: str, size: int, kind: str) -> dict[str, float | int | str]:
    """Run one of the contestants once, after a tiny run that loads its libraries."""
    tiny = company(20, kind)
    ours(tiny, "total")
    people = company(size, kind)
    on_scores: dict[str, Callable[[Scores], Pairs]] = {
        "scipy": scipy_dense,
        "greedy": greedy,
        "mentor-match": mentor_match,
    }
    if who in on_scores:
        on_scores[who](score(tiny, Rules()))
        began = time.perf_counter()
        scores = score(people, Rules())
        pairs = on_scores[who](scores)
    elif who.startswith("again"):
        seconds, moved = solve_again(score(people, Rules()), who.split()[1])
        return {"seconds": seconds, "moved": moved}
    else:
        began = time.perf_counter()
        pairs, scores = ours(people, who.split()[1], stream=who.endswith("streaming"))
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    points = scores.matrix[pairs[:, 0], pairs[:, 1]]
    worst = np.sort(points)[: max(1, len(points) // 10)].mean()
    twice = len(pairs) - len(np.unique(pairs, axis=0))
    return {
        "seconds": seconds,
        "memory": memory,
        "matched": len(pairs),
        "total": int(points.sum()),
        "worst": round(float(worst)),
        "twice": twice,
    }


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]), sys.argv[3])))
