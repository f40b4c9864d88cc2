"""Tables as people save them from a spreadsheet, read whatever Excel made of them, and written so that it opens them.

Excel in Indonesia separates by semicolons, older ones write Windows-1252, newer ones a mark before UTF-8. Nothing of
that is a mistake of the person who saved the file, so none of it is told as one.
"""

import csv
import io
import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_BYTES = 10_000_000
HEADER_WITHIN = 10
"""A title may stand above the names of the columns, within so many lines."""
SEPARATORS = ",;\t|"
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_FORMULA = "=+-@\t\r＝＋－＠"
_UNSEEN: dict[int, str | None] = {**dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad")), 0xA0: " "}
_SEPARATOR_LINE = re.compile(r'^"?sep=(.)"?\s*(\r\n|\r|\n|$)', re.IGNORECASE)

Names = Mapping[str, str]
"""What people write (as `plain_name` makes it) → the code it means, the likeliest first."""


class Unreadable(Exception):
    """The whole file is of no use. `code` and `values` name a sentence below `sheet.errors`."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True)
class Problem:
    """What is wrong with the row that begins on line `line` of the file: a sentence of `sheet.errors`."""

    line: int
    code: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it begins on, and its cells by column; "" where there is nothing."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Sheet:
    """A table. `columns` are those that were recognised, `unknown` the names of the others."""

    columns: frozenset[str]
    unknown: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    """Rows that cannot even be divided into cells."""
    separator: str


def read_sheet(content: bytes, names: Names, needed: Sequence[str]) -> Sheet:
    """The table in a file, its columns found by their `names`; all of `needed` have to be there.

    Raises `Unreadable`: too_large, workbook, encoding, empty, quotes, no_header, column_twice, column_missing.
    """
    text = _decoded(content)
    given = _SEPARATOR_LINE.match(text)
    skipped = given.end() if given else 0
    text, first = text[skipped:], 2 if given else 1
    separator = max(given[1] if given else SEPARATORS, key=lambda one: _names_found(text, one, names))
    lines = _lines(text, separator, first)
    if not lines:
        raise Unreadable("empty")
    at = max(range(min(HEADER_WITHIN, len(lines))), key=lambda line: (len(_columns(lines[line][1], names)), -line))
    header = lines[at][1]
    places = _places(header, names)
    if not places:
        raise Unreadable("no_header")
    if missing := [column for column in needed if column not in places]:
        raise Unreadable("column_missing", column=missing[0])
    unknown = tuple(name for at, name in enumerate(header) if name and at not in places.values())
    rows, problems = _rows(lines[at + 1 :], places, len(header))
    return Sheet(frozenset(places), unknown, rows, problems, separator)


def plain_name(text: str) -> str:
    """A name without what people write differently: case, width, accents, dots, dashes and spaces."""
    bare = unicodedata.normalize("NFKD", text.translate(_UNSEEN)).casefold()
    letters = "".join(one for one in bare if not unicodedata.combining(one))
    return " ".join(re.split(r"[\W_]+", letters)).strip()


def write_sheet(rows: Iterable[Sequence[object]], separator: str = ",") -> bytes:
    """The rows as a file that Excel opens with the right letters, and in which no cell is taken for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: object) -> object:
    """A text that a spreadsheet would calculate is marked as text: it could read files or call out."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip().startswith(tuple(_FORMULA)) else cell


def _decoded(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise Unreadable("too_large", megabytes=MOST_BYTES // 1_000_000)
    if content.startswith(WORKBOOKS):
        raise Unreadable("workbook")
    marked = [encoding for mark, encoding in _MARKS if content.startswith(mark)]
    for encoding in marked or ("utf-8", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable("encoding")


Lines = list[tuple[int, list[str]]]
"""Rows that are not empty, each with the line it begins on."""


def _names_found(text: str, separator: str, names: Names) -> tuple[int, int]:
    """How many columns some line near the top names if `separator` parts its cells, and how many cells it then has."""
    try:
        near = list(itertools.islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), HEADER_WITHIN))
    except csv.Error:
        return 0, 0
    return max(((len(_columns(map(_cell, cells), names)), len(cells)) for cells in near), default=(0, 0))


def _columns(cells: Iterable[str], names: Names) -> set[str]:
    return {names[name] for cell in cells if (name := plain_name(cell)) in names}


def _lines(text: str, separator: str, first: int) -> Lines:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines: Lines = []
    line = first
    try:
        for cells in reader:
            trimmed = [_cell(cell) for cell in cells]
            if any(trimmed):
                lines.append((line, trimmed))
            line = first + reader.line_num
    except csv.Error:
        raise Unreadable("quotes", line=line) from None
    return lines


def _cell(cell: str) -> str:
    text = cell.translate(_UNSEEN).strip()
    if text.startswith('="') and text.endswith('"') and len(text) > 2:  # how Excel is told to keep leading zeros
        return text[2:-1].strip()
    return text[1:] if text[:1] == "'" and text[1:].lstrip().startswith(tuple(_FORMULA)) else text


def _places(header: Sequence[str], names: Names) -> dict[str, int]:
    """Where each column stands. Of two that may be meant, an e-mail address and a number say, the first in `names`."""
    rank = {name: at for at, name in enumerate(names)}
    places: dict[str, int] = {}
    for at, cell in sorted(enumerate(header), key=lambda one: rank.get(plain_name(one[1]), len(rank))):
        name = plain_name(cell)
        column = names.get(name)
        if column in places and plain_name(header[places[column]]) == name:
            raise Unreadable("column_twice", column=cell)
        if column:
            places.setdefault(column, at)
    return places


def _rows(lines: Lines, places: Mapping[str, int], width: int) -> tuple[tuple[Row, ...], tuple[Problem, ...]]:
    rows: list[Row] = []
    problems: list[Problem] = []
    for line, cells in lines:
        if any(cells[width:]):
            problems.append(Problem(line, "too_many_cells", {"cells": len(cells), "columns": width}))
        else:
            rows.append(Row(line, {name: cells[at] for name, at in places.items() if at < len(cells)}))
    return tuple(rows), tuple(problems)
