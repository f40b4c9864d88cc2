"""The cause why a person is unmatched, and a remedy. Only for HR."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from bot.domain.matching.scores import Scores, places
from bot.domain.matching.solver.problem import Bools, Int64s
from bot.domain.matching.solver.result import Assignment
from bot.domain.matching.unmatched_causes import HELPS
from bot.domain.signup import Level, Profile

Side = Literal["mentor", "mentee"]
SIDES: tuple[Side, ...] = ("mentor", "mentee")


@dataclass(frozen=True, slots=True)
class Leftover:
    """The cause why a person is unmatched in one role, and its remedy: a key and a value of `HELPS`.

    `counts` says for how many people on the other side each rule is an obstacle; `topics` are those that nobody in
    the programme offers (or wishes for).
    """

    cause: str
    help: str
    counts: Mapping[str, int] = field(default_factory=dict)
    topics: tuple[str, ...] = ()


def leftover_cause(person_id: int, side: Side, scores: Scores, assignment: Assignment) -> Leftover:
    """Why the person got no partner as a mentor or leader in this assignment of these scores.

    In this order:

    1. What the person alone lacks, or that nobody on the other side is active.
    2. With possible partners, all of whom have no free place: that nobody of the programme has a topic of theirs; else
       the rule that alone separates them from a person who shares a topic and has a free place; else `places_taken`.
    3. Without: pairs that HR forbade, else the rule (or missing place, or hold) that alone separates them from the most
       others, those with a free place counted first. A rule that HR can see comes before `blocked`.
    4. `many_rules`, if removing any single obstacle would allow them nobody.

    For many people of one assignment, `Causes` is quicker.
    """
    return Causes(scores, assignment).of(person_id, side)


class Causes:
    """`leftover_cause` for all people of one assignment: what is common to a side is computed once."""

    def __init__(self, scores: Scores, assignment: Assignment) -> None:
        self._scores = scores
        self._closed: dict[Side, dict[int, list[int]]] = {"mentee": {}, "mentor": {}}
        for leader, mentor in assignment.forbidden:
            self._closed["mentee"].setdefault(leader, []).append(mentor)
            self._closed["mentor"].setdefault(mentor, []).append(leader)
        leaders, mentors = assignment.pairs[:, 0], assignment.pairs[:, 1]
        self._there: dict[Side, _Others] = {
            "mentee": _Others.of(scores, "mentee", _free(scores.mentor_capacity, mentors)),
            "mentor": _Others.of(scores, "mentor", _free(scores.leader_demand, leaders)),
        }
        everybody = scores.people
        self._topics: dict[Side, frozenset[str]] = {
            "mentee": frozenset(offer.topic for one in everybody for offer in one.offers),
            "mentor": frozenset(wish.topic for one in everybody for wish in one.wishes),
        }
        """Topics that anyone offers (for leaders) or wants (for mentors)."""

    def of(self, person_id: int, side: Side) -> Leftover:
        """As `leftover_cause`."""
        scores, others = self._scores, self._there[side]
        person = scores.person(person_id)
        if (own := _own_cause(person, side)) is not None:
            return _leftover(own)
        if not any(one != person_id for one in others.ids[others.active].tolist()):
            return _leftover("nobody_there")
        mine = places([person_id], scores.leader_ids if side == "mentee" else scores.mentor_ids)[0]
        points = scores.row(mine) if side == "mentee" else scores.column(mine)
        by_rules = others.able & (points >= 0)
        possible, closed = by_rules.copy(), self._closed[side].get(int(mine), [])
        possible[closed] = False
        if possible.any():
            return self._among_possible(person, possible, closed, side)
        if (by_rules & others.free).any():
            return _leftover("forbidden_by_hr")
        leftover = self._by_rules(person, others.active, closed, side)
        return _leftover("forbidden_by_hr") if by_rules.any() and leftover.cause not in _SEEN else leftover

    def _among_possible(self, person: Profile, possible: Bools, closed: list[int], side: Side) -> Leftover:
        """The cause if all places of the possible partners went to others."""
        others, mine = self._there[side], _wanted(person, side)
        if not mine:
            return _leftover("places_taken")
        if not self._topics[side].intersection(mine):
            return _leftover("topic_not_offered" if side == "mentee" else "topic_not_wished", topics=mine)
        sharing = np.zeros(len(others.ids), np.bool_)
        for topic in mine:
            if topic in others.topics:
                sharing |= others.topics[topic]
        if not (sharing & possible).any():
            leftover = self._by_rules(person, sharing & others.active & others.free, closed, side)
            if leftover.cause in _RULES_SEEN:
                return leftover
        return _leftover("places_taken")

    def _by_rules(self, person: Profile, among: Bools, closed: list[int], side: Side) -> Leftover:
        """The obstacle that alone separates this person from the most of these others; if there is none, several
        rules."""
        scores, others = self._scores, self._there[side]
        open_to = among.copy()
        open_to[closed] = False
        counts: Counter[str] = Counter()
        alone: Counter[tuple[str, bool]] = Counter()
        for at in np.flatnonzero(open_to).tolist():
            other = int(others.ids[at])
            if other == person.id:
                continue
            leader, mentor = (person.id, other) if side == "mentee" else (other, person.id)
            broken = scores.forbidden_by(leader, mentor)
            counts.update(broken)
            if (cause := self._single(leader, mentor, broken, side)) is not None:
                # A missing place can be added, and a person who is not ready could not have used theirs.
                alone[cause, bool(others.free[at]) or cause == "places_taken"] += 1
        if not alone:
            return _leftover("many_rules", dict(counts))
        cause, _ = max(alone, key=lambda one: (_shown(one[0]), one[1], alone[one], -_ORDER.index(one[0])))
        return _leftover(cause, dict(counts))

    def _single(self, leader: int, mentor: int, broken: tuple[str, ...], side: Side) -> str | None:
        """The cause, if these rules that two people break reduce to one obstacle."""
        if broken == ("level_gap",):
            return self._by_level(self._scores.person(leader).level, self._scores.person(mentor).level, side)
        return _OF_OTHERS.get(broken) or (broken[0] if len(broken) == 1 else None)

    def _by_level(self, leader: int, mentor: int, side: Side) -> str:
        """The cause if these two levels are too close, for the person on this side."""
        gap = self._scores.rules.least_gap
        if leader - mentor >= LEAST_GAP:
            return "least_gap"
        room = leader - gap >= min(Level) if side == "mentee" else mentor + gap <= max(Level)
        return "level_gap" if room else "level_at_end"


LEAST_GAP = 1
"""The lowest value of `Rules.least_gap`: a mentor is always junior."""
_OF_OTHERS = {
    ("no_capacity",): "places_taken",
    ("held",): "nobody_ready",
    ("manager_missing",): "managers_missing",
    ("held", "manager_missing"): "held_without_manager",
}
"""Rules that the other person alone breaks, as causes: this person's own lacks were checked before."""
_RULES_SEEN = (
    "level_gap",
    "least_gap",
    "level_at_end",
    "reporting_line",
    "same_department",
    "paired_before",
    "no_common_language",
)
"""Rules about two people that HR can see …"""
_SEEN = (*_RULES_SEEN, "places_taken", "nobody_ready", "managers_missing")
"""… and every single obstacle that HR can see."""
_ORDER = (*_SEEN, "held_without_manager", "blocked")


