"""Survey results from before to 90 days on, for pictures and tables."""

from collections.abc import Sequence

from bot.domain.surveys import OF_THE_THEME, Course, Item, Moment, answers_to
from bot.pictures.charts import Change
from prompts.catalogue import Texts


def name_of(texts: Texts, item: Item, theme: str) -> str:
    """HR's name of a question."""
    statement = f"programme.themes.{theme}.measures.{OF_THE_THEME[item]}" if item in OF_THE_THEME else ""
    about = {"statement": texts.plain(statement)} if statement else {}
    return texts.plain(f"surveys.items.{item}.name", **about)


def changes(texts: Texts, courses: Sequence[Course], theme: str) -> tuple[Change, ...]:
    """Items on the scale from 1 to 5; a share of people is not on that scale."""
    return tuple(
        Change(
            name_of(texts, one.item, theme),
            one.before.average if one.before else None,
            stood_at(one, Moment.CLOSING),
            stood_at(one, Moment.LATER),
        )
        for one in courses
        if one.item is not Item.USED
    )


def stood_at(course: Course, moment: Moment) -> float | None:
    """A later average: the starting average plus the change of the same people."""
    later = course.later.get(moment)
    if later is None:
        return None
    if later.change:
        # Others may have answered before than both times: together they can be outside of the scale.
        stood = course.before.average + later.change.average if course.before else None
        scale = list(answers_to(course.item))
        return None if stood is None else min(max(stood, min(scale)), max(scale))
    return later.average.average if later.average else None
