"""The matching itself, as one plain function for the worker process: a roster goes in, a proposal comes out.

Nothing here needs the database, so the worker process stays small.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.domain.profiles import TOP_SCORE, Profile, Rules
from bot.domain.sessions import Side

if TYPE_CHECKING:
    from bot.domain.matching import Assignment, Explanation, Reason, Scores

Couple = tuple[int, int]
"""(mentor, mentee), by the ids of their persons."""


@dataclass(frozen=True)
class Roster:
    """Who is to be matched, by the ids of their persons.

    The capacities of `people` are their free places; `held` are the (side, person) who have a partner already.
    `managers` holds everybody of the workspace whose manager is known, whether or not they take part. `taken_out` are
    couples that HR does not want. `last_pair` is the newest pair's id, so that one can tell whether any came since.
    """

    people: tuple[Profile, ...]
    managers: dict[int, int | None]
    rules: Rules
    held: frozenset[tuple[Side, int]]
    taken_out: frozenset[Couple]
    last_pair: int
    participant_ids: dict[int, int]

    @property
    def free_mentors(self) -> int:
        """How many people have a place as a mentor."""
        return sum(person.role.teaches and person.mentor_capacity > 0 for person in self.people)

    @property
    def free_mentees(self) -> int:
        """How many people have a place as a mentee."""
        return sum(person.role.learns and person.mentee_capacity > 0 for person in self.people)


@dataclass(frozen=True)
class Proposed:
    """A pair of a proposal. `explanation` is what `storage.tables.DraftPair` keeps."""

    mentor: int
    mentee: int
    score: int
    explanation: dict[str, Any]


@dataclass(frozen=True)
class Unmatched:
    """Somebody without a partner on this side; `cause` and `help` name texts."""

    person: int
    side: Side
    cause: str
    help: str


@dataclass(frozen=True)
class Solution:
    """The best pairs, strongest first, and whoever has none."""

    pairs: tuple[Proposed, ...]
    left: tuple[Unmatched, ...]


def share(score: int) -> float:
    """A score as a share of the best there can be, 0 to 1."""
    return score / TOP_SCORE


def solve(roster: Roster) -> Solution:
    """The best pairs that keep every rule, why each, and who is left over and why. What is best: docs/matching.md."""
    # The solver's libraries are for the worker process alone.
    from bot.domain.matching import assign, score

    scores = score(roster.people, roster.rules, managers=roster.managers)
    forbidden = sorted(
        scores.pair_index(mentee, mentor)
        for mentor, mentee in roster.taken_out
        if mentee in scores.mentee_ids and mentor in scores.mentor_ids
    )
    places = (scores.mentor_capacity, scores.mentee_demand)
    found = assign(scores, *places, forbidden=forbidden, floor=roster.rules.floor)
    pairs = sorted(_proposed(scores, found), key=lambda one: (-one.score, one.mentor, one.mentee))
    return Solution(tuple(pairs), tuple(_unmatched(roster, scores, found)))


def _proposed(scores: "Scores", found: "Assignment") -> Iterator[Proposed]:
    from bot.domain.matching import explain

    for row, column in found.pairs:
        mentor, mentee = (scores.person(int(one)) for one in (scores.mentor_ids[column], scores.mentee_ids[row]))
        told = explain(mentor, mentee, scores.rules)
        yield Proposed(mentor.id, mentee.id, told.score, _as_record(told))


def _as_record(told: "Explanation") -> dict[str, Any]:
    def reasons(why: "tuple[Reason, ...]") -> list[list[Any]]:
        return [[one.code, {name: list(values) for name, values in one.args.items()}] for one in why]

    return {
        "mentor": reasons(told.for_mentor),
        "mentee": reasons(told.for_mentee),
        "quality": told.quality,
        "checked": list(told.checked),
    }


def _unmatched(roster: Roster, scores: "Scores", found: "Assignment") -> Iterator[Unmatched]:
    """Whoever wants a partner on a side and has none there, by now or in this proposal. Leaders come first."""
    from bot.domain.matching import leftover_cause
    from bot.domain.matching_leftover import HELPS

    matched = {
        Side.MENTEE: {int(scores.mentee_ids[row]) for row in found.matched_mentees},
        Side.MENTOR: {int(scores.mentor_ids[column]) for column in found.matched_mentors},
    }
    for side in (Side.MENTEE, Side.MENTOR):
        for person in roster.people:
            places = person.mentor_capacity if side is Side.MENTOR else person.mentee_capacity
            wanting = places > 0 and (person.role.teaches if side is Side.MENTOR else person.role.learns)
            if wanting and person.id not in matched[side] and (side, person.id) not in roster.held:
                why = leftover_cause(person.id, "mentor" if side is Side.MENTOR else "mentee", scores, found)
                # Whom somebody would rather not meet is nobody's business, so this cause never leaves here.
                cause = "many_rules" if why.cause == "blocked" else why.cause
                yield Unmatched(person.id, side, cause, HELPS[cause])
