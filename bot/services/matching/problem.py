"""The input of a matching: people, their managers, rules, and HR's decisions about possible pairs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.domain.sessions import Side
from bot.domain.signup import Profile, Rules

PairIds = tuple[int, int]
"""(mentor, leader), by the ids of their persons."""


Other = tuple[int, int]
"""A person's id and the score of their possible pair."""


@dataclass(frozen=True)
class Decisions:
    """HR's decisions about possible pairs: `locked` ones stay together by all rules except those `lifted` for them;
    `kept` ones were in the previous draft and stay unless that costs much; `stale` are the locked ones of whom
    one has changed their sign-up since."""

    locked: frozenset[PairIds] = frozenset()
    lifted: Mapping[PairIds, frozenset[str]] = field(default_factory=dict)
    kept: frozenset[PairIds] = frozenset()
    stale: frozenset[PairIds] = frozenset()


@dataclass(frozen=True)
class Roster:
    """The people to match, by the ids of their persons.

    The capacities of `people` are their free places; `held` are the (side, person) who have a partner already.
    `managers` has everyone of the workspace whose manager is known, whether or not they take part. `taken_out` are
    pairs that HR excluded. `by_hand` are pairs that HR made, which take their places and which the solver does not
    evaluate. `last_pair` is the newest pair's id, `seen` the newest draft and its version, to detect concurrent
    changes.
    """

    people: tuple[Profile, ...]
    managers: dict[int, int | None]
    rules: Rules
    held: frozenset[tuple[Side, int]]
    taken_out: frozenset[PairIds]
    last_pair: int
    participant_ids: dict[int, int]
    decided: Decisions = field(default_factory=Decisions)
    seen: tuple[int, int] = (0, 0)
    by_hand: frozenset[PairIds] = frozenset()
    waited: frozenset[int] = frozenset()
    """The people who had no partner in the programme before, by the ids of their persons: they come first."""

    def by(self, rules: Rules) -> "Roster":
        """The same people with other rules."""
        return replace(self, rules=rules)

    @property
    def free_mentors(self) -> int:
        """How many people have a place as a mentor."""
        return sum(person.role.teaches and person.mentor_capacity > 0 for person in self.people)

    @property
    def free_leaders(self) -> int:
        """How many people have a place as a leader."""
        return sum(person.role.learns and person.leader_capacity > 0 for person in self.people)
