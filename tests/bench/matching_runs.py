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

from bot.domain.matching.engine import Assignment, Scores, assign, score
from bot.domain.signup import CADENCES, FORMATS, Level, Offer, Profile, Role, Rules, Wish, hours_mask

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

    return [person(k, Role.LEADER) for k in range(size)] + [person(size + k, Role.MENTOR) for k in range(size)]


def _few(pick: random.Random, names: list[str]) -> list[str]:
    return pick.sample(names, pick.randint(1, 4))


def ours(people: list[Profile], objective: str, stream: bool = False) -> tuple[Pairs, Scores]:
    """From profiles to proof."""
    scores = score(people, Rules(), stream=stream)
    return _assigned(scores, objective).pairs, scores


def _assigned(scores: Scores, objective: str) -> Assignment:
    fair = objective == "fair"
    return assign(scores, scores.mentor_capacity, scores.leader_demand, objective="fair" if fair else "total")


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
    rows_left, columns_left = scores.leader_demand.copy(), scores.mentor_capacity.copy()
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
    """PyPI mentor-match with rules of its own kind, which are yes or no: what we forbid is disqualified, and each of
    what our score is made of gives all its points or none."""
    rules = import_module("matching.rules.rule")
    weights = scores.rules.weights
    kinds: dict[str, Callable[[Profile, Profile], bool]] = {
        "topics": lambda one, other: bool({w.topic for w in one.wishes} & {o.topic for o in other.offers}),
        "interests": lambda one, other: bool(one.interests & other.interests),
        "style": lambda one, other: one.style == other.style,
        "gap": lambda one, other: 2 <= one.level - other.level <= 3,
        "hours": lambda one, other: one.free_hours == other.free_hours,
        "language": lambda one, other: one.languages <= other.languages,
        "format": lambda one, other: bool(one.formats & other.formats),
        "cadence": lambda one, other: bool(one.cadences & other.cadences),
    }

    def rule(part: str, kind: Callable[[Profile, Profile], bool]) -> Any:
        points = {True: getattr(weights, part), False: 0}
        return rules.Generic(points, lambda m: kind(scores.person(m.leader.grade), scores.person(m.mentor.grade)))

    forbidden = rules.Disqualify(lambda m: bool(scores.forbidden_by(m.leader.grade, m.mentor.grade)))
    return _mentor_match(scores, [forbidden, *(rule(part, kind) for part, kind in kinds.items())])


def mentor_match_ours(scores: Scores) -> Pairs:
    """The same with our exact score as its only rule, which is as good as it can be."""

    class OurScore:
        def apply(self, match: Any) -> int:
            pair = match.leader.grade, match.mentor.grade
            match.disallowed = bool(scores.forbidden_by(*pair))
            return 0 if match.disallowed else sum(scores.parts(*pair).values())

    return _mentor_match(scores, [OurScore()])


def _mentor_match(scores: Scores, rules: list[Any]) -> Pairs:
    """It knows no places, so a mentor with several is several people, as for scipy. A grade tells us who is who."""
    # Not in our environment: `make bench-match` puts it beside.
    process, leader, mentor = (import_module(f"matching.{name}") for name in ("process", "mentee", "mentor"))
    places = np.repeat(scores.mentor_ids, scores.mentor_capacity)
    learners = [leader.Leader(grade=one, email=f"leader {one}") for one in scores.leader_ids.tolist()]
    teachers = [mentor.Mentor(grade=one, email=f"junior {one}") for one in places.tolist()]
    process.process_data(teachers, learners, [rules])
    named = [(one.grade, partner.grade) for one in learners for partner in one.mentors]
    return np.array([scores.pair_index(*pair) for pair in named], np.int64)


def solve_again(scores: Scores, objective: str, change: str) -> tuple[float, float, int]:
    """Seconds and processor's seconds to solve again after HR forbids one pair of a draft, or locks another one, and
    how many pairs of the draft are gone besides."""
    before = _assigned(scores, objective)
    drawn = {(int(row), int(column)) for row, column in before.pairs}
    leader, mentor = before.pairs[len(before.pairs) // 2].tolist()
    forbidden, locked = [(leader, mentor)], []
    if change == "lock":
        locked, forbidden = [(leader, other.index) for other in before.alternates(leader, count=1)], []
    began, worked = time.perf_counter(), time.process_time()
    after = assign(
        scores,
        scores.mentor_capacity,
        scores.leader_demand,
        locked=locked,
        forbidden=forbidden,
        objective="fair" if objective == "fair" else "total",
        keep=before.pairs,
        start=before,
    )
    taken = time.perf_counter() - began, time.process_time() - worked
    gone = drawn - {(int(row), int(column)) for row, column in after.pairs}
    return *taken, len(gone - {(leader, mentor)})


def measure(who: str, size: int, kind: str) -> dict[str, float]:
    """Run one of the contestants once, after a tiny run that loads its libraries."""
    tiny = company(20, kind)
    ours(tiny, "total")
    people = company(size, kind)
    if who.startswith("again"):
        seconds, cpu, moved = solve_again(score(people, Rules()), *who.split()[1:3])
        return {"seconds": seconds, "cpu": cpu, "moved": moved}
    on_scores: dict[str, Callable[[Scores], Pairs]] = {
        "scipy": scipy_dense,
        "greedy": greedy,
        "mentor-match": mentor_match,
        "mentor-match new solver": mentor_match,
        "same by our score": mentor_match_ours,
    }
    if who in on_scores:
        on_scores[who](score(tiny, Rules()))

    def run() -> tuple[Pairs, Scores]:
        if who not in on_scores:
            return ours(people, who.split()[1], stream=who.endswith("streaming"))
        scores = score(people, Rules())
        return on_scores[who](scores), scores

    pairs, scores, seconds, cpu = _timed(run)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    points = scores.matrix[pairs[:, 0], pairs[:, 1]]
    worst = np.sort(points)[: max(1, len(points) // 10)].mean()
    return {
        "seconds": seconds,
        "cpu": cpu,
        "memory": memory,
        "matched": len(pairs),
        "total": int(points.sum()),
        "worst": round(float(worst)),
        "twice": len(pairs) - len(np.unique(pairs, axis=0)),
    }


def _timed(run: Callable[[], tuple[Pairs, Scores]]) -> tuple[Pairs, Scores, float, float]:
    """What a run gives, its seconds and its processor's seconds: the best of five where one takes less than a second,
    since other work on the machine would show more than the run does."""
    times: list[tuple[float, float]] = []
    while not times or (len(times) < 5 and max(times)[0] < 1):
        began, worked = time.perf_counter(), time.process_time()
        pairs, scores = run()
        times.append((time.perf_counter() - began, time.process_time() - worked))
    return pairs, scores, min(times)[0], min(cpu for _, cpu in times)


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]), sys.argv[3])))
