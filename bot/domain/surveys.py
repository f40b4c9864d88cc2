"""Survey responses before, at the end and 90 days on, and what HR may see of their changes.

A figure about the same people twice is more informative than two about different ones, and reveals less: HR sees the
average before, and then the change among those who answered both times. The averages of those alone are never shown,
so nothing can be computed by subtraction about the few who answered only once.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
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
    """The item that is asked: a question, or a statement to agree with, from 1 to 5 unless said otherwise.

    Each is a single item about oneself, in our own short words in both languages; none is a validated translation of
    the scale that its idea is from, and no norms apply. The scales have many items each; one item can be answered
    between two meetings, and shows the change of a group, not where one person is.
    """

    SKILL = "skill"
    """How good they are at the topic of their pair; our own item, with the levels of the sign-up."""
    UNDERSTANDING = "understanding"
    """Understanding how younger colleagues see things; our own, after perspective taking in the Interpersonal
    Reactivity Index (M. H. Davis, Journal of Personality and Social Psychology 44, 1983)."""
    OPENNESS = "openness"
    """Asking younger colleagues for feedback that may be critical. Adapted from the item on seeking feedback of the
    Expressed Humility scale (Owens, Johnson, Mitchell, Organization Science 24(5), 2013): about oneself instead of
    another person, and about younger colleagues."""
    USED = "used"
    """Whether they used the topic in the last month, yes or no; our own."""
    CONFIDENT = "confident"
    """Confidence giving feedback upward; our own, worded as Bandura advises for self-efficacy ("Guide for constructing
    self-efficacy scales", 2006): what one can do, in one situation."""
    LEADING = "leading"
    """Being able to lead a group to its goal. Adapted from the idea of leadership self-efficacy scales (S. E. Murphy,
    1992; Bobbio and Manganelli, TPM 16(1), 2009), which ask it in 8 and 21 items."""
    COMMUNICATING = "communicating"
    """Adapting an explanation to the listener. Adapted from the item on communication styles of the Mentoring
    Competency Assessment (Fleming et al., Academic Medicine 88(7), 2013; open access as MCA-21: Hyun et al., Journal
    of Clinical and Translational Science 6(1), 2022): agreement instead of seven steps of skill, and of explaining."""
    COACHING = "coaching"
    """Helping a person find their own way to a goal. Adapted from the item on strategies to meet goals of the same
    assessment: of people at work instead of research leaders."""
    COLLABORATION = "collaboration"
    """Working with other generations makes one's work better: asked of both sides. Adapted from positive affect in the
    Workplace Intergenerational Climate Scale (King and Bryant, Journal of Organizational Behavior 38(1), 2017):
    the result of one's work instead of the quality of working life."""
    SEEN = "seen"
    """Feeling valued and heard; our own, because both articles that the programme follows name it."""
    STAY = "stay"
    """Wanting to be here in a year; our own. Only in the first set, see `SETS`."""
    PRACTISED = "practised"
    """What the programme's theme asks of leaders, from the leader's view."""
    NOTICED = "noticed"
    """What can be observed of the theme at work, from the mentor's view."""
    RECOMMEND = "recommend"
    """Whether they would recommend the programme, 0 to 10: never before, of both sides. The question is that of the
    Net Promoter Score (Reichheld, Harvard Business Review, December 2003); HR gets the mean, because a difference of
    two shares says little about few people."""


FIRST_SET, NEWEST_SET = 1, 2
SETS: Mapping[int, Mapping[Side, tuple[Item, ...]]] = {
    FIRST_SET: {
        Side.LEADER: (Item.SKILL, Item.UNDERSTANDING, Item.USED, Item.PRACTISED),
        Side.MENTOR: (Item.CONFIDENT, Item.SEEN, Item.STAY, Item.NOTICED),
    },
    NEWEST_SET: {
        Side.LEADER: (
            Item.SKILL,
            Item.UNDERSTANDING,
            Item.OPENNESS,
            Item.COLLABORATION,
            Item.USED,
            Item.PRACTISED,
        ),
        Side.MENTOR: (
            Item.CONFIDENT,
            Item.LEADING,
            Item.COMMUNICATING,
            Item.COACHING,
            Item.COLLABORATION,
            Item.SEEN,
            Item.NOTICED,
        ),
    },
}
"""The questions of a programme, the same at each moment: the set that was the newest when it was first released.

The wish to stay is not in the newest one: an item had to go, so that nobody answers more than eight questions.
"""
MOST_QUESTIONS = 8
ITEMS: Mapping[Side, tuple[Item, ...]] = {
    side: tuple(dict.fromkeys((*SETS[NEWEST_SET][side], *SETS[FIRST_SET][side]))) for side in Side
}
"""All that a side may have been asked, but for the recommendation."""
OF_BOTH = (Item.COLLABORATION, Item.RECOMMEND)
"""Asked of both sides: a person with both roles is asked, and counted, once."""
OF_THE_THEME: Mapping[Item, Side] = {Item.PRACTISED: Side.LEADER, Item.NOTICED: Side.MENTOR}
"""The items worded by the programme's theme."""
MEASURED: tuple[Item, ...] = tuple(dict.fromkeys(item for items in ITEMS.values() for item in items))
"""The items that are asked at each moment, of leaders first."""
RECOMMENDATIONS = range(11)
NO, YES = 0, 1
"""The answers to `Item.USED`."""


class MeasureError(ValueError):
    """An answer that this side is not offered."""


def questions(side: Side, moment: Moment, number: int, *, recommends: bool) -> tuple[Item, ...]:
    """What a side is asked in a programme with the set `number`; `recommends`: whether it asks for a recommendation.

    That comes at the end, and since the second set 90 days on, too.
    """
    moments = (Moment.CLOSING,) if number == FIRST_SET else (Moment.CLOSING, Moment.LATER)
    return (*SETS[number][side], Item.RECOMMEND) if recommends and moment in moments else SETS[number][side]


def answers_to(item: Item) -> Iterable[int]:
    """The possible values of an item."""
    if item is Item.RECOMMEND:
        return RECOMMENDATIONS
    return (YES, NO) if item is Item.USED else RATINGS


def widest_change(item: Item) -> int:
    """The largest possible difference of two answers to an item."""
    values = list(answers_to(item))
    return max(values) - min(values)


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
    later = [] if moment is Moment.BEFORE else [Item.RECOMMEND]
    return [*MEASURED, *later]


@dataclass(frozen=True, slots=True)
class Done:
    """What was published: measure and source of each value, and measure and person."""

    sources: Collection[tuple[str, int]] = ()
    people: Collection[tuple[str, int]] = ()


MEASURES: tuple[str, ...] = tuple(measure_of(moment, item) for moment in Moment for item in _items_at(moment))


def waiting(
    readings: Iterable[SurveyAnswers], published: Published, done: Done, now: datetime
) -> Iterable[tuple[str, Basis, list[Value]]]:
    """The values that are settled by `now` and not published, by measure.

    At the end, and 90 days on, an item is shown either as a change or as an average, and never as both: the first
    published group decides. A person who did not answer before is not part of a change.
    """
    settled = sorted((one for one in readings if one.settled_at <= now), key=lambda one: (one.settled_at, one.source))
    before: dict[tuple[int, Item], tuple[int, datetime]] = {}
    for answers in settled:
        if answers.moment is Moment.BEFORE:
            for item, value in answers.values.items():
                before.setdefault((answers.person, item), (value, answers.settled_at))
    for moment in Moment:
        for item in _items_at(moment):
            measure = measure_of(moment, item)
            given = _new(settled, moment, item, done)
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


def _new(settled: Sequence[SurveyAnswers], moment: Moment, item: Item, done: Done) -> list[tuple[SurveyAnswers, int]]:
    """The answers to an item that are not published; of an item of both sides, one of each person."""
    measure = measure_of(moment, item)
    found = [
        (one, one.values[item])
        for one in settled
        if one.moment is moment and item in one.values and (measure, one.source) not in done.sources
    ]
    if item not in OF_BOTH:
        return found
    first: dict[int, tuple[SurveyAnswers, int]] = {}
    for one, value in found:
        if (measure, one.person) not in done.people:
            first.setdefault(one.person, (one, value))
    return list(first.values())


@dataclass(frozen=True)
class SurveyResults:
    """What HR may see of the survey; empty if nothing is published."""

    courses: tuple[Course, ...]
    recommendations: Mapping[Moment, Figure]

    @property
    def is_blank(self) -> bool:
        return not self.courses and not self.recommendations


def survey_results(published: Published) -> SurveyResults:
    return SurveyResults(tuple(courses(published)), recommendations(published))


def recommendations(published: Published) -> dict[Moment, Figure]:
    """Whether people would recommend the programme: the mean of their answers at the end and 90 days on, 0 to 10."""
    found = {moment: published.figure(measure_of(moment, Item.RECOMMEND)) for moment in (Moment.CLOSING, Moment.LATER)}
    return {moment: figure for moment, figure in found.items() if figure}


def courses(published: Published) -> list[Course]:
    """The development of every item, from what was published; items without published values are left out."""
    found = (_course(item, published) for item in MEASURED)
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
