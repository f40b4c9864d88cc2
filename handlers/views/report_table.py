"""A programme's report as numbers: for Excel, and as CSV for everything else."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.calendar import local
from bot.domain.measures import Item, Later, Moment
from bot.domain.polls import Figure
from bot.services.insight.reports import Report
from handlers.views.changes import name_of
from prompts.catalogue import Texts
from prompts.reasons import topic_name

MOST_LINES = 40
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What a cell must not begin with, or a spreadsheet takes it for a formula."""
FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
LONGEST_NAME = 28
"""Excel allows 31 characters in a sheet's name; the rest is its number."""
WIDEST = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One number, and from how many `people` it is if it is an average; a `share` is between 0 and 1."""

    heading: str
    name: str
    value: float
    people: int | None = None
    share: bool = False


def numbers(texts: Texts, found: Report) -> Iterator[Line]:
    """What is counted and averaged, but for topics and what changed."""
    summary, key = found.summary, "report.numbers"

    def number(heading: str, name: str, value: float, people: int | None = None) -> Line:
        return Line(texts.plain(f"summary.report.headings.{heading}"), texts.plain(f"{key}.{name}"), value, people)

    yield number("people", "people", summary.people.taking_part)
    yield number("people", "mentors", summary.people.mentors + summary.people.both)
    yield number("people", "mentees", summary.people.mentees + summary.people.both)
    yield number("people", "certificates", found.certificates)
    yield number("people", "thanks", found.thanks)
    yield number("pairs", "pairs", len(summary.pairs))
    yield number("pairs", "completed", found.completed)
    yield number("sessions", "planned", summary.sessions.planned)
    yield number("sessions", "held", summary.sessions.held)
    for one in summary.measures:
        if one.now:
            yield number("useful", one.name, one.now.average, one.now.people)
    for state, count in sorted(found.actions_by_state.items()):
        yield Line(texts.plain("report.page.actions"), texts.plain(f"report.actions.{state}"), count)


def changes(texts: Texts, found: Report) -> Iterator[tuple[str, dict[str, Line]]]:
    """Each question with its figures, by the name of their column."""
    heading, theme = texts.plain("summary.report.headings.changed"), found.programme.theme
    for course in found.summary.courses:
        name, share = name_of(texts, course.item, theme), course.item is Item.USED
        figures = {"before": course.before} if course.before else {}
        for moment in (Moment.CLOSING, Moment.LATER):
            figures |= _later(moment, course.later.get(moment))
        yield (
            name,
            {
                column: Line(
                    heading, texts.plain(f"report.table.{column}", item=name), figure.average, figure.people, share
                )
                for column, figure in figures.items()
            },
        )


def _later(moment: Moment, later: Later | None) -> dict[str, Figure]:
    if later and later.change:
        return {f"{moment}_change": later.change}
    return {f"{moment}_others": later.average} if later and later.average else {}


def table(texts: Texts, found: Report) -> str:
    """All numbers as CSV, written as the language writes them, so that its spreadsheets read them as numbers."""
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";")
    rows.writerow(_heads(texts, "heading", "name", "value", "people"))
    for line in _everything(texts, found):
        value = texts.percent(line.value) if line.share else texts.number(round(line.value, 1))
        cells = (line.heading, line.name, value, "" if line.people is None else str(line.people))
        # A number may well begin with a minus; a text may not.
        rows.writerow([f"'{cell}" if cell.startswith(RISKY) and cell != value else cell for cell in cells])
    # The mark tells Excel that it is UTF-8.
    return "\ufeff" + written.getvalue()


def _everything(texts: Texts, found: Report) -> Iterator[Line]:
    yield from numbers(texts, found)
    for _, columns in changes(texts, found):
        yield from columns.values()
    heading = texts.plain("summary.report.headings.topics")
    for topic in found.summary.topics[:MOST_LINES]:
        name = topic_name(texts, topic.code)
        yield Line(heading, texts.plain("report.table.topic_wanted", item=name), topic.wanted)
        yield Line(heading, texts.plain("report.table.topic_offered", item=name), topic.offered)


def workbook(texts: Texts, found: Report) -> bytes:
    """The same for Excel: a sheet for each part, numbers as numbers, and a chart of the sessions."""
    from xlsxwriter import Workbook

    written, programme = io.BytesIO(), found.programme
    # What people typed is never a formula or a link.
    with Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        made = local(found.summary.at, programme.zone).replace(tzinfo=None)
        book.set_properties({"title": texts.plain("report.page.title", programme=programme.name), "created": made})
        pages = _Pages(book)
        lines = [(one.heading, one.name, round(one.value, 2), one.people) for one in numbers(texts, found)]
        pages.add(texts.plain("report.table.all"), _heads(texts, "heading", "name", "value", "people"), lines)
        months = [(one.first.strftime("%Y-%m"), one.planned, one.held) for one in found.summary.sessions.months]
        heads = [texts.plain("report.table.month"), *(texts.plain(f"report.numbers.{n}") for n in ("planned", "held"))]
        pages.add(texts.plain("summary.report.headings.sessions"), heads, months)
        pages.draw(len(months), texts.plain("summary.report.headings.sessions"))
        topics = [(topic_name(texts, one.code), one.wanted, one.offered) for one in found.summary.topics[:MOST_LINES]]
        heads = [texts.plain("report.table.topic"), *_table_heads(texts, "wished", "offered")]
        pages.add(texts.plain("summary.report.headings.topics"), heads, topics)
        pages.add(texts.plain("summary.report.headings.changed"), *_changed(texts, found))
    return written.getvalue()


def _changed(texts: Texts, found: Report) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Heads and rows: a question a row, each figure beside the number of people it is from."""
    rows = list(changes(texts, found))
    columns = ("before", "closing_change", "closing_others", "later_change", "later_others")
    used = [one for one in columns if any(one in figures for _, figures in rows)]
    people = texts.plain("report.table.people")
    heads = [texts.plain("report.table.item")]
    for column in used:
        heads += [texts.plain(f"report.table.heads.{column}"), people]
    cells: list[tuple[Any, ...]] = []
    for name, figures in rows:
        row: list[Any] = [name]
        for column in used:
            line = figures.get(column)
            row += [_Share(line.value) if line.share else round(line.value, 2), line.people] if line else [None, None]
        cells.append(tuple(row))
    return heads, cells


