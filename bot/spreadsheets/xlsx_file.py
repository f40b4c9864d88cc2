"""Reads the rows of an XLSX workbook: of its first sheet that names a column, hidden rows and sheets included."""

import io
import itertools
import warnings
from typing import Any

from bot.domain.sheet_rows import HEADER_WITHIN, Lines, Names, Unreadable, columns_in
from bot.spreadsheets.cells import text_of
from bot.spreadsheets.limits import MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from bot.spreadsheets.xlsx_checks import check_workbook

MOST_SHEETS = 200
"""So many sheets are searched for column names."""


def rows_of_xlsx(content: bytes, names: Names) -> Lines:
    """The rows that are not empty, each with its number in the sheet.

    Raises `Unreadable`: workbook_locked, workbook_old, workbook_other, workbook_damaged, workbook_large, empty,
    too_many_rows, too_many_columns, too_many_cells_in_all.
    """
    check_workbook(content)
    from openpyxl import load_workbook  # imports much, numpy included: only if there is a workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's warnings do not matter here
        try:
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            try:
                return _rows(_sheet_with_names(book, names))
            finally:
                book.close()
        except Unreadable:
            raise
        except Exception as problem:  # a damaged part may fail anywhere in openpyxl, in any way
            raise Unreadable("workbook_damaged") from problem


def _sheet_with_names(book: Any, names: Names) -> Any:
    """The first sheet in which a column is named; the first of all if none is."""
    sheets = book.worksheets[:MOST_SHEETS]
    if not sheets:
        raise Unreadable("empty")
    for sheet in sheets:
        # What a sheet says of its own size may be wrong, and then a million empty cells would be read.
        sheet.reset_dimensions()
    return next((sheet for sheet in sheets if _names_columns(sheet, names)), sheets[0])


def _names_columns(sheet: Any, names: Names) -> bool:
    near = itertools.islice(sheet.iter_rows(values_only=True), MOST_ROWS)
    filled = itertools.islice((row for row in near if any(cell is not None for cell in row)), HEADER_WITHIN)
    return any(columns_in(map(text_of, row[:MOST_COLUMNS]), names) for row in filled)


def _rows(sheet: Any) -> Lines:
    rows: Lines = []
    count = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
        count += len(values)
        if number > MOST_ROWS:
            raise Unreadable("too_many_rows", rows=MOST_ROWS)
        if count > MOST_CELLS:
            raise Unreadable("too_many_cells_in_all", cells=MOST_CELLS)
        cells = [text_of(value) for value in values]
        if any(cells):
            if any(cells[MOST_COLUMNS:]):
                raise Unreadable("too_many_columns", columns=MOST_COLUMNS)
            rows.append((number, cells))
    return rows
