"""The figures of a programme's report, for Excel and as CSV."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.calendar import local
from bot.domain.surveys import RECOMMENDATIONS, Item, Later, Moment, widest_change
from bot.domain.surveys_uncertainty import interval_of
from bot.services.closing.completion import Ending
from bot.services.insight.report import Report
from bot.services.insight.report_parts import PartLine
from bot.services.insight.unpublished_values import REST
from bot.spreadsheets import Cell, LocalNumber, Page, Share, write_csv, write_xlsx
from handlers.improvements import report_views as improvement_views
from handlers.kit.positions import level_name
from handlers.own_questions.report_views import own_figures, own_texts_of
from handlers.surveys.change_views import name_of
from handlers.surveys.views import RECOMMENDED
from prompts.catalogue import Texts
from prompts.reasons import topic_name

MOST_LINES = 40
RANGES = tuple(f"{moment}_{end}" for moment in (Moment.CLOSING, Moment.LATER) for end in ("low", "high"))
"""Columns of the interval of a change, which has the people of the change."""


@dataclass(frozen=True, slots=True)
class Line:
    """A figure, and the number of `people` if it is an average; a `share` is between 0 and 1."""

    heading: str
    name: str
    value: float
    people: int | None = None
    share: bool = False
    out_of: int = 5
    """The end of an average's scale."""
    few: bool = False
    """Too few people to give the value."""


@dataclass(frozen=True)
class Table:
    """Rows of a name and its numbers; None while a figure may not be shown."""

    heading: str
    note: str
    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[float | None]]]
    drawn: int = 0
    """Columns that are drawn in the workbook."""


def numbers(texts: Texts, report: Report) -> Iterator[Line]:
    """Counts and averages, without topics, changes and tables."""
    summary, key = report.summary, "insight.report.numbers"

    def number(heading: str, name: str, value: float, people: int | None = None) -> Line:
        return Line(texts.plain(f"insight.summary.headings.{heading}"), texts.plain(f"{key}.{name}"), value, people)

    yield number("people", "signed_up", summary.people.taking_part + summary.people.left)
    yield number("people", "people", summary.people.taking_part)
    yield number("people", "mentors", summary.people.mentors + summary.people.both)
    yield number("people", "mentees", summary.people.leaders + summary.people.both)
    yield number("people", "left", summary.people.left)
    yield number("people", "certificates", report.certificates)
    if report.thanks is not None:
        yield number("people", "thanks", report.thanks)
    for reason, count in report.left_reasons.items():
        name = f"labels.leave_reasons.{reason}" if reason != REST else f"{key}.left_rest"
        yield Line(texts.plain(f"{key}.left_reasons"), texts.plain(name), count)
    yield number("pairs", "pairs", len(summary.pairs))
    yield number("pairs", "active", summary.active_pairs)
    for ending in Ending:
        yield number("pairs", ending, summary.stages.get(ending, 0))
    yield number("sessions", "planned", summary.sessions.planned)
    yield number("sessions", "held", summary.sessions.held)
    yield number("sessions", "hours", report.parts.minutes / 60)
    for measure in summary.measures:
        if measure.now:
            yield number("useful", measure.name, measure.now.average, measure.now.people)
    for moment, figure in report.recommendations.items():
        recommended = number("useful", RECOMMENDED[moment], figure.average, figure.people)
        yield replace(recommended, out_of=RECOMMENDATIONS[-1])
    goals = summary.outcomes.goals
    for name, goal_count in (("reached", goals.reached), ("moved", goals.moved), ("dropped", goals.dropped)):
        if goal_count:
            yield number("goals", f"goals_{name}", goal_count)
    for name, count in summary.outcomes.cards.counts.items():
        yield number("cards", f"cards_{name}", count)
    for state, count in sorted(report.actions_by_state.items()):
        yield Line(texts.plain("insight.report.page.actions"), texts.plain(f"insight.report.actions.{state}"), count)
    for own in own_figures(texts, report.programme, report.own):
        yield Line(own.heading, own.name, own.value, own.people)
    for area, count in improvement_views.counted(texts, report.improvements):
        yield Line(texts.plain("improvements.report.title"), area, count)


def tables(texts: Texts, report: Report) -> Iterator[Table]:
    """By month, department and level; those without rows are left out."""
    key, parts = "insight.report.parts", report.parts

    def heads(*names: str) -> list[str]:
        return [texts.plain(f"{key}.heads.{name}") for name in names]

    def named(kind: str, line: PartLine) -> str:
        if line.part is None:
            return texts.plain(f"{key}.others.{kind}")
        return line.part if isinstance(line.part, str) else level_name(texts, line.part)

    months = texts.plain_list("insight.summary.chart.months")
    if parts.months:
        rows = [(f"{months[one.month.first.month - 1]} {one.month.first.year}", one.figures) for one in parts.months]
        yield Table(
            texts.plain(f"{key}.headings.months"),
            texts.plain(f"{key}.notes.months"),
            [texts.plain("insight.report.table.month"), *heads("planned", "held", "useful")],
            rows,
            drawn=2,
        )
    for kind, lines in (("departments", parts.departments), ("levels", parts.levels)):
        if lines:
            yield Table(
                texts.plain(f"{key}.headings.{kind}"),
                texts.plain(f"{key}.notes.parts"),
                heads(kind, "people", "left", "sessions", "hours", "useful"),
                [(named(kind, one), one.figures) for one in lines],
            )


