"""Why somebody has no partner, truly, and what would help. For HR alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from bot.domain.matching_rules import RULES
from bot.domain.matching_scores import Scores, places
from bot.domain.profiles import Profile
from bot.domain.solver.problem import Bools, Int64s
from bot.domain.solver.result import Assignment

Side = Literal["mentor", "mentee"]
SIDES: tuple[Side, ...] = ("mentor", "mentee")

# What would help, by cause: every cause says what alone stands in the way. A cause that is a rule's name means: without
# this rule there would be somebody for them.
HELPS = {
    "inactive": "reactivate",
    "held": "release_hold",
    "no_capacity": "give_a_place",
    "manager_missing": "fill_or_waive_manager",
    "nobody_there": "recruit",
    "nobody_ready": "make_ready",
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

    Looked for in this order: what the person alone lacks; nobody on the other side; topics that no possible partner
    has, else the places of all possible partners went to people whose pairs were better; pairs HR forbade; and where
    nobody is possible, what alone stands between this person and the most others: a rule, that all their places are
    taken, or that they are held back or their manager is not known.
    For many people of one assignment, `Causes` is quicker.
    """
    return Causes(scores, assignment).of(person_id, side)


class Causes:
    """`leftover_cause` for everybody of one assignment: what is the same for all of a side is looked at once."""

    def __init__(self, scores: Scores, assignment: Assignment) -> None:
        self._scores = scores
        self._closed: dict[Side, dict[int, list[int]]] = {"mentee": {}, "mentor": {}}
        for mentee, mentor in assignment.forbidden:
            self._closed["mentee"].setdefault(mentee, []).append(mentor)
            self._closed["mentor"].setdefault(mentor, []).append(mentee)
        self._there = {side: _Others.of(scores, side) for side in SIDES}

    def of(self, person_id: int, side: Side) -> Leftover:
        """As `leftover_cause`."""
        scores, others = self._scores, self._there[side]
        person = scores.person(person_id)
        if (own := _own_cause(person, side)) is not None:
            return _leftover(own)
        mine = places([person_id], scores.mentee_ids if side == "mentee" else scores.mentor_ids)[0]
        points = scores.row(mine) if side == "mentee" else scores.column(mine)
        by_rules = others.able & (points >= 0)
        possible, closed = by_rules.copy(), self._closed[side].get(int(mine), [])
        possible[closed] = False
        if possible.any():
            return _by_topics(person, possible, others.topics, side) or _leftover("places_taken")
        if by_rules.any():
            return _leftover("forbidden_by_hr")
        apart = set(others.ids[closed].tolist())
        there = [one for one in others.active if one != person_id]
        ordered = [_ordered(person_id, one, side) for one in there if one not in apart]
        return _by_rules([scores.forbidden_by(*couple) for couple in ordered]) if there else _leftover("nobody_there")


@dataclass(frozen=True)
class _Others:
    """Everybody on the other side: their ids, the ids of those who take part, and as masks who may be a partner at all
    (`able`) and who has each topic."""

    ids: Int64s
    active: list[int]
    able: Bools
    topics: dict[str, Bools]

    @classmethod
    def of(cls, scores: Scores, side: Side) -> "_Others":
        ids = scores.mentor_ids if side == "mentee" else scores.mentee_ids
        everybody = [scores.person(int(one)) for one in ids]
        able = [_own_cause(one, _other(side)) is None for one in everybody]
        topics: dict[str, Bools] = {}
        for at, one in enumerate(everybody):
            for topic in one.offers if side == "mentee" else one.wishes:
                topics.setdefault(topic.topic, np.zeros(len(ids), np.bool_))[at] = True
        return cls(ids, [one.id for one in everybody if one.active], np.array(able, bool), topics)


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


def _by_rules(broken: Sequence[tuple[str, ...]]) -> Leftover:
    """What alone stands between this person and the most others; if nothing does, several rules together."""
    counts = Counter(rule for rules in broken for rule in rules)
    alone = Counter(_OF_OTHERS.get(rules[0], rules[0]) for rules in broken if len(rules) == 1)
    cause = max(alone, key=lambda one: (alone[one], -_ORDER.index(one)), default="many_rules")
    return _leftover(cause, dict(counts))


_OF_OTHERS = {"no_capacity": "places_taken", "held": "nobody_ready", "manager_missing": "nobody_ready"}
"""Rules that the other one alone breaks, as causes: what this person lacks was looked at before."""
_ORDER = (*RULES, "places_taken", "nobody_ready")


def _ordered(person_id: int, other_id: int, side: Side) -> tuple[int, int]:
    """Mentee and mentor of these two."""
    return (person_id, other_id) if side == "mentee" else (other_id, person_id)


def _by_topics(person: Profile, possible: Bools, theirs: Mapping[str, Bools], side: Side) -> Leftover | None:
    if side == "mentee":
        mine = tuple(wish.topic for wish in sorted(person.wishes, key=lambda wish: -wish.priority))
    else:
        mine = tuple(offer.topic for offer in sorted(person.offers, key=lambda offer: -offer.level))
    if not mine or any((theirs[topic] & possible).any() for topic in mine if topic in theirs):
        return None
    return _leftover("topic_not_offered" if side == "mentee" else "topic_not_wished", topics=mine)
