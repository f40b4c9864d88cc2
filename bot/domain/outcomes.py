"""Action cards: an insight that becomes a change, with an owner and a date, and the follow-up questions to the owner.

The follow-ups count from the card's date, not from the day it was written: the owner of a change due on 1 March is
asked at the end of March whether it happened, and at the end of May whether it did in the end. Both follow-ups count
again from a new date. There are none for a card that was dropped; of one that was done, its owner is asked once, at the
second follow-up, whether the change is still in place.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.domain.calendar import DaysOff, Hours, morning
from bot.domain.sessions import Side

FOLLOW_UPS = (30, 90)
"""Days after the card's date."""
FOLLOW_AT = time(10)
FARTHEST = timedelta(days=366)
LONGEST = {"insight": 300, "change": 300, "why": 300}


class Kind(StrEnum):
    """The kind of change."""

    SOP = "sop"
    PROJECT = "project"
    TRAINING = "training"
    HABIT = "habit"
    OTHER = "other"


class State(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Sharing(StrEnum):
    """Whether HR may see a card, from the view of one of the two. Both have to agree."""

    PRIVATE = "private"
    ASKED = "asked"
    """The reader agreed to show it to HR; the partner has not answered."""
    ASKS = "asks"
    """The partner agreed: it waits for the reader."""
    SHARED = "shared"
    KEPT = "kept"
    """The partner decided to keep it between the two."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The content of a card."""

    insight: str
    kind: Kind | None
    change: str
    owner: Side | None
    due_on: date | None


def faults(terms: Terms, today: date, before: date | None = None) -> dict[str, str]:
    """What is invalid, by field; a date that was there `before` may stay though it has passed."""
    found: dict[str, str] = {}
    for name, value in (("insight", terms.insight), ("change", terms.change)):
        if not value:
            found[name] = name
        elif len(value) > LONGEST[name]:
            found[name] = "too_long"
    if terms.kind is None:
        found["kind"] = "kind"
    if terms.owner is None:
        found["owner"] = "owner"
    if wrong := date_fault(terms.due_on, today, before):
        found["due_on"] = wrong
    return found


def date_fault(due_on: date | None, today: date, before: date | None = None) -> str | None:
    """What is invalid about a card's date, if anything."""
    if due_on is None:
        return "due_on"
    if due_on < today and due_on != before:
        return "past"
    return "far" if due_on > today + FARTHEST else None


def next_follow_up(due_on: date, hours: Hours, off: DaysOff, after: datetime) -> datetime | None:
    """When its owner is next asked, later than `after`; None once both follow-ups are over."""
    moments = (_asked_at(due_on, days, hours, off) for days in FOLLOW_UPS)
    return next((moment for moment in moments if moment > after), None)


def last_follow_up(due_on: date, hours: Hours, off: DaysOff, after: datetime) -> datetime | None:
    """When the owner of a card that is done is asked whether it lasted; None if that is over."""
    moment = _asked_at(due_on, FOLLOW_UPS[-1], hours, off)
    return moment if moment > after else None


def follow_up_of(due_on: date, hours: Hours, off: DaysOff, now: datetime) -> int | None:
    """Which of `FOLLOW_UPS` is due by `now`: the last of them, if the bot was down for both."""
    return next((days for days in reversed(FOLLOW_UPS) if _asked_at(due_on, days, hours, off) <= now), None)


def _asked_at(due_on: date, days: int, hours: Hours, off: DaysOff) -> datetime:
    return morning(due_on + timedelta(days=days), hours, off, FOLLOW_AT)


def sharing(side: Side, mentor: datetime | None, leader: datetime | None, kept_by: str | None) -> Sharing:
    """The state for one side, given when each agreed and who refused."""
    mine, theirs = (mentor, leader) if side is Side.MENTOR else (leader, mentor)
    if mine and theirs:
        return Sharing.SHARED
    if kept_by == side.other:
        return Sharing.KEPT
    if mine:
        return Sharing.ASKED
    return Sharing.ASKS if theirs else Sharing.PRIVATE
