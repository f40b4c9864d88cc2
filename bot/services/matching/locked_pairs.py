"""Which of the pairs that HR locked can be kept now, and how they are passed to the solver."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.matching.rules import HIDDEN_RULES, RULES

if TYPE_CHECKING:
    from bot.domain.matching.engine import Scores
    from bot.services.matching.problem import Decisions, PairIds


CHANGED = "sign_up_changed"
"""The cause of a lock that ended because one of the two has changed their sign-up, whatever they changed."""


@dataclass(frozen=True)
class Unkept:
    """A locked pair that is no longer possible, and the rule that forbids it."""

    mentor: int
    leader: int
    rule: str


@dataclass(frozen=True)
class Fixed:
    """The solver keeps `locked`; it never sees `beside`, which break a rule that HR overrode for these two."""

    locked: tuple["PairIds", ...]
    beside: tuple["PairIds", ...]
    unkept: tuple[Unkept, ...]


def sort_locks(scores: "Scores", decided: "Decisions", taken_out: Iterable["PairIds"]) -> Fixed:
    """Sort HR's locks. Where a person has fewer places than locks, the older sign-up has priority."""
    locked: list[PairIds] = []
    beside: list[PairIds] = []
    unkept: list[Unkept] = []
    teaching, learning = Counter[int](), Counter[int]()
    for mentor, leader in sorted(decided.locked - set(taken_out)):
        rule = _forbidding(scores, mentor, leader, decided.lifted.get((mentor, leader), frozenset()))
        if rule in HIDDEN_RULES or (not rule and (mentor, leader) in decided.stale):
            rule = CHANGED
        if not rule:
            full = teaching[mentor] >= scores.person(mentor).mentor_capacity
            rule = "no_capacity" if full or learning[leader] >= scores.person(leader).leader_capacity else ""
        if rule:
            unkept.append(Unkept(mentor, leader, rule))
            continue
        teaching[mentor] += 1
        learning[leader] += 1
        (beside if scores.forbidden_by(leader, mentor) else locked).append((mentor, leader))
    return Fixed(tuple(locked), tuple(beside), tuple(unkept))


def _forbidding(scores: "Scores", mentor: int, leader: int, lifted: frozenset[str]) -> str:
    """The first rule that forbids these two, preferably one that HR may see, or ""."""
    if mentor not in scores.mentor_ids or leader not in scores.leader_ids:
        return "inactive"
    broken = set(scores.forbidden_by(leader, mentor)) - lifted
    return next((rule for rule in sorted(RULES, key=HIDDEN_RULES.__contains__) if rule in broken), "")
