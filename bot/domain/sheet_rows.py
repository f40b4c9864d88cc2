"""Tables from spreadsheets: columns are found by their names, and problems are reported by line.

`bot.spreadsheets` reads and writes the files.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

HEADER_WITHIN = 10
"""A title may be above the column names, within so many lines."""
LONGEST_CELL = 5_000
"""Maximum length of a cell, in characters. Excel itself allows 32,767."""
LONGEST_HEADING = 200
"""Maximum length of a column name, in characters."""
SHOWN = 80
"""Characters of a cell that are shown in a problem."""
MOST_KEPT = 1_000
"""Problems of a file that are listed; of the others only the number."""
PEOPLE_GROUPED_FROM = 6
"""So many unknown people are reported together; fewer each at their line."""
VALUES_LISTED = 60
"""Different cells with one problem that are listed, the most frequent first; of the others only the number."""
EXAMPLES = 5
"""How many are listed if hardly two cells are the same: then the whole column is wrong."""
UNSEEN: dict[int, str | None] = {**dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad")), 0xA0: " "}

Names = Mapping[str, str]
"""What people write (normalised by `plain_name`) → its code, the most likely first."""
Lines = list[tuple[int, list[str]]]
"""Rows that are not empty, each with the line it begins on."""


class Unreadable(Exception):
    """The whole file is unusable. `code` and `values` name a sentence below `sheet.errors`."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True)
class Problem:
    """A problem of the row that begins on line `line` of the file: a sentence of `sheet.errors`."""

    line: int
    code: str
    values: Mapping[str, Any]
    others: int = 0
    """How many more lines have the same problem."""
    cells: tuple[tuple[str, int], ...] = ()
    """The different cells that have it, if there are several, and in how many lines: the most frequent first."""
    more_cells: int = 0
    """How many more different cells have it."""


