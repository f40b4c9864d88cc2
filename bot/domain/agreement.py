"""A pair's agreement: measurable goals, who arranges the dates, confidentiality, and forms of address.

Standard confidentiality applies to every agreement and can only be extended. Every change creates a new version that
nobody has signed yet; both sign again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.agreement_learning_plan import Aim, too_long
from bot.domain.sessions import Side

MOST_GOALS = 3
FARTHEST = timedelta(days=730)
"""How far ahead a goal's date may lie."""
LONGEST = {
    "goal": 200,
    "measure": 200,
    "mentor_called": 40,
    "leader_called": 40,
    "confidential": 500,
    "off_limits": 500,
    "note": 300,
}
"""Characters of each field: all of it together still fits a phone screen or two."""


class Books(StrEnum):
    """Who arranges the dates."""

    MENTOR = "mentor"
    LEADER = "mentee"
    IN_TURN = "in_turn"


class State(StrEnum):
    """State of an agreement for one of the two."""

    NONE = "none"
    YOURS = "yours"
    """The partner has signed: it waits for the reader."""
    THEIRS = "theirs"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Goal:
    """The intended change, how the two will measure it, and by when."""

    goal: str
    measure: str
    by: date | None

    @property
    def is_blank(self) -> bool:
        return not (self.goal or self.measure or self.by)


class GoalProgress(StrEnum):
    """Progress of a goal."""

    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    REACHED = "reached"
    DROPPED = "dropped"


SETTLED = (GoalProgress.REACHED, GoalProgress.DROPPED)
"""Nothing is asked about these goals any more."""


class GoalResult(StrEnum):
    """The answer to the question on a goal's date."""

    REACHED = "reached"
    MOVED = "moved"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Headway:
    """Progress that the two report for a goal, their note, and the date to which they moved it."""

    progress: GoalProgress = GoalProgress.NOT_STARTED
    note: str = ""
    moved: date | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """The content. `confidential` is what the two add to the standard rules."""

    goals: tuple[Goal, ...]
    books: Books | None
    mentor_called: str
    leader_called: str
    confidential: str = ""
    off_limits: str = ""
    topic: str = ""
    """What the sessions are about first; "" in agreements of older versions, and if the two leave it open."""
    plan: tuple[Aim, ...] | None = None
    """The learning plan; None in agreements of older versions."""

    def tidy(self) -> "Terms":
        """Without blank goals."""
        goals = tuple(goal for goal in self.goals if not goal.is_blank)
        return replace(self, goals=goals)


@dataclass(frozen=True, slots=True)
class Version:
    """When an agreement was written and who signed it."""

    written_at: datetime
    signed: Mapping[Side, datetime | None]

    @property
    def signed_at(self) -> datetime | None:
        """When the second of the two signed."""
        moments = [self.signed.get(side) for side in Side]
        given = [moment for moment in moments if moment]
        return max(given) if len(given) == len(moments) else None


@dataclass(frozen=True, slots=True)
class SignatureTimes:
    """`signed_at`: when both had signed the current agreement. `lapsed_at`: when a change ended that."""

    signed_at: datetime | None = None
    lapsed_at: datetime | None = None


def date_fault(by: date | None, today: date) -> str | None:
    """What is invalid about a goal's new date, if anything."""
    if by is None:
        return "by"
    if by <= today:
        return "past"
    return "far" if by > today + FARTHEST else None


def faults(terms: Terms, today: date, before: Terms | None = None) -> dict[str, str]:
    """What is invalid, by field (`goal2`, `by2`, `books`, …); a goal of `before` may keep a date that has passed."""
    found: dict[str, str] = {}
    kept = before.goals if before else ()
    for number, goal in enumerate(terms.goals, 1):
        if number > 1 and goal.is_blank:
            continue
        for name, value in (("goal", goal.goal), ("measure", goal.measure)):
            if not value:
                found[f"{name}{number}"] = name
            elif len(value) > LONGEST[name]:
                found[f"{name}{number}"] = "too_long"
        wrong = date_fault(goal.by, today)
        if wrong and not (wrong == "past" and goal in kept):
            found[f"by{number}"] = wrong
    if terms.books is None:
        found["books"] = "books"
    found |= too_long(terms.plan or ())
    for name in ("mentor_called", "leader_called", "confidential", "off_limits"):
        value = getattr(terms, name)
        if len(value) > LONGEST[name]:
            found[name] = "too_long"
        elif not value and name.endswith("called"):
            found[name] = "called"
    return found


def state(version: Version | None, side: Side) -> State:
    """State of the newest version for one side."""
    if version is None:
        return State.NONE
    if version.signed_at:
        return State.SIGNED
    return State.THEIRS if version.signed.get(side) else State.YOURS


def standing(versions: Sequence[Version]) -> SignatureTimes:
    """Combined state of the versions of one pair, oldest first.

    Only a signed agreement can lapse: a change to a first agreement does not restart its waiting time.
    """
    if not versions:
        return SignatureTimes()
    if signed_at := versions[-1].signed_at:
        return SignatureTimes(signed_at)
    signed = [number for number, version in enumerate(versions) if version.signed_at]
    return SignatureTimes(lapsed_at=versions[signed[-1] + 1].written_at) if signed else SignatureTimes()
