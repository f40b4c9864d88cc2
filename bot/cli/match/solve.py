"""The matching of the command, with the engine of `bot.domain.matching.engine`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.matching.engine import Causes, Explanation, LockRefused, assign, explain, score
from bot.domain.matching.solver.problem import Objective
from bot.domain.matching.unmatched import Side
from bot.domain.signup import Role, Rules
from bot.spreadsheets.match_people import People

Couples = Sequence[tuple[int, int]]
"""(leader, mentor), by their ids."""
STREAM_FROM = 30_000_000
"""With so many possible pairs, scores are not stored but recomputed in each round."""


class LockBreaksRule(Exception):
    """Two people cannot be locked together: `rule` as in `LockRefused`."""

    def __init__(self, leader: int, mentor: int, rule: str) -> None:
        super().__init__(rule)
        self.leader, self.mentor, self.rule = leader, mentor, rule


@dataclass(frozen=True)
class MatchReasons:
    """The quality of a pair, and the reasons as `prompts.reasons` takes them."""

    score: int
    quality: str
    record: dict[str, Any]
    few_hours: bool = False
    """Whether the two share few hours a week."""


@dataclass(frozen=True)
class UnmatchedPerson:
    """A person without a partner on `side`; `cause` and `help` are those of `bot.domain.matching.engine.HELPS`."""

    person: int
    side: str
    cause: str
    help: str
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """The pairs as (mentor, leader, reasons), strongest first, and the unmatched people, leaders first."""

    pairs: list[tuple[int, int, MatchReasons]] = field(default_factory=list)
    left: list[UnmatchedPerson] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """HR's locks, exclusions and earlier pairs."""

    objective: Objective = "fair"
    locked: Couples = ()
    forbidden: Couples = ()
    keep: Couples = ()


def match(people: People, rules: Rules, wanted: Wanted, step: Callable[[str], None]) -> Found:
    """The best pairs. `step` is called with each step. Raises `LockBreaksRule`."""
    mentors = sum(one.role.teaches for one in people.profiles)
    leaders = sum(one.role.learns for one in people.profiles)
    step("score")
    stream = mentors * leaders > STREAM_FROM
    scores = score(people.profiles, rules, managers=people.managers, stream=stream)
    locked, forbidden, keep = (
        [scores.pair_index(*couple) for couple in dict.fromkeys(couples)]
        for couples in (wanted.locked, wanted.forbidden, wanted.keep)
    )
    step("solve")
    try:
        assignment = assign(
            scores,
            scores.mentor_capacity,
            scores.leader_demand,
            locked=locked,
            forbidden=forbidden,
            keep=keep,
            floor=rules.floor,
            objective=wanted.objective,
        )
    except LockRefused as refused:
        leader, mentor = int(scores.leader_ids[refused.leader]), int(scores.mentor_ids[refused.mentor])
        raise LockBreaksRule(leader, mentor, refused.rule) from None
    step("explain")
    pairs = []
    for row, column in assignment.pairs:
        one, other = scores.person(int(scores.mentor_ids[column])), scores.person(int(scores.leader_ids[row]))
        pairs.append((one.id, other.id, _told(explain(one, other, rules))))
    pairs.sort(key=lambda one: (-one[2].score, one[0], one[1]))
    matched: dict[Side, set[int]] = {
        "mentee": {int(scores.leader_ids[row]) for row in assignment.matched_leaders},
        "mentor": {int(scores.mentor_ids[column]) for column in assignment.matched_mentors},
    }
    return Found(pairs, _left_over(people, Causes(scores, assignment), matched))


def _left_over(people: People, causes: Causes, matched: dict[Side, set[int]]) -> list[UnmatchedPerson]:
    return [
        UnmatchedPerson(person.id, side, why.cause, why.help, why.topics)
        for side in matched
        for person in sorted(people.profiles, key=lambda one: one.id)
        if person.role in (Role.BOTH, Role(side)) and person.id not in matched[side]
        for why in [causes.of(person.id, side)]
    ]


def _told(why: Explanation) -> MatchReasons:
    def told(given: Sequence[Any]) -> list[list[Any]]:
        return [[one.code, {name: list(values) for name, values in one.args.items()}] for one in given]

    record = {"mentor": told(why.for_mentor), "mentee": told(why.for_leader), "checked": list(why.checked)}
    return MatchReasons(why.score, why.quality, record, why.few_hours)
