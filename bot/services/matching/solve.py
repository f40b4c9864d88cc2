"""The matching as a plain function for the worker process: roster in, proposal out.

It does not need the database, so the worker process stays small.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.domain.matching.rules import reporting_lines
from bot.domain.sessions import Side
from bot.domain.signup import TOP_SCORE, Profile, Role, Rules
from bot.services.matching.locked_pairs import Fixed, Unkept, sort_locks
from bot.services.matching.problem import Other, PairIds, Roster

if TYPE_CHECKING:
    from bot.domain.matching.engine import Assignment, Explanation, Reason, Scores

ALTERNATES = 6
"""How many alternatives are stored for each person of a pair: HR sees three, and some may be taken by then."""


@dataclass(frozen=True)
class Proposed:
    """A pair of a proposal. `explanation` is what `storage.tables.DraftPair` stores."""

    mentor: int
    leader: int
    score: int
    explanation: dict[str, Any]


@dataclass(frozen=True)
class Unmatched:
    """A person without a partner on this side; `cause` and `help` name texts."""

    person: int
    side: Side
    cause: str
    help: str


@dataclass(frozen=True)
class Solution:
    """The best pairs, strongest first, and the unmatched people."""

    pairs: tuple[Proposed, ...]
    left: tuple[Unmatched, ...]
    unkept: tuple[Unkept, ...] = ()


def share(score: int) -> float:
    """A score as a share of the maximum, 0 to 1."""
    return score / TOP_SCORE


@dataclass(frozen=True)
class Chosen:
    """The solver's pairs, those fixed outside it, and those that HR made by hand."""

    scores: "Scores"
    found: "Assignment"
    fixed: Fixed
    by_hand: frozenset[PairIds] = frozenset()

    @property
    def indexes(self) -> list[tuple[int, int]]:
        """All pairs but those by hand, as the solver's indexes: (leader, mentor)."""
        pairs = [(int(row), int(column)) for row, column in self.found.pairs]
        return pairs + _indexes(self.scores, self.fixed.beside)

    @property
    def couples(self) -> list[PairIds]:
        """All pairs, by the ids of their persons."""
        mentors, leaders = self.scores.mentor_ids, self.scores.leader_ids
        return [(int(mentors[column]), int(leaders[row])) for row, column in self.indexes] + sorted(self.by_hand)


def solve(roster: Roster) -> Solution:
    """The best pairs that keep every rule, with reasons, and unmatched people with causes. Criteria:
    docs/matching.md."""
    chosen = choose(roster)
    pairs = sorted(_proposed(chosen, roster), key=lambda one: (-one.score, one.mentor, one.leader))
    left = _unmatched(roster, chosen.scores, chosen.found, pairs)
    return Solution(tuple(pairs), tuple(left), chosen.fixed.unkept)


def choose(roster: Roster) -> Chosen:
    """Only the best pairs, without explanations."""
    # The solver's libraries are only for the worker process.
    from bot.domain.matching.engine import assign, score

    scores = score(roster.people, roster.rules, managers=roster.managers)
    fixed = sort_locks(scores, roster.decided, roster.taken_out)
    capacity, demand = scores.mentor_capacity.copy(), scores.leader_demand.copy()
    beside = _indexes(scores, fixed.beside)
    rows, columns = [row for row, _ in beside], [column for _, column in beside]
    for mentor, leader in roster.by_hand:
        rows += _index(scores.leader_ids, leader)
        columns += _index(scores.mentor_ids, mentor)
    for row in rows:
        demand[row] = max(0, demand[row] - 1)
    for column in columns:
        capacity[column] = max(0, capacity[column] - 1)
    assignment = assign(
        scores,
        capacity,
        demand,
        locked=_indexes(scores, fixed.locked),
        forbidden=_indexes(scores, roster.taken_out | roster.by_hand),
        floor=roster.rules.floor,
        keep=_indexes(scores, roster.decided.kept),
        partnered=(
            [*_holders(scores.leader_ids, Side.LEADER, roster), *rows],
            [*_holders(scores.mentor_ids, Side.MENTOR, roster), *columns],
        ),
        waited=(_waited(scores.leader_ids, roster), _waited(scores.mentor_ids, roster)),
    )
    return Chosen(scores, assignment, fixed, roster.by_hand)


def _holders(ids: Any, side: Side, roster: Roster) -> list[int]:
    """Who has a partner on this side already, as the solver's indexes."""
    return [index for index, person in enumerate(ids.tolist()) if (side, person) in roster.held]


def _waited(ids: Any, roster: Roster) -> list[int]:
    """Who had no partner in the programme before, as the solver's indexes."""
    return [index for index, person in enumerate(ids.tolist()) if person in roster.waited]


def _index(ids: Any, person: int) -> list[int]:
    """A person's index, if they are included."""
    return [index for index, one in enumerate(ids.tolist()) if one == person]


def _indexes(scores: "Scores", couples: "Iterable[PairIds]") -> list[tuple[int, int]]:
    """The included pairs, as the solver's indexes: (leader, mentor)."""
    return sorted(
        scores.pair_index(leader, mentor)
        for mentor, leader in couples
        if leader in scores.leader_ids and mentor in scores.mentor_ids
    )