def _shown(cause: str) -> int:
    """Obstacles that HR can see come first, then two obstacles of one person, and avoidance last."""
    return 2 if cause in _SEEN else int(cause != "blocked")


def _free(capacity: Int64s, taken: Int64s) -> Bools:
    """Who has a place left when these are taken."""
    free: Bools = np.bincount(taken, minlength=len(capacity)) < capacity
    return free


@dataclass(frozen=True)
class _Others:
    """Everyone on the other side: their ids, and as masks who takes part, who may be a partner at all (`able`), who
    has a free place, and who has each topic."""

    ids: Int64s
    active: Bools
    able: Bools
    free: Bools
    topics: dict[str, Bools]

    @classmethod
    def of(cls, scores: Scores, side: Side, free: Bools) -> "_Others":
        ids = scores.mentor_ids if side == "mentee" else scores.leader_ids
        everybody = [scores.person(int(one)) for one in ids]
        able = [_own_cause(one, _other(side)) is None for one in everybody]
        topics: dict[str, Bools] = {}
        for at, one in enumerate(everybody):
            for topic in one.offers if side == "mentee" else one.wishes:
                topics.setdefault(topic.topic, np.zeros(len(ids), np.bool_))[at] = True
        return cls(ids, np.array([one.active for one in everybody], bool), np.array(able, bool), free, topics)


def _leftover(cause: str, counts: Mapping[str, int] | None = None, topics: tuple[str, ...] = ()) -> Leftover:
    return Leftover(cause, HELPS[cause], counts or {}, topics)


def _other(side: Side) -> Side:
    return "mentee" if side == "mentor" else "mentor"


def _own_cause(person: Profile, side: Side) -> str | None:
    capacity = person.mentor_capacity if side == "mentor" else person.leader_capacity
    causes = {
        "inactive": not person.active,
        "held": person.held,
        "no_capacity": capacity == 0,
        "manager_missing": not person.manager_known,
    }
    return next((cause for cause, found in causes.items() if found), None)


def _wanted(person: Profile, side: Side) -> tuple[str, ...]:
    """The topics that a leader wants, most wanted first, or that a mentor offers, best known first."""
    if side == "mentee":
        return tuple(wish.topic for wish in sorted(person.wishes, key=lambda wish: -wish.priority))
    return tuple(offer.topic for offer in sorted(person.offers, key=lambda offer: -offer.level))