def changes(texts: Texts, report: Report) -> Iterator[tuple[str, dict[str, Line]]]:
    """Each question with its figures, by the name of their column."""
    heading, theme = texts.plain("insight.summary.headings.changed"), report.programme.theme
    for course in report.summary.courses:
        name, share = name_of(texts, course.item, theme), course.item is Item.USED
        figures: dict[str, tuple[float | None, int]] = {}
        if course.before:
            figures["before"] = course.before.average, course.before.people
        for moment in (Moment.CLOSING, Moment.LATER):
            figures |= _later(course.item, moment, course.later.get(moment))
        yield (
            name,
            {
                column: Line(
                    heading,
                    texts.plain(f"insight.report.table.{column}", item=name),
                    value or 0,
                    people,
                    share,
                    few=value is None,
                )
                for column, (value, people) in figures.items()
            },
        )


def _later(item: Item, moment: Moment, later: Later | None) -> dict[str, tuple[float | None, int]]:
    """The figures of a moment, by column, each with its people; None of an interval if too few answered."""
    if later and (change := later.change):
        interval = interval_of(change, widest_change(item))
        return {
            f"{moment}_change": (change.average, change.people),
            f"{moment}_low": (interval.low if interval else None, change.people),
            f"{moment}_high": (interval.high if interval else None, change.people),
        }
    return {f"{moment}_others": (later.average.average, later.average.people)} if later and later.average else {}


def table(texts: Texts, report: Report) -> bytes:
    """All figures as CSV, in the language's number format, so that its spreadsheets read them as numbers."""
    rows: list[list[Cell]] = [list(_heads(texts, "heading", "name", "value", "people"))]
    for line in _everything(texts, report):
        rows.append([line.heading, line.name, _cell(texts, line), line.people])
    return write_csv(rows, ";")


def _cell(texts: Texts, line: Line) -> Cell:
    if line.few:
        return texts.plain("insight.report.table.few")
    return LocalNumber(texts.percent(line.value) if line.share else texts.number(round(line.value, 1)))


def _everything(texts: Texts, report: Report) -> Iterator[Line]:
    yield from numbers(texts, report)
    for _, columns in changes(texts, report):
        yield from columns.values()
    for table in tables(texts, report):
        for name, values in table.rows:
            for head, value in zip(table.heads[1:], values, strict=True):
                if value is not None:
                    yield Line(table.heading, f"{name}: {head}", value)
    heading = texts.plain("insight.summary.headings.topics")
    for topic in report.summary.topics[:MOST_LINES]:
        name = topic_name(texts, topic.code)
        yield Line(heading, texts.plain("insight.report.table.topic_wanted", item=name), topic.wanted)
        yield Line(heading, texts.plain("insight.report.table.topic_offered", item=name), topic.offered)


def workbook(texts: Texts, report: Report) -> bytes:
    """The same for Excel: a sheet for each part, numbers as numbers, and a chart of the sessions by month."""
    programme = report.programme
    made = local(report.summary.at, programme.zone).replace(tzinfo=None)
    lines = [(one.heading, one.name, round(one.value, 2), one.people) for one in numbers(texts, report)]
    topics = [(topic_name(texts, one.code), one.wanted, one.offered) for one in report.summary.topics[:MOST_LINES]]
    by_part = [
        Page(one.heading, one.heads, [(name, *values) for name, values in one.rows], drawn=one.drawn)
        for one in tables(texts, report)
    ]
    wished = [texts.plain("insight.report.table.topic"), *_table_heads(texts, "wished", "offered")]
    pages = [
        Page(texts.plain("insight.report.table.all"), _heads(texts, "heading", "name", "value", "people"), lines),
        *by_part,
        Page(texts.plain("insight.summary.headings.topics"), wished, topics),
        Page(texts.plain("insight.summary.headings.changed"), *_changed(texts, report)),
    ]
    if written := own_texts_of(texts, programme, report.own):
        heads = [texts.plain(f"own_questions.report.columns.{name}") for name in ("ask", "text", "role")]
        pages.append(Page(texts.plain("own_questions.list.title"), heads, written))
    if report.improvements:
        heads = [texts.plain(f"improvements.report.columns.{name}") for name in ("area", "text", "name")]
        title, cells = texts.plain("improvements.report.sheet"), improvement_views.cells(texts, report.improvements)
        pages.append(Page(title, heads, cells))
    return write_xlsx(pages, texts.plain("insight.report.page.title", programme=programme.name), made)


def _changed(texts: Texts, report: Report) -> tuple[list[str], list[tuple[Cell, ...]]]:
    """Heads and rows: one question per row, each figure beside its number of people."""
    rows = list(changes(texts, report))
    later = ("change", "low", "high", "others")
    columns = ("before", *(f"{moment}_{one}" for moment in (Moment.CLOSING, Moment.LATER) for one in later))
    used = [one for one in columns if any(one in figures for _, figures in rows)]
    people = texts.plain("insight.report.table.people")
    heads = [texts.plain("insight.report.table.item")]
    for column in used:
        heads += [texts.plain(f"insight.report.table.heads.{column}"), *([] if column in RANGES else [people])]
    cells: list[tuple[Cell, ...]] = []
    for name, figures in rows:
        row: list[Cell] = [name]
        for column in used:
            line = figures.get(column)
            value: Cell = None
            if line and line.few:
                value = texts.plain("insight.report.table.few")
            elif line:
                value = Share(line.value) if line.share else round(line.value, 2)
            row += [value, *([] if column in RANGES else [line.people if line else None])]
        cells.append(tuple(row))
    return heads, cells


def _heads(texts: Texts, *names: str) -> list[str]:
    return [texts.plain(f"insight.report.table.{name}") for name in names]


def _table_heads(texts: Texts, *names: str) -> list[str]:
    return [texts.plain(f"insight.summary.table.{name}") for name in names]
