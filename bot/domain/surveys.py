"""Survey responses before, at the end and 90 days on, and what HR may see of their changes.

A figure about the same people twice is more informative than two about different ones, and reveals less: HR sees the
average before, and then the change among those who answered both times. The averages of those alone are never shown,
so nothing can be computed by subtraction about the few who answered only once.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.figures import Basis, Figure, Published, Value, may_publish
from bot.domain.polls import RATINGS
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
    """The item that is asked."""

    SKILL = "skill"
    UNDERSTANDING = "understanding"
    USED = "used"
    CONFIDENT = "confident"
    SEEN = "seen"
    STAY = "stay"
    PRACTISED = "practised"
    """What the programme's theme asks of leaders, from the leader's view."""
    NOTICED = "noticed"
    """What can be observed of the theme at work, from the mentor's view."""
    RECOMMEND = "recommend"
    """Whether they would recommend the programme, 0 to 10: asked at the end, of both sides."""


ITEMS: Mapping[Side, tuple[Item, ...]] = {
    Side.MENTEE: (Item.SKILL, Item.UNDERSTANDING, Item.USED, Item.PRACTISED),
    Side.MENTOR: (Item.CONFIDENT, Item.SEEN, Item.STAY, Item.NOTICED),
}
OF_THE_THEME: Mapping[Item, Side] = {Item.PRACTISED: Side.MENTEE, Item.NOTICED: Side.MENTOR}
"""The items worded by the programme's theme."""
RECOMMENDATIONS = range(11)
NO, YES = 0, 1
"""The answers to `Item.USED`."""


class MeasureError(ValueError):
    """An answer that this side is not offered."""


def questions(side: Side, moment: Moment, *, recommends: bool) -> tuple[Item, ...]:
    """What a side is asked; `recommends`: whether the programme asks for a recommendation at the end."""
    return (*ITEMS[side], Item.RECOMMEND) if recommends and moment is Moment.CLOSING else ITEMS[side]


def answers_to(item: Item) -> Iterable[int]:
    """The possible values of an item."""
    if item is Item.RECOMMEND:
        return RECOMMENDATIONS
    return (YES, NO) if item is Item.USED else RATINGS


def check(asked: Collection[Item], item: Item, value: int) -> None:
    """Raises `MeasureError` unless `item` is among the `asked` ones and `value` among its answers."""
    if item not in asked or value not in answers_to(item):
        raise MeasureError(f"not asked: {item} {value}")


@dataclass(frozen=True, slots=True)
class SurveyAnswers:
    """One person's answers at one moment; from `settled_at` on they no longer change."""

    person: int
    moment: Moment
    settled_at: datetime
    values: Mapping[Item, int]
    source: int
    """Identifies the answers."""


@dataclass(frozen=True, slots=True)
class Later:
    """One item at the end, or 90 days on: the change among the same people; `average` only if too few
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


def measure_of(moment: Moment, item: Item) -> str:
    """The name of the measure of an item at a moment."""
    return f"{moment}:{item}"


def _items_at(moment: Moment) -> list[Item]:
    """All items of both sides."""
    once = [Item.RECOMMEND] if moment is Moment.CLOSING else []
    return [item for items in ITEMS.values() for item in items] + once


MEASURES: tuple[str, ...] = tuple(measure_of(moment, item) for moment in Moment for item in _items_at(moment))


def waiting(
    readings: Iterable[SurveyAnswers], published: Published, done: Collection[tuple[str, int]], now: datetime
) -> Iterable[tuple[str, Basis, list[Value]]]:
    """The values that are settled by `now` and not published, by measure.

    `done`: measure and source of what was published. At the end, and 90 days on, an item is shown either as a change
    or as an average, and never as both: the first published group decides. A person who did not answer
    before is not part of a change.
    """
    settled = [one for one in readings if one.settled_at <= now]
    before = {
        (one.person, item): (value, one.settled_at)
        for one in settled
        if one.moment is Moment.BEFORE
        for item, value in one.values.items()
    }
    for moment in Moment:
        for item in _items_at(moment):
            measure = measure_of(moment, item)
            given = [
                (one, one.values[item])
                for one in settled
                if one.moment is moment and item in one.values and (measure, one.source) not in done
            ]
            values = [Value(one.person, one.source, value) for one, value in given]
            if moment is Moment.BEFORE:
                yield measure, Basis.VALUE, values
                continue
            # An answer before counts only if it was settled by then.
            changes = [
                Value(one.person, one.source, value - was[0])
                for one, value in given
                if (was := before.get((one.person, item))) and was[1] <= one.settled_at
            ]
            groups = published.groups.get(measure)
            basis = groups[0].basis if groups else Basis.CHANGE if may_publish(measure, changes) else Basis.VALUE
            yield measure, basis, changes if basis is Basis.CHANGE else values


@dataclass(frozen=True)
class SurveyResults:
    """What HR may see of the survey; empty if nothing is published."""

    courses: tuple[Course, ...]
    recommendation: Figure | None
    """The mean, 0 to 10."""

    @property
    def is_blank(self) -> bool:
        return not self.courses and self.recommendation is None


def survey_results(published: Published) -> SurveyResults:
    return SurveyResults(tuple(courses(published)), recommendation(published))


def recommendation(published: Published) -> Figure | None:
    """Whether people would recommend the programme: the mean of their answers at the end, 0 to 10."""
    return published.figure(measure_of(Moment.CLOSING, Item.RECOMMEND))


def courses(published: Published) -> list[Course]:
    """The development of every item, from what was published; items without published values are left out."""
    found = (_course(item, published) for items in ITEMS.values() for item in items)
    return [one for one in found if not one.is_blank]


def _course(item: Item, published: Published) -> Course:
    return Course(
        item,
        published.figure(measure_of(Moment.BEFORE, item)),
        {
            moment: Later(
                published.figure(measure_of(moment, item), Basis.CHANGE), published.figure(measure_of(moment, item))
            )
            for moment in (Moment.CLOSING, Moment.LATER)
        },
    )
