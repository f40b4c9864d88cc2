"""What people say of themselves before, at the end and 90 days on, and what may be told of how it changed.

A figure about the same people twice says more than two about different ones, and gives less away: HR is told the
average before, and then by how much it changed among those who answered both times. The averages of those alone are
never told, so nothing can be worked out by subtraction about the few who answered only once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.polls import RATINGS, Figure, Rating, figure, released
from bot.domain.sessions import Side

LATER_AFTER = timedelta(days=90)
OPEN_FOR = timedelta(days=21)
"""How long answers can be given and changed: long enough for a week of holidays in between."""


class Moment(StrEnum):
    """When it is asked."""

    BEFORE = "before"
    CLOSING = "closing"
    LATER = "later"


class Item(StrEnum):
    """What is asked."""

    SKILL = "skill"
    UNDERSTANDING = "understanding"
    USED = "used"
    CONFIDENT = "confident"
    SEEN = "seen"
    STAY = "stay"
    PRACTISED = "practised"
    """What the programme's theme asks of leaders, as the leader sees it."""
    NOTICED = "noticed"
    """What there is to be noticed of the theme at work, as the mentor sees it."""


ITEMS: Mapping[Side, tuple[Item, ...]] = {
    Side.MENTEE: (Item.SKILL, Item.UNDERSTANDING, Item.USED, Item.PRACTISED),
    Side.MENTOR: (Item.CONFIDENT, Item.SEEN, Item.STAY, Item.NOTICED),
}
OF_THE_THEME: Mapping[Item, Side] = {Item.PRACTISED: Side.MENTEE, Item.NOTICED: Side.MENTOR}
"""The items worded by the programme's theme."""
NO, YES = 0, 1
"""The answers to `Item.USED`."""


class MeasureError(ValueError):
    """An answer that this side is not offered."""


def answers_to(item: Item) -> Iterable[int]:
    """What can be said to it."""
    return (YES, NO) if item is Item.USED else RATINGS


def check(side: Side, item: Item, value: int) -> None:
    """Raises `MeasureError` unless that side may answer `item` by `value`."""
    if item not in ITEMS[side] or value not in answers_to(item):
        raise MeasureError(f"not asked of the {side}: {item} {value}")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one person answered at one moment; from `settled_at` on it no longer changes.

    `person` is any number that stays theirs, so that what remains of an erased person still counts as one.
    """

    person: int
    moment: Moment
    settled_at: datetime
    values: Mapping[Item, int]


@dataclass(frozen=True, slots=True)
class Later:
    """One item at the end, or 90 days on: by how much it changed among the same people; `average` only where too few
    answered both times."""

    change: Figure | None = None
    average: Figure | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """One item over time, as far as it may be shown."""

    item: Item
    before: Figure | None
    later: Mapping[Moment, Later]

    @property
    def is_blank(self) -> bool:
        return self.before is None and not any(one.change or one.average for one in self.later.values())


def courses(readings: Iterable[Reading], now: datetime) -> list[Course]:
    """How every item went, from what is settled by `now`; items of which nothing may be shown are left out."""
    settled = [one for one in readings if one.settled_at <= now]
    found = (_course(item, settled) for items in ITEMS.values() for item in items)
    return [one for one in found if not one.is_blank]


def _course(item: Item, settled: list[Reading]) -> Course:
    of: dict[Moment, dict[int, Rating]] = {moment: {} for moment in Moment}
    for one in settled:
        if (value := one.values.get(item)) is not None:
            of[one.moment][one.person] = Rating(one.person, value, one.settled_at)
    before = of[Moment.BEFORE]
    later = {moment: _later(before, of[moment]) for moment in (Moment.CLOSING, Moment.LATER)}
    return Course(item, figure(released(before.values())), later)


def _later(before: Mapping[int, Rating], after: Mapping[int, Rating]) -> Later:
    # What was said before counts only if it was settled by then: which of the two is told must never change again.
    both = [
        Rating(person, one.value - before[person].value, one.at)
        for person, one in after.items()
        if person in before and before[person].at <= one.at
    ]
    if change := figure(released(both)):
        return Later(change=change)
    return Later(average=figure(released(after.values())))
