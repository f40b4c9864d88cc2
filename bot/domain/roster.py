"""HR's roster as a file: who reports to whom, and other data of people that the matching rules use."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.domain.managers import circles
from bot.domain.sheet_rows import Names, Problem, Row, Sheet, plain_name
from bot.domain.signup import Level

COLUMNS = ("person", "name", "manager", "department", "level", "start", "appraiser")
LONGEST_DEPARTMENT = 80
EXCEL_DAY_0 = date(1899, 12, 30)
SLACK_ID = re.compile(r"[UW][A-Z0-9]{4,}")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\- ](\d{1,2}|[^\W\d]{3,})[/.\- ,]+(\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[ T].*)?")


@dataclass(frozen=True)
class Vocabulary:
    """The recognised words: names of columns, levels and months, and the words for "there is none"."""

    columns: Names
    levels: Names
    months: Mapping[str, int]
    """The first three letters of a month → its number."""
    nothing: frozenset[str]


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


class _Wrong(Exception):
    def __init__(self, code: str, **values: Any) -> None:
        self.code, self.values = code, values


NEEDED = ("person",)
"""The required columns of a roster."""


def read_roster(sheet: Sheet, words: Vocabulary) -> File:
    """The lines of a roster, one per person."""
    lines: dict[str, Line] = {}
    problems = list(sheet.problems)
    for row in sheet.rows:
        try:
            line = _line(row, words)
            if line.person in lines:
                raise _Wrong("person_twice", value=row["person"], first=lines[line.person].line)
        except _Wrong as wrong:
            problems.append(Problem(row.line, wrong.code, wrong.values))
        else:
            lines[line.person] = line
    return File(tuple(lines.values()), tuple(problems), sheet.unknown)


def _line(row: Row, words: Vocabulary) -> Line:
    person = who(row["person"])
    if not person:
        raise _Wrong("person_missing")
    said, none = row["manager"], row["manager"] != "" and plain_name(row["manager"]) in words.nothing
    manager = None if none or not said else who(said)
    appraiser = None if plain_name(row["appraiser"]) in words.nothing else who(row["appraiser"]) or None
    for code, one in (("manager_self", manager), ("appraiser_self", appraiser)):
        if one == person:
            raise _Wrong(code, value=row["person"])
    department = " ".join(row["department"].split())
    if len(department) > LONGEST_DEPARTMENT:
        raise _Wrong("department_long", high=LONGEST_DEPARTMENT)
    return Line(
        row.line,
        person,
        manager,
        none,
        appraiser,
        department or None,
        _level(row["level"], words),
        _day(row["start"], words),
    )


def who(text: str) -> str:
    """An e-mail address in lower case, or a Slack id in upper case; anything else unchanged."""
    text = text.strip().removeprefix("mailto:")
    if mention := _MENTION.fullmatch(text):
        return mention[1]
    bare = text.removeprefix("@")
    return bare.upper() if SLACK_ID.fullmatch(bare.upper()) and "@" not in bare else text.lower()


def _level(text: str, words: Vocabulary) -> int | None:
    if not text or (plain_name(text) in words.nothing):
        return None
    code = words.levels.get(plain_name(text).removesuffix(" 0"))
    if code is None:
        raise _Wrong("level_unknown", value=text)
    return int(Level[code.upper()])


def _day(text: str, words: Vocabulary) -> date | None:
    """A day as people and Excel write it: the day before the month, the month as a number or a word, or a serial
    number."""
    if not text or plain_name(text) in words.nothing:
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
    raise _Wrong("start_unknown", value=text)


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
    for one in file.lines:
        if wrong := next(_strangers(one, ids, bots), None):
            problems.append(Problem(one.line, *wrong))
        elif (twice := entries.get(ids[one.person])) is not None:
            problems.append(Problem(one.line, "person_twice", {"value": one.person, "first": twice.line}))
        else:
            entries[ids[one.person]] = ResolvedLine(
                one.line,
                ids[one.person],
                ids[one.manager] if one.manager else None,
                one.no_manager,
                ids[one.appraiser] if one.appraiser else None,
                one.department,
                one.level,
                one.started_on,
            )
    names = {slack_id: called for called, slack_id in ids.items()}
    problems += _circles(entries, managers, names)
    bad = {problem.line for problem in problems}
    good = [entry for entry in entries.values() if entry.line not in bad]
    return good, sorted(problems, key=lambda one: one.line)


def _strangers(one: Line, ids: Mapping[str, str], bots: frozenset[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind, called in (("person", one.person), ("manager", one.manager), ("appraiser", one.appraiser)):
        if called and called not in ids:
            yield f"{kind}_unknown", {"value": called}
        elif called and ids[called] in bots:
            yield "person_bot", {"value": called}
    if one.manager and ids.get(one.manager) == ids.get(one.person):
        yield "manager_self", {"value": one.person}
    if one.appraiser and ids.get(one.appraiser) == ids.get(one.person):
        yield "appraiser_self", {"value": one.person}


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
