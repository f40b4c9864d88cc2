"""Reads the rows of a CSV file in all variants that Excel writes.

Excel in Indonesia separates by semicolons, older versions write Windows-1252, newer ones a byte order mark. None of
that is the user's mistake, so none of it is reported as one.
"""

import csv
import io
import itertools
import re
from collections.abc import Iterator

from bot.domain.sheet_rows import HEADER_WITHIN, Lines, Names, Unreadable, columns_in
from bot.spreadsheets.cells import cell_of
from bot.spreadsheets.limits import MOST_CELLS, MOST_COLUMNS, MOST_ROWS

SEPARATORS = ",;\t|"
LONGEST_LINE = 131_072
"""Characters. The longest cell that Python's own reader takes."""
LONGEST_ROW = 4 * LONGEST_LINE
LOOKED_AT = 65_536
"""Characters from which the separator is detected."""
BINARY_FROM = 0.3
"""The share of control characters above which a file is not text."""
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[ \t]*(\r\n|\r|\n|$)', re.IGNORECASE)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")


def rows_of_csv(content: bytes, names: Names) -> tuple[Lines, str]:
    """The rows that are not empty, and the separator of their cells.

    Raises `Unreadable`: encoding, quotes, line_long, too_many_rows, too_many_columns, too_many_cells_in_all.
    """
    text = _decoded(content)
    given = _SEPARATOR_LINE.match(text)
    begin, first = (given.end(), 2) if given else (0, 1)
    choices = given[1] if given else SEPARATORS
    separator = max(choices, key=lambda one: _names_found(text[begin : begin + LOOKED_AT], one, names))
    return _rows(text, begin, first, separator), separator


def _decoded(content: bytes) -> str:
    marked = [encoding for mark, encoding in _MARKS if content.startswith(mark)]
    for encoding in marked or ("utf-8", "cp1252"):
        try:
            # Half a surrogate pair is no reason to take UTF-8 for Windows-1252: it is removed with the control
            # characters.
            text = content.decode(encoding, "strict" if encoding == "cp1252" else "surrogatepass")
        except UnicodeError:
            continue
        start = text[:LOOKED_AT]
        if len(_CONTROLS.findall(start)) <= BINARY_FROM * len(start):
            return text
    raise Unreadable("encoding")


def _names_found(text: str, separator: str, names: Names) -> tuple[int, int]:
    """How many columns some line near the top names if `separator` parts its cells, and how many cells it then has."""
    try:
        near = list(itertools.islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), HEADER_WITHIN))
    except csv.Error:
        return 0, 0
    found = ((len(columns_in(map(cell_of, cells[:MOST_COLUMNS]), names)), len(cells)) for cells in near)
    return max(found, default=(0, 0))


class _Physical:
    """The lines of a text, counted and kept from being too many or too long before a row is made of them."""

    def __init__(self, text: str, begin: int, first: int) -> None:
        self._found: Iterator[re.Match[str]] = _LINE.finditer(text, begin)
        self._first = first
        self.number = 0
        self.row_began = first
        self._row = 0

    def __iter__(self) -> "_Physical":
        return self

    def __next__(self) -> str:
        line = next(self._found)[0]
        self.number += 1
        self._row += len(line)
        if self.number > MOST_ROWS:
            raise Unreadable("too_many_rows", rows=MOST_ROWS)
        if len(line) > LONGEST_LINE and not line.count('"') % 2:
            raise Unreadable("line_long", line=self._first + self.number - 1)
        if self._row > LONGEST_ROW or len(line) > LONGEST_LINE:
            raise Unreadable("quotes", line=self.row_began)
        return line

    def next_row(self) -> None:
        """A row is complete."""
        self._row, self.row_began = 0, self._first + self.number


def _rows(text: str, begin: int, first: int, separator: str) -> Lines:
    physical = _Physical(text, begin, first)
    rows: Lines = []
    count = 0
    try:
        for cells in csv.reader(physical, delimiter=separator, strict=True):
            count += len(cells)
            if count > MOST_CELLS:
                raise Unreadable("too_many_cells_in_all", cells=MOST_CELLS)
            trimmed = [cell_of(cell) for cell in cells]
            if any(trimmed):
                if any(trimmed[MOST_COLUMNS:]):
                    raise Unreadable("too_many_columns", columns=MOST_COLUMNS)
                rows.append((physical.row_began, trimmed))
            physical.next_row()
    except csv.Error:
        raise Unreadable("quotes", line=physical.row_began) from None
    return rows
