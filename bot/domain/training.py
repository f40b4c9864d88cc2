"""Live kick-off sessions: for whom, how long, and what each part takes."""

from enum import StrEnum

from bot.domain.sessions import Side
from bot.domain.signup import Role


class For(StrEnum):
    """Who is invited."""

    ALL = "all"
    MENTORS = "mentor"
    LEADERS = "mentee"

    def invites(self, role: str) -> bool:
        """Whether a person of that role is invited; those with both roles to each."""
        return self is For.ALL or role in (self.value, Role.BOTH)

    @property
    def sides(self) -> tuple[Side, ...]:
        return tuple(Side) if self is For.ALL else (Side(self.value),)


MINUTES = 45
AGENDA = {"welcome": 5, "how": 10, "practice": 15, "questions": 10, "next": 5}
"""The parts in their order, with minutes: one slide each, as `training.slides.<part>` has its text."""
LONGEST_PLACE = 300
MOST = 10
"""Kick-offs of one programme."""
