"""The figures of a programme's report, for Excel and as CSV."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.calendar import local
from bot.domain.figures import Figure
from bot.domain.surveys import Item, Later, Moment
from bot.services.insight.report import Report
from bot.spreadsheets import Cell, LocalNumber, Page, Share, write_csv, write_xlsx
from handlers.surveys.change_views import name_of
from prompts.catalogue import Texts
from prompts.reasons import topic_name

MOST_LINES = 40


@dataclass(frozen=True, slots=True)
class Line:
    """A figure, and the number of `people` if it is an average; a `share` is between 0 and 1."""

    heading: str
    name: str
    value: float
    people: int | None = None
    share: bool = False


def numbers(texts: Texts, found: Report) -> Iterator[Line]:
    """Counts and averages, without topics and changes."""
    summary, key = found.summary, "insight.report.numbers"

    def number(heading: str, name: str, value: float, people: int | None = None) -> Line:
        return Line(texts.plain(f"insight.summary.headings.{heading}"), texts.plain(f"{key}.{name}"), value, people)

    yield number("people", "people", summary.people.taking_part)
    yield number("people", "mentors", summary.people.mentors + summary.people.both)
    yield number("people", "mentees", summary.people.mentees + summary.people.both)
    yield number("people", "certificates", found.certificates)
    if found.thanks is not None:
        yield number("people", "thanks", found.thanks)
    yield number("pairs", "pairs", len(summary.pairs))
    yield number("pairs", "completed", found.completed)
    yield number("sessions", "planned", summary.sessions.planned)
    yield number("sessions", "held", summary.sessions.held)
    for one in summary.measures:
        if one.now:
            yield number("useful", one.name, one.now.average, one.now.people)
    for state, count in sorted(found.actions_by_state.items()):
        yield Line(texts.plain("insight.report.page.actions"), texts.plain(f"insight.report.actions.{state}"), count)


def changes(texts: Texts, found: Report) -> Iterator[tuple[str, dict[str, Line]]]:
    """Each question with its figures, by the name of their column."""
    heading, theme = texts.plain("insight.summary.headings.changed"), found.programme.theme
    for course in found.summary.courses:
        name, share = name_of(texts, course.item, theme), course.item is Item.USED
        figures = {"before": course.before} if course.before else {}
        for moment in (Moment.CLOSING, Moment.LATER):
            figures |= _later(moment, course.later.get(moment))
        yield (
            name,
            {
                column: Line(
                    heading,
                    texts.plain(f"insight.report.table.{column}", item=name),
                    figure.average,
                    figure.people,
                    share,
                )
                for column, figure in figures.items()
            },
        )


def _later(moment: Moment, later: Later | None) -> dict[str, Figure]:
    if later and later.change:
        return {f"{moment}_change": later.change}
    return {f"{moment}_others": later.average} if later and later.average else {}


def table(texts: Texts, found: Report) -> bytes:
    """All figures as CSV, in the language's number format, so that its spreadsheets read them as numbers."""
    rows: list[list[Cell]] = [list(_heads(texts, "heading", "name", "value", "people"))]
    for line in _everything(texts, found):
        value = texts.percent(line.value) if line.share else texts.number(round(line.value, 1))
        rows.append([line.heading, line.name, LocalNumber(value), line.people])
    return write_csv(rows, ";")


def _everything(texts: Texts, found: Report) -> Iterator[Line]:
    yield from numbers(texts, found)
    for _, columns in changes(texts, found):
        yield from columns.values()
    heading = texts.plain("insight.summary.headings.topics")
    for topic in found.summary.topics[:MOST_LINES]:
        name = topic_name(texts, topic.code)
        yield Line(heading, texts.plain("insight.report.table.topic_wanted", item=name), topic.wanted)
        yield Line(heading, texts.plain("insight.report.table.topic_offered", item=name), topic.offered)


def workbook(texts: Texts, found: Report) -> bytes:
    """The same for Excel: a sheet for each part, numbers as numbers, and a chart of the sessions."""
    programme = found.programme
    made = local(found.summary.at, programme.zone).replace(tzinfo=None)
    lines = [(one.heading, one.name, round(one.value, 2), one.people) for one in numbers(texts, found)]
    months = [(one.first.strftime("%Y-%m"), one.planned, one.held) for one in found.summary.sessions.months]
    topics = [(topic_name(texts, one.code), one.wanted, one.offered) for one in found.summary.topics[:MOST_LINES]]
    sessions = [
        texts.plain("insight.report.table.month"),
        *(texts.plain(f"insight.report.numbers.{n}") for n in ("planned", "held")),
    ]
    wished = [texts.plain("insight.report.table.topic"), *_table_heads(texts, "wished", "offered")]
    pages = [
        Page(texts.plain("insight.report.table.all"), _heads(texts, "heading", "name", "value", "people"), lines),
        Page(texts.plain("insight.summary.headings.sessions"), sessions, months, drawn=True),
        Page(texts.plain("insight.summary.headings.topics"), wished, topics),
        Page(texts.plain("insight.summary.headings.changed"), *_changed(texts, found)),
    ]
    return write_xlsx(pages, texts.plain("insight.report.page.title", programme=programme.name), made)


def _changed(texts: Texts, found: Report) -> tuple[list[str], list[tuple[Cell, ...]]]:
    """Heads and rows: one question per row, each figure beside its number of people."""
    rows = list(changes(texts, found))
    columns = ("before", "closing_change", "closing_others", "later_change", "later_others")
    used = [one for one in columns if any(one in figures for _, figures in rows)]
    people = texts.plain("insight.report.table.people")
    heads = [texts.plain("insight.report.table.item")]
    for column in used:
        heads += [texts.plain(f"insight.report.table.heads.{column}"), people]
    cells: list[tuple[Cell, ...]] = []
    for name, figures in rows:
        row: list[Cell] = [name]
        for column in used:
            line = figures.get(column)
            row += [Share(line.value) if line.share else round(line.value, 2), line.people] if line else [None, None]
        cells.append(tuple(row))
    return heads, cells


def _heads(texts: Texts, *names: str) -> list[str]:
    return [texts.plain(f"insight.report.table.{name}") for name in names]


def _table_heads(texts: Texts, *names: str) -> list[str]:
    return [texts.plain(f"insight.summary.table.{name}") for name in names]