@dataclass(frozen=True)
class Problems:
    """The reported problems of a file: `kept` by line, and `more` lines of which only the number is reported."""

    kept: tuple[Problem, ...]
    more: int
    rows: int
    """How many lines have a problem."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line on which it begins, and its cells by column; "" for an empty one."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Sheet:
    """A table. `columns` are the recognised ones, `unknown` the names of the others."""

    columns: frozenset[str]
    unknown: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    """Rows that cannot be divided into cells."""
    separator: str
    """The separator of the cells; "" in a workbook."""


def table(lines: Lines, names: Names, needed: Sequence[str], separator: str) -> Sheet:
    """The table in these lines, its columns found by their `names`; all of `needed` are required.

    Raises `Unreadable`: empty, no_header, column_twice, column_missing.
    """
    if not lines:
        raise Unreadable("empty")
    at = max(range(min(HEADER_WITHIN, len(lines))), key=lambda line: (len(columns_in(lines[line][1], names)), -line))
    header = lines[at][1]
    places = _places(header, names)
    if not places:
        raise Unreadable("no_header")
    if missing := [column for column in needed if column not in places]:
        raise Unreadable("column_missing", column=missing[0])
    unknown = tuple(name[:SHOWN] for at, name in enumerate(header) if name and at not in places.values())
    rows, problems = _rows(lines[at + 1 :], places, len(header))
    return Sheet(frozenset(places), unknown, rows, problems, separator)


def plain_name(text: str) -> str:
    """A normalised name: without differences of case, width, accents, dots, dashes and spaces.

    Different names stay different: vowel signs, as in Hindi and Thai, are kept, and the ends of C++ and C#. A text that
    is too long for a name stays as it is: a file may be full of them, and none of our names is so long.
    """
    text = text.strip()
    if len(text) > LONGEST_HEADING:
        return text
    if text.isascii():
        apart = _NO_LETTERS.sub(" ", text.lower())
    else:
        apart = unicodedata.normalize("NFKD", text.translate(UNSEEN)).casefold().translate(_LETTERS)
    return " ".join(_SIGNS.sub(" ", apart).split())


_NO_LETTERS = re.compile("[^a-z0-9+#]+")
_SIGNS = re.compile(r"(?<!\S)[+#]+|[+#]+(?=[^\s+#])")
"""Where they do not end a word."""


class _Letters(dict[int, str | None]):
    """For `str.translate`: letters stay, accents go, everything else becomes a space. What was looked up is cached."""

    def __missing__(self, code: int) -> str | None:
        one = chr(code)
        if unicodedata.combining(one):
            said = None
        else:
            is_letter = one in "+#" or one.isalnum() or unicodedata.category(one) in ("Mc", "Mn")
            said = one if is_letter else " "
        if len(self) < LETTERS_CACHED:
            self[code] = said
        return said


LETTERS_CACHED = 20_000
_LETTERS = _Letters()


def columns_in(cells: Iterable[str], names: Names) -> set[str]:
    """The columns that these cells name."""
    return {names[name] for cell in cells if len(cell) <= LONGEST_HEADING and (name := heading(cell, names)) in names}


def heading(cell: str, names: Names) -> str:
    """The name of a column, one of `names` if possible: with spaces, or without as in "ManagerName"."""
    name = plain_name(cell)
    return name if name in names else name.replace(" ", "")


def deduplicated(problems: Iterable[Problem], most: int = MOST_KEPT) -> Problems:
    """The problems by line, what is wrong with a column once, and at most `most` of them.

    A problem of a column lists the different cells that have it, with the number of their lines.
    """
    ordered = sorted(problems, key=lambda one: one.line)
    alike: dict[tuple[Any, ...], list[Problem]] = {}
    unknown_people = Counter(one.code for one in ordered if one.code in _UNKNOWN_PEOPLE)
    for problem in ordered:
        alone = problem.code in _OF_A_PERSON and unknown_people[problem.code] < PEOPLE_GROUPED_FROM
        key = (problem.code, problem.values.get("column"))
        alike.setdefault((*key, problem.line) if alone else key, []).append(problem)
    kept = sorted(map(_together, alike.values()), key=lambda one: one.line)
    more = sum(one.others + 1 for one in kept[most:])
    return Problems(tuple(map(_short, kept[:most])), more, len({one.line for one in ordered}))


def _together(group: Sequence[Problem]) -> Problem:
    """One problem for all lines that have it."""
    lines = len({one.line for one in group})
    if lines == 1:
        return group[0]
    cells = counted(str(one.values["value"]) for one in group if one.values.get("value"))
    if len(cells) < 2:
        return replace(group[0], others=lines - 1)
    differ = len(cells) > VALUES_LISTED and len(cells) > lines / 2 and group[0].code not in _LISTED_WHOLLY
    shown = tuple(cells[: EXAMPLES if differ else VALUES_LISTED])
    return replace(group[0], others=lines - 1, cells=shown, more_cells=len(cells) - len(shown))


def counted(cells: Iterable[str]) -> list[tuple[str, int]]:
    """The different cells as they were first written, and how often each occurs, the most frequent first."""
    first: dict[str, str] = {}
    often: Counter[str] = Counter()
    for cell in cells:
        name = plain_name(cell)
        first.setdefault(name, cell)
        often[name] += 1
    return [(first[name], number) for name, number in often.most_common()]


def _short(problem: Problem) -> Problem:
    """With as much of each cell as is shown."""
    values = {
        name: f"{value[:SHOWN]}…" if isinstance(value, str) and len(value) > SHOWN and name != "people" else value
        for name, value in problem.values.items()
    }
    cells = tuple((f"{cell[:SHOWN]}…" if len(cell) > SHOWN else cell, often) for cell, often in problem.cells)
    return replace(problem, values=values, cells=cells)


_UNKNOWN_PEOPLE = frozenset(("person_unknown",))
_LISTED_WHOLLY = frozenset(("level_unknown", "person_unknown"))
_OF_A_PERSON = frozenset(
    (
        "person_unknown",
        "person_twice",
        "person_bot",
        "manager_self",
        "appraiser_self",
        "cycle",
        "cycle_too",
        "pair_unknown",
    )
)


def _places(header: Sequence[str], names: Names) -> dict[str, int]:
    """The index of each column. Of two candidates, such as an e-mail address and a number, the first in `names`."""
    rank = {name: at for at, name in enumerate(names)}
    places: dict[str, int] = {}
    called = [heading(cell[:LONGEST_HEADING], names) for cell in header]
    for at, cell in sorted(enumerate(header), key=lambda one: rank.get(called[one[0]], len(rank))):
        name = called[at]
        column = names.get(name)
        if column in places and called[places[column]] == name:
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
        elif max(map(len, cells)) > LONGEST_CELL:
            problems.append(Problem(line, "cell_long", {"high": LONGEST_CELL}))
        else:
            rows.append(Row(line, {name: cells[at] for name, at in places.items() if at < len(cells)}))
    return tuple(rows), tuple(problems)
