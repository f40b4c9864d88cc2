"""When each person of a pair is asked, in private, how it is going."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.sessions import PlannedSession, add_months

SHORTEST = timedelta(days=14)
"""In less time nobody is asked; and in the last days the closing survey asks."""


class CheckIns(StrEnum):
    """How often, by HR's choice."""

    NONE = "none"
    HALF_WAY = "half_way"
    MONTHLY = "monthly"
    EVERY_SECOND = "every_second"
    """After every second session."""


class CheckInStage(StrEnum):
    """What the question is about."""

    START = "start"
    """They have not met yet."""
    BOOKED = "booked"
    """They have not met yet, and their next session has a time."""
    GOING = "going"
    LATE = "late"
    """In the last month."""
    MET = "met"
    """They have had all their sessions."""


def half_of(first: date, after: date) -> date:
    """The day halfway from `first` to `after`, the day after the last one."""
    return first + (after - first) / 2


def check_in_days(choice: CheckIns, first: date, after: date, second_sessions: Sequence[date]) -> list[date]:
    """The days of the questions. `second_sessions`: the ends of every second session's window.

    Programmes that are too short for more get one question, halfway.
    """
    if choice is CheckIns.NONE or after - first < SHORTEST:
        return []
    days: list[date] = []
    if choice is CheckIns.MONTHLY:
        months = (add_months(first, count) for count in range(1, (after - first).days // 28 + 1))
        days = [day for day in months if day <= after - SHORTEST]
    elif choice is CheckIns.EVERY_SECOND:
        days = [day for day in sorted(second_sessions) if first < day <= after - SHORTEST]
    return days or [half_of(first, after)]


def every_second(sessions: Sequence[PlannedSession]) -> list[date]:
    """The ends of the windows of every second one of planned sessions."""
    return [one.closes for one in sessions if one.number % 2 == 0]


@dataclass(frozen=True)
class SessionsSoFar:
    """Of a pair: how many sessions it had and how many are to come, and whether the next of these has a time."""

    held: int
    ahead: int
    booked: bool = False

    @property
    def are_halfway(self) -> bool:
        """Whether "halfway" fits the sessions, too, and not only the programme's time."""
        return self.ahead > 0 and self.held <= 2 * self.ahead


def stage(so_far: SessionsSoFar, today: date, last: date) -> CheckInStage:
    """The stage of a pair, in a programme until `last`."""
    if so_far.held and not so_far.ahead:
        return CheckInStage.MET
    if not so_far.held:
        return CheckInStage.BOOKED if so_far.booked else CheckInStage.START
    return CheckInStage.LATE if today > add_months(last, -1) else CheckInStage.GOING
