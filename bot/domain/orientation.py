"""What people read before their first session, in short steps: mentors an orientation, leaders a briefing."""

from bot.domain.sessions import Side
from bot.domain.signup import Role

STEPS: dict[Side, tuple[str, ...]] = {
    Side.MENTOR: ("role", "upward", "feedback", "boundaries", "confidential", "limits", "stuck", "first"),
    Side.MENTEE: ("role", "listen", "defend", "time", "teach_back", "limits", "stuck", "first"),
}
"""In their order, as `orientation.<side>.<step>` names the texts.

How many steps a person has read is stored as a number, so a new step must not change what the lower numbers mean to
people who are in the middle: it goes before the last step, which nobody has read without having finished.
"""

ADDED = frozenset({"limits", "stuck"})
"""The steps that modals of earlier versions do not know; those modals carry no name of their step."""


def sides_of(role: str) -> tuple[Side, ...]:
    """The sides on which a person of that role prepares."""
    return {Role.MENTOR: (Side.MENTOR,), Role.MENTEE: (Side.MENTEE,), Role.BOTH: tuple(Side)}[Role(role)]


def read_up_to(before: int, step: int, side: Side) -> int:
    """How many steps are read once a person continued from the `step`-th, counted from 1.

    Going back does not reduce it, and steps behind an unseen step are not read.
    """
    return max(before, min(step, before + 1, len(STEPS[side])))


def is_at(side: Side, number: int, name: str) -> bool:
    """Whether the `number`-th step, counted from 1, is still the one that a modal shows.

    `name` is "" in a modal of an earlier version, which had no step of `ADDED`.
    """
    earlier = [one for one in STEPS[side] if one not in ADDED]
    return STEPS[side][number - 1] == (name or dict(enumerate(earlier, 1)).get(number))