def _heads(texts: Texts, *names: str) -> list[str]:
    return [texts.plain(f"report.table.{name}") for name in names]


def _table_heads(texts: Texts, *names: str) -> list[str]:
    return [texts.plain(f"summary.report.table.{name}") for name in names]


class _Share(float):
    """Between 0 and 1, to be shown in percent."""


class _Pages:
    """The sheets of a workbook, numbered, so that two may have the same name."""

    def __init__(self, book: Any) -> None:
        self.book, self.sheet, self.name = book, None, ""
        self.bold = book.add_format({"bold": True, "bottom": 1})
        self.percent = book.add_format({"num_format": "0%"})

    def add(self, title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """A sheet with a table whose heads stay in sight. Without rows there is none."""
        if not rows:
            self.sheet = None
            return
        number = len(self.book.worksheets()) + 1
        self.name = f"{number} {FORBIDDEN_IN_NAMES.sub(' ', title)[:LONGEST_NAME]}".strip("' ")
        self.sheet = sheet = self.book.add_worksheet(self.name)
        sheet.freeze_panes(1, 0)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, self.bold)
            longest = max(len(str(row[column])) for row in [heads, *rows])
            sheet.set_column(column, column, min(longest, WIDEST) + 2)
        for at, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, _Share):
                    sheet.write_number(at, column, float(cell), self.percent)
                elif isinstance(cell, str):
                    sheet.write_string(at, column, cell)
                elif cell is not None:
                    sheet.write_number(at, column, cell)

    def draw(self, rows: int, title: str) -> None:
        """Beside the sheet's table, its second and third column as bars."""
        if self.sheet is None:
            return
        chart = self.book.add_chart({"type": "column"})
        for column in (1, 2):
            chart.add_series(
                {
                    "name": [self.name, 0, column],
                    "categories": [self.name, 1, 0, rows, 0],
                    "values": [self.name, 1, column, rows, column],
                }
            )
        chart.set_title({"name": title})
        self.sheet.insert_chart(0, 4, chart)