def _proposed(chosen: Chosen, roster: Roster) -> Iterator[Proposed]:
    scores = chosen.scores
    together = [
        (row, column, scores.person(int(scores.mentor_ids[column])), scores.person(int(scores.leader_ids[row])))
        for row, column in chosen.indexes
    ]
    told = [
        explained(mentor, leader, scores.rules, roster.decided.lifted.get((mentor.id, leader.id), frozenset()))
        for _, _, mentor, leader in together
    ]
    for place, (_, _, mentor, leader) in enumerate(together):
        points, record = told[place]
        waited = [side for side, one in ((Side.MENTOR, mentor), (Side.LEADER, leader)) if one.id in roster.waited]
        yield Proposed(mentor.id, leader.id, points, {**record, "waited": waited} if waited else record)


def others_for(roster: Roster, mentor: int, leader: int) -> dict[str, list[Other]]:
    """Alternatives for one pair of the draft: those with a free place in it first, then by score.

    Only rules that HR may see count: otherwise HR could infer avoidance from who is missing. HR's choice is a pair
    made by hand, which both confirm.
    """
    lines = reporting_lines(roster.people, roster.managers)
    # People on neither side below still count in reporting lines between others.
    people = [replace(one, appraisers=lines[one.id], avoids=frozenset()) for one in roster.people]
    return {side: _others_on(roster, people, side, mentor, leader) for side in Side}


def _others_on(roster: Roster, people: list[Profile], side: Side, mentor: int, leader: int) -> list[Other]:
    """The same for the place of one of the two."""
    from bot.domain.matching.engine import score

    teaches = side is Side.MENTOR
    stays, role, opposite = (leader, Role.MENTOR, Role.LEADER) if teaches else (mentor, Role.LEADER, Role.MENTOR)
    staying = next(one for one in people if one.id == stays)
    # All people on one side and one person on the other: a person on both sides would be a row and a column.
    others = [
        replace(one, role=role)
        for one in people
        if one.id != stays and (one.role.teaches if role is Role.MENTOR else one.role.learns)
    ]
    scores = score([replace(staying, role=opposite), *others], roster.rules)
    ids, places = (scores.mentor_ids, scores.mentor_capacity) if teaches else (scores.leader_ids, scores.leader_demand)
    used = Counter(couple[0 if teaches else 1] for couple in roster.decided.kept | roster.by_hand)
    asked = roster.taken_out | roster.by_hand
    closed = {couple[0 if teaches else 1] for couple in asked if stays in couple} | {mentor, leader}
    ranked = sorted(
        (used[one] >= free, -points, one)
        for one, points, free in zip(ids.tolist(), scores.matrix.ravel().tolist(), places.tolist(), strict=True)
        if points >= 0 and one not in closed
    )
    return [(one, -points) for _, points, one in ranked[:ALTERNATES]]


_MADE_SURE = {
    "same_department": "other_department",
    "no_common_language": "common_language",
    "paired_before": "never_paired",
}
"""The rule that `Explanation.checked` names for pairs that keep it."""


def explained(
    mentor: Profile, leader: Profile, rules: Rules, lifted: frozenset[str] = frozenset()
) -> tuple[int, dict[str, Any]]:
    """The score and reasons of two people, as a draft stores them. Rules that HR overrode are not listed as checked."""
    from bot.domain.matching.engine import explain

    explanation = explain(mentor, leader, rules)
    untrue = {_MADE_SURE.get(rule) for rule in lifted}
    record = _as_record(explanation)
    record["checked"] = [one for one in record["checked"] if one not in untrue]
    return explanation.score, {**record, "lifted": sorted(lifted)} if lifted else record


def _as_record(explanation: "Explanation") -> dict[str, Any]:
    def reasons(why: "tuple[Reason, ...]") -> list[list[Any]]:
        return [[one.code, {name: list(values) for name, values in one.args.items()}] for one in why]

    return {
        "mentor": reasons(explanation.for_mentor),
        "mentee": reasons(explanation.for_leader),
        "quality": explanation.quality,
        "checked": list(explanation.checked),
        **({"few_hours": True} if explanation.few_hours else {}),
    }


def _unmatched(
    roster: Roster, scores: "Scores", assignment: "Assignment", pairs: Iterable[Proposed]
) -> Iterator[Unmatched]:
    """People who want a partner on a side and have none, before or in this proposal. Leaders come first."""
    from bot.domain.matching.engine import Causes
    from bot.domain.matching.unmatched_causes import HELPS

    matched = {
        Side.LEADER: {one.leader for one in pairs} | {leader for _, leader in roster.by_hand},
        Side.MENTOR: {one.mentor for one in pairs} | {mentor for mentor, _ in roster.by_hand},
    }
    causes = Causes(scores, assignment)
    for side in (Side.LEADER, Side.MENTOR):
        for person in roster.people:
            places = person.mentor_capacity if side is Side.MENTOR else person.leader_capacity
            wanting = places > 0 and (person.role.teaches if side is Side.MENTOR else person.role.learns)
            if wanting and person.id not in matched[side] and (side, person.id) not in roster.held:
                why = causes.of(person.id, "mentor" if side is Side.MENTOR else "mentee")
                # Avoidance is private, so this cause never leaves here.
                cause = "many_rules" if why.cause == "blocked" else why.cause
                yield Unmatched(person.id, side, cause, HELPS[cause])
