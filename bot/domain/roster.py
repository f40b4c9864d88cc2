"""HR's roster as a file: who reports to whom, and other data of people that the matching rules use."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from bot.domain.person_names import known_as
from bot.domain.roster_job_titles import LONGEST_TITLE, Title, level_code, level_number
from bot.domain.roster_managers import circles
from bot.domain.sheet_rows import Names, Problem, Row, Sheet, Unreadable, counted, plain_name

COLUMNS = ("number", "person", "name", "manager", "department", "level", "start", "appraiser")
LONGEST_DEPARTMENT = 80
EXCEL_DAY_0 = date(1899, 12, 30)
SLACK_ID = re.compile(r"[UW][A-Z0-9]{4,}")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\- ](\d{1,2}|[^\W\d]{3,})[/.\- ,]+(\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[ T].*)?")


@dataclass(frozen=True)
class Vocabulary:
    """The recognised words: names of columns, levels and months, and the words for "there is none".

    `titles`: job titles that HR mapped to levels."""

    columns: Names
    levels: Names
    months: Mapping[str, int]
    """The first three letters of a month → its number."""
    nothing: frozenset[str]
    titles: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One person as in the file; people are e-mail addresses or Slack ids. None: the file does not say."""

    line: int
    person: str
    manager: str | None = None
    no_manager: bool = False
    appraiser: str | None = None
    department: str | None = None
    level: int | None = None
    started_on: date | None = None

    @property
    def people(self) -> tuple[str, ...]:
        """All people whom the line names."""
        return tuple(one for one in (self.person, self.manager, self.appraiser) if one)


