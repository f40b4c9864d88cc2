"""What people read before their first session, in short steps: mentors an orientation, leaders a briefing."""

from bot.domain.sessions import Side
from bot.domain.signup import Role

STEPS: dict[Side, tuple[str, ...]] = {
    Side.MENTOR: ("role", "upward", "feedback", "boundaries", "confidential", "first"),
    Side.MENTEE: ("role", "listen", "defend", "time", "teach_back", "first"),
}
"""In their order, as `orientation.<side>.<step>` names the texts."""


def sides_of(role: str) -> tuple[Side, ...]:
    """The sides on which a person of that role prepares."""
    return {Role.MENTOR: (Side.MENTOR,), Role.MENTEE: (Side.MENTEE,), Role.BOTH: tuple(Side)}[Role(role)]


def read_up_to(before: int, step: int, side: Side) -> int:
    """How many steps are read once a person continued from the `step`-th, counted from 1.

    Going back does not reduce it, and steps behind an unseen step are not read.
    """
    return max(before, min(step, before + 1, len(STEPS[side])))
