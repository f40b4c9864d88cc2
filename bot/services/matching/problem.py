"""What is to be matched: people, their managers, rules, and what HR decided about couples."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.domain.sessions import Side
from bot.domain.signup import Profile, Rules

Couple = tuple[int, int]
"""(mentor, mentee), by the ids of their persons."""


Other = tuple[int, int]
"""A person's id and the score of the pair that they would be in."""


@dataclass(frozen=True)
class Decisions:
    """What HR decided about couples: `locked` ones stay together, by the rules but for those `lifted` for them;
    `kept` ones were together in the draft before and stay so unless it costs much; `stale` are the locked ones of whom
    somebody has changed their sign-up since."""

    locked: frozenset[Couple] = frozenset()
    lifted: Mapping[Couple, frozenset[str]] = field(default_factory=dict)
    kept: frozenset[Couple] = frozenset()
    stale: frozenset[Couple] = frozenset()


@dataclass(frozen=True)
class Roster:
    """Who is to be matched, by the ids of their persons.

    The capacities of `people` are their free places; `held` are the (side, person) who have a partner already.
    `managers` holds everybody of the workspace whose manager is known, whether or not they take part. `taken_out` are
    couples that HR does not want. `by_hand` are couples that HR made itself, which take their places and which the
    solver never judges. `last_pair` is the newest pair's id, `seen` the newest draft and its version, so that
    one can tell whether anything came since.
    """

    people: tuple[Profile, ...]
    managers: dict[int, int | None]
    rules: Rules
    held: frozenset[tuple[Side, int]]
    taken_out: frozenset[Couple]
    last_pair: int
    participant_ids: dict[int, int]
    decided: Decisions = field(default_factory=Decisions)
    seen: tuple[int, int] = (0, 0)
    by_hand: frozenset[Couple] = frozenset()

    def by(self, rules: Rules) -> "Roster":
        """The same people, matched by other rules."""
        return replace(self, rules=rules)

    @property
    def free_mentors(self) -> int:
        """How many people have a place as a mentor."""
        return sum(person.role.teaches and person.mentor_capacity > 0 for person in self.people)

    @property
    def free_mentees(self) -> int:
        """How many people have a place as a mentee."""
        return sum(person.role.learns and person.mentee_capacity > 0 for person in self.people)