@dataclass(frozen=True)
class File:
    """The valid lines, the problems of the others, and unknown columns."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]
    unknown: tuple[str, ...] = ()
    titles: tuple[Title, ...] = ()
    """What is in the level column and is no level, the most frequent first."""


NEEDED = ()
"""The required columns of a roster. One with people is required as well: `read_roster` finds it."""


def read_roster(sheet: Sheet, words: Vocabulary) -> File:
    """The lines of a roster, one per person. Raises `Unreadable`: person_column_missing, person_column_wrong."""
    rows = _with_person(sheet)
    named, levels = _Named.of(rows), {**words.titles, **words.levels}
    lines: dict[str, Line] = {}
    problems = list(sheet.problems)
    for row in rows:
        line, wrong = _line(row, words, levels, named)
        if line.person and (twin := lines.get(line.person)):
            wrong.append(Problem(row.line, "person_twice", {"value": row["person"], "first": twin.line}))
        problems += wrong
        if not wrong:
            lines[line.person] = line
    return File(tuple(lines.values()), tuple(problems), sheet.unknown, _titles(rows, words))


def _with_person(sheet: Sheet) -> tuple[Row, ...]:
    """The rows, each with its person as an e-mail address or Slack id; what is there again of a person is left out."""
    column = "person" if "person" in sheet.columns else "number"
    if column not in sheet.columns:
        raise Unreadable("person_column_missing")
    different: dict[tuple[tuple[str, str], ...] | int, Row] = {}
    for row in sheet.rows:
        different.setdefault(tuple(row.cells.items()) if _is_address(row[column]) else row.line, row)
    rows = tuple(different.values())
    if column == "number":
        rows = tuple(replace(row, cells={**row.cells, "person": row["number"]}) for row in rows)
    filled = [row["person"] for row in rows if row["person"]]
    if len(filled) > 1 and not any(map(_is_address, filled)):
        raise Unreadable("person_column_wrong", value=filled[0], count=len(filled))
    return rows


def _is_address(cell: str) -> bool:
    return "@" in cell or bool(SLACK_ID.fullmatch(who(cell)))


@dataclass(frozen=True)
class _Named:
    """Who of the file has a name or an employee number: rosters name managers by these, too."""

    people: Mapping[str, str]

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "_Named":
        called: dict[str, set[str]] = {}
        for row in rows:
            for name in (*known_as(row["name"]), *filter(None, [plain_name(row["number"])])):
                called.setdefault(name, set()).add(who(row["person"]))
        return cls({name: person for name, people in called.items() if len(people) == 1 for person in people if person})

    def find(self, cell: str) -> str:
        """The address or id of the person in a cell; a person who is not in the file stays as written."""
        if not cell or _is_address(cell):
            return who(cell)
        return next((self.people[name] for name in known_as(cell) if name in self.people), " ".join(cell.split()))


def _line(row: Row, words: Vocabulary, levels: Names, named: _Named) -> tuple[Line, list[Problem]]:
    """The line, and everything that is wrong with it."""
    wrong: list[Problem] = []

    def problem(code: str, **values: Any) -> None:
        wrong.append(Problem(row.line, code, values))

    person = who(row["person"])
    if not person:
        problem("person_missing")
    said, none = row["manager"], row["manager"] != "" and plain_name(row["manager"]) in words.nothing
    manager = None if none or not said else named.find(said)
    appraiser = None if plain_name(row["appraiser"]) in words.nothing else named.find(row["appraiser"]) or None
    for code, one in (("manager_self", manager), ("appraiser_self", appraiser)):
        if person and one == person:
            problem(code, value=row["person"])
    department = " ".join(row["department"].split())
    if len(department) > LONGEST_DEPARTMENT:
        problem("department_long", high=LONGEST_DEPARTMENT)
    level, started_on = row["level"], None
    known = "" if _is_empty(level, words) else level_code(level, levels)
    if known is None:
        problem("level_unknown", value=level)
    try:
        started_on = _day(row["start"], words)
    except ValueError:
        problem("start_unknown", value=row["start"])
    number = level_number(known or None)
    return Line(row.line, person, manager, none, appraiser, department or None, number, started_on), wrong


def _is_empty(cell: str, words: Vocabulary) -> bool:
    return not cell or plain_name(cell) in words.nothing


def _titles(rows: Sequence[Row], words: Vocabulary) -> tuple[Title, ...]:
    cells = (row["level"] for row in rows)
    titles = counted(
        cell
        for cell in cells
        if not _is_empty(cell, words) and len(cell) <= LONGEST_TITLE and level_code(cell, words.levels) is None
    )
    return tuple(Title(name, lines, words.titles.get(plain_name(name))) for name, lines in titles)


def who(text: str) -> str:
    """An e-mail address in lower case, or a Slack id in upper case; anything else unchanged."""
    text = text.strip().removeprefix("mailto:")
    if mention := _MENTION.fullmatch(text):
        return mention[1]
    bare = text.removeprefix("@")
    return bare.upper() if SLACK_ID.fullmatch(bare.upper()) and "@" not in bare else text.lower()


def _day(text: str, words: Vocabulary) -> date | None:
    """A day as people and Excel write it: the day before the month, the month as a number or a word, or a serial
    number. Raises `ValueError`."""
    if _is_empty(text, words):
        return None
    try:
        if text.isascii() and text.isdigit() and len(text) == 5:
            return EXCEL_DAY_0 + timedelta(days=int(text))
        if found := _YEAR_FIRST.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DAY_FIRST.fullmatch(text.split("T")[0].strip()):
            month = int(found[2]) if found[2].isdigit() else words.months[plain_name(found[2])[:3]]
            year = int(found[3]) if len(found[3]) == 4 else int(found[3]) + (1900 if int(found[3]) > 69 else 2000)
            return date(year, month, int(found[1]))
    except (ValueError, KeyError):
        pass
    raise ValueError(text)


@dataclass(frozen=True, slots=True)
class ResolvedLine:
    """A line whose people are all known, by their Slack ids."""

    line: int
    person: str
    manager: str | None
    no_manager: bool
    appraiser: str | None
    department: str | None
    level: int | None
    started_on: date | None


def resolved(
    file: File, ids: Mapping[str, str], bots: frozenset[str], managers: Mapping[str, str | None]
) -> tuple[list[ResolvedLine], list[Problem]]:
    """The lines whose people were all found, and all problems, by line.

    `ids` maps the file's addresses and ids to Slack ids; `managers` has the stored reporting lines.
    """
    problems = list(file.problems)
    entries: dict[str, ResolvedLine] = {}
    for line in file.lines:
        if wrong := next(_strangers(line, ids, bots), None):
            problems.append(Problem(line.line, *wrong))
        elif (twice := entries.get(ids[line.person])) is not None:
            problems.append(Problem(line.line, "person_twice", {"value": line.person, "first": twice.line}))
        else:
            entries[ids[line.person]] = ResolvedLine(
                line.line,
                ids[line.person],
                ids[line.manager] if line.manager else None,
                line.no_manager,
                ids[line.appraiser] if line.appraiser else None,
                line.department,
                line.level,
                line.started_on,
            )
    names = {slack_id: called for called, slack_id in ids.items()}
    problems += _circles(entries, managers, names)
    bad = {problem.line for problem in problems}
    good = [entry for entry in entries.values() if entry.line not in bad]
    return good, sorted(problems, key=lambda one: one.line)


def _strangers(line: Line, ids: Mapping[str, str], bots: frozenset[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind, called in (("person", line.person), ("manager", line.manager), ("appraiser", line.appraiser)):
        if called and called not in ids:
            yield f"{kind}_unknown", {"value": called}
        elif called and ids[called] in bots:
            yield "person_bot", {"value": called}
    if line.manager and ids.get(line.manager) == ids.get(line.person):
        yield "manager_self", {"value": line.person}
    if line.appraiser and ids.get(line.appraiser) == ids.get(line.person):
        yield "appraiser_self", {"value": line.person}


def _circles(
    entries: Mapping[str, ResolvedLine], managers: Mapping[str, str | None], names: Mapping[str, str]
) -> Iterator[Problem]:
    """A cycle is a problem of every row in it, since only HR can say which is wrong; it is reported at the first."""
    told = {one.person: one.manager for one in entries.values() if one.manager or one.no_manager}
    for circle in circles({**managers, **told}):
        around = " → ".join(names.get(one, one) for one in (*circle, circle[0]))
        lines = sorted(entries[one].line for one in circle if one in told)
        yield from (Problem(line, "cycle", {"people": around}) for line in lines[:1])
        yield from (Problem(line, "cycle_too", {"first": lines[0]}) for line in lines[1:])
