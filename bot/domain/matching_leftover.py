"""Why somebody has no partner, truly, and what would help. For HR alone."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.domain.matching_rules import RULES
from bot.domain.matching_scores import Scores
from bot.domain.profiles import Profile
from bot.domain.solver.result import Assignment

Side = Literal["mentor", "mentee"]

# What would help, by cause. A cause that is a rule's name means: without this rule alone somebody could be matched.
HELPS = {
    "inactive": "reactivate",
    "held": "release_hold",
    "no_capacity": "give_a_place",
    "manager_missing": "fill_or_waive_manager",
    "nobody_there": "recruit",
    "level_gap": "lower_least_gap",
    "reporting_line": "recruit_elsewhere",
    "same_department": "allow_same_department",
    "paired_before": "recruit",
    "blocked": "recruit",
    "no_common_language": "ask_for_language",
    "many_rules": "recruit_elsewhere",
    "forbidden_by_hr": "allow_pair",
    "topic_not_offered": "find_mentor_for_topic",
    "topic_not_wished": "suggest_other_topics",
    "places_taken": "add_places",
}


@dataclass(frozen=True, slots=True)
class Leftover:
    """Why a person has no partner on one side, and what would help: a key and a value of `HELPS`.

    `counts` says for how many people on the other side each rule stands in the way; `topics` are those that nobody
    offers (or wishes for).
    """

    cause: str
    help: str
    counts: Mapping[str, int] = field(default_factory=dict)
    topics: tuple[str, ...] = ()


def leftover_cause(person_id: int, side: Side, scores: Scores, assignment: Assignment) -> Leftover:
    """Why the person got no partner as a mentor or mentee in this assignment of these scores.

    Looked for in this order: what the person alone lacks; a rule that forbids everybody; pairs HR forbade; topics that
    no possible partner has; else the places of all possible partners went to people whose pairs were better.
    """
    person = scores.person(person_id)
    if (own := _own_cause(person, side)) is not None:
        return _leftover(own)
    others = [scores.person(int(other)) for other in (scores.mentor_ids if side == "mentee" else scores.mentee_ids)]
    others = [other for other in others if other.id != person_id and _own_cause(other, _other(side)) is None]
    if not others:
        return _leftover("nobody_there")
    broken = {other.id: scores.forbidden_by(*_ordered(person_id, other.id, side)) for other in others}
    possible = [other for other in others if not broken[other.id]]
    if not possible:
        return _by_rules(broken)
    closed = assignment.forbidden
    open_to = [o for o in possible if scores.pair_index(*_ordered(person_id, o.id, side)) not in closed]
    if not open_to:
        return _leftover("forbidden_by_hr")
    return _by_topics(person, open_to, side) or _leftover("places_taken")


def _leftover(cause: str, counts: Mapping[str, int] | None = None, topics: tuple[str, ...] = ()) -> Leftover:
    return Leftover(cause, HELPS[cause], counts or {}, topics)


def _other(side: Side) -> Side:
    return "mentee" if side == "mentor" else "mentor"


def _own_cause(person: Profile, side: Side) -> str | None:
    capacity = person.mentor_capacity if side == "mentor" else person.mentee_capacity
    causes = {
        "inactive": not person.active,
        "held": side == "mentor" and person.held,
        "no_capacity": capacity == 0,
        "manager_missing": not person.manager_known,
    }
    return next((cause for cause, found in causes.items() if found), None)


def _by_rules(broken: Mapping[int, tuple[str, ...]]) -> Leftover:
    """The rule that alone stands between this person and the most others; if none does, several together."""
    counts = Counter(rule for rules in broken.values() for rule in rules)
    alone = Counter(rules[0] for rules in broken.values() if len(rules) == 1)
    cause = max(alone, key=lambda rule: (alone[rule], -RULES.index(rule)), default="many_rules")
    return _leftover(cause, dict(counts))


def _ordered(person_id: int, other_id: int, side: Side) -> tuple[int, int]:
    """Mentee and mentor of these two."""
    return (person_id, other_id) if side == "mentee" else (other_id, person_id)


def _by_topics(person: Profile, others: list[Profile], side: Side) -> Leftover | None:
    if side == "mentee":
        mine = tuple(wish.topic for wish in sorted(person.wishes, key=lambda wish: -wish.priority))
        theirs = {offer.topic for other in others for offer in other.offers}
    else:
        mine = tuple(offer.topic for offer in sorted(person.offers, key=lambda offer: -offer.level))
        theirs = {wish.topic for other in others for wish in other.wishes}
    if not mine or theirs & set(mine):
        return None
    return _leftover("topic_not_offered" if side == "mentee" else "topic_not_wished", topics=mine)
