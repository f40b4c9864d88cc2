"""What people read and practise before their first session, in short steps: mentors an orientation, leaders a
briefing."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.sessions import Side
from bot.domain.signup import Role

STEPS: dict[Side, tuple[str, ...]] = {
    Side.MENTOR: (
        "role",
        "upward",
        "feedback",
        "boundaries",
        "confidential",
        "limits",
        "stuck",
        "try_feedback",
        "try_no",
        "first",
    ),
    Side.LEADER: (
        "role",
        "listen",
        "defend",
        "time",
        "teach_back",
        "limits",
        "stuck",
        "try_hear",
        "try_ask",
        "open",
        "first",
    ),
}
"""In their order, as `orientation.<side>.<step>` names the texts.

How many steps a person has read is stored as a number, so a new step must not change what the lower numbers mean to
people who are in the middle: it goes before the last step, which nobody has read without having finished.
"""

EXERCISES = frozenset({"try_feedback", "try_no", "try_opening", "try_hear", "try_ask"})
"""Steps in which one answers in one's own words, or only in thought, and then compares with an example."""

OPENING = "try_opening"
"""One more exercise, for mentors who said at sign-up that they do not feel sure yet."""
UNSURE = 2
"""Confidence, 1-5, up to which there is that exercise. Nothing in its text says why it is there."""

OPEN = "open"
"""Three questions to leaders about being open, all optional. They are asked here and not at sign-up, which has two
pages already, and where people answer for those who choose."""


class Readiness(StrEnum):
    """A statement that a leader may agree with, 1-5. Only the leader reads the answer, in the briefing's last step.

    Both are adapted from the items on teachability of the Expressed Humility scale (Owens, Johnson, Mitchell,
    Organization Science 24(5), 2013), which ask others about a person: about oneself, and about younger colleagues.
    Two items of nine are no validated measure, and there is no norm.
    """

    LEARNING = "learning"
    """Willing to learn from colleagues with fewer years at work."""
    ADVICE = "advice"
    """Open to their advice about leading."""


AGREEMENT = range(1, 6)
NOT_EASY = 2
"""Agreement up to which the last step has one more sentence."""
LONGEST_HARD = 300


@dataclass(frozen=True, slots=True)
class Openness:
    """What a leader answered in the step `OPEN`: each may be left out."""

    learning: int | None = None
    advice: int | None = None
    hard_to_hear: str = ""

    @property
    def is_blank(self) -> bool:
        return self.learning is None and self.advice is None and not self.hard_to_hear

    @property
    def not_easy(self) -> bool:
        """Whether the leader agreed little with either statement."""
        return any(one is not None and one <= NOT_EASY for one in (self.learning, self.advice))


NOTHING_SAID = Openness()

ADDED = frozenset({"limits", "stuck", OPEN}) | EXERCISES
"""The steps that modals of earlier versions do not know; those modals carry no name of their step."""

WORDS_A_MINUTE = 238
"""Silent reading of non-fiction by adults in English: Brysbaert, Journal of Memory and Language 109 (2019), a
meta-analysis of 190 studies. The same speed is assumed for Indonesian, whose texts have fewer words here."""
MOST_MINUTES = 5
"""How long all steps of a side may take to read, with every exercise and example."""


class FinishBy(StrEnum):
    """Until when HR wants the orientation or the briefing to be finished."""

    RECOMMENDED = "recommended"
    """At any time: nothing waits for it."""
    BOOKING = "booking"
    """Before one books, proposes or accepts a time for one's first session."""
    INTRODUCTION = "introduction"
    """Before the pairs are released; and, for people whom HR does not wait for, before booking."""

    @property
    def before_booking(self) -> bool:
        return self is not FinishBy.RECOMMENDED

    def is_looser_than(self, other: "FinishBy") -> bool:
        return list(FinishBy).index(self) < list(FinishBy).index(other)


def steps_of(side: Side, confidence: int | None) -> tuple[str, ...]:
    """The steps of a person. `confidence`: 1-5, what a mentor said at sign-up."""
    steps = STEPS[side]
    if side is Side.MENTOR and confidence is not None and confidence <= UNSURE:
        return (*steps[:-1], OPENING, steps[-1])
    return steps


def sides_of(role: str) -> tuple[Side, ...]:
    """The sides on which a person of that role prepares."""
    return {Role.MENTOR: (Side.MENTOR,), Role.LEADER: (Side.LEADER,), Role.BOTH: tuple(Side)}[Role(role)]


def read_up_to(before: int, step: int, steps: tuple[str, ...]) -> int:
    """How many of `steps` are read once a person continued from the `step`-th, counted from 1.

    Going back does not reduce it, and steps behind an unseen step are not read.
    """
    return max(min(before, len(steps) - 1), min(step, before + 1, len(steps)))


def is_at(steps: tuple[str, ...], number: int, name: str) -> bool:
    """Whether the `number`-th step, counted from 1, is still the one that a modal shows.

    `name` is "" in a modal of an earlier version, which had no step of `ADDED`.
    """
    earlier = [one for one in steps if one not in ADDED]
    shown = steps[number - 1] if number <= len(steps) else ""
    return shown == (name or dict(enumerate(earlier, 1)).get(number))
