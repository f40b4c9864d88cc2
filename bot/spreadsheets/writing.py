"""Writes tables to files: CSV for every program, XLSX for Excel. No text in them is ever evaluated or followed."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.text_cleaning import clean
from bot.spreadsheets.formulas import neutralised

Cell = str | int | float | None
FORBIDDEN_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
LONGEST_TITLE = 28
"""Excel allows 31 characters in a sheet's name; the rest is its number."""
LONGEST_TEXT = 32_767
"""Characters in a cell, by Excel's own limit."""
WIDEST = 60
"""Characters of the widest column."""
_LOCAL_NUMBER = re.compile(r"-?[\d.,\s]*\d\s?%?")


class LocalNumber(str):
    """A number as a language writes it, such as "-0,4": a spreadsheet of that language reads it as a number."""

    __slots__ = ()


class Share(float):
    """Between 0 and 1. XLSX shows it in percent."""

    __slots__ = ()


@dataclass(frozen=True)
class Page:
    """A sheet of a workbook: a table whose `heads` stay visible; from its second column on, `drawn` columns as bars.

    `heads` has at least as many cells as any row.
    """

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    drawn: int = 0


def write_csv(rows: Iterable[Sequence[Cell]], separator: str = ",") -> bytes:
    """The rows as CSV in UTF-8, with the byte order mark by which Excel recognises the encoding.

    Texts are cleaned, and no part of them is evaluated, at whichever separator a program splits the file. Numbers
    stay numbers.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerows([_as_text(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(pages: Iterable[Page], title: str = "", created: datetime | None = None) -> bytes:
    """The pages as a workbook; those without rows are left out. `created` is a local time without a zone.

    Cells are strings or numbers, never formulas or links. The same pages give the same bytes; openpyxl on its own would
    write the time of day into each file.
    """
    from xlsxwriter import Workbook  # slow to import

    written = io.BytesIO()
    with Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": clean(title), **({"created": created} if created else {})})
        formats = {"bold": book.add_format({"bold": True, "bottom": 1}), Share: book.add_format({"num_format": "0%"})}
        for page in pages:
            if page.rows:
                _write_page(book, page, formats)
    return written.getvalue()


def _as_text(cell: Cell) -> Cell:
    if not isinstance(cell, str) or (isinstance(cell, LocalNumber) and _LOCAL_NUMBER.fullmatch(cell)):
        return cell
    return neutralised(clean(cell))


def _write_page(book: Any, page: Page, formats: dict[Any, Any]) -> None:
    number = len(book.worksheets()) + 1
    name = f"{number} {FORBIDDEN_IN_TITLES.sub(' ', clean(page.title))[:LONGEST_TITLE]}".strip("' ")
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for column, head in enumerate(page.heads):
        sheet.write_string(0, column, _fitting(head), formats["bold"])
        longest = max(len(str(row[column])) for row in [page.heads, *page.rows])
        sheet.set_column(column, column, min(longest, WIDEST) + 2)
    for at, row in enumerate(page.rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(at, column, _fitting(cell))
            elif cell is not None:
                sheet.write_number(at, column, cell, formats.get(type(cell)))
    if page.drawn:
        _draw(book, sheet, name, page)


def _fitting(text: str) -> str:
    return clean(text)[:LONGEST_TEXT]


def _draw(book: Any, sheet: Any, name: str, page: Page) -> None:
    """Beside the table, as bars."""
    last, chart = len(page.rows), book.add_chart({"type": "column"})
    for column in range(1, page.drawn + 1):
        chart.add_series(
            {
                "name": [name, 0, column],
                "categories": [name, 1, 0, last, 0],
                "values": [name, 1, column, last, column],
            }
        )
    chart.set_title({"name": clean(page.title)})
    sheet.insert_chart(0, len(page.heads) + 1, chart)
