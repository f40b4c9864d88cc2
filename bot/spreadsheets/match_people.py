"""Converts the rows of a spreadsheet to profiles. Every unusable row is reported with its line."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import ceil, floor
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.managers import circles
from bot.domain.sheet_rows import Names, Problem, Row, Sheet, plain_name
from bot.domain.signup import Level, Offer, Profile, Role, Wish, hours_mask
from bot.spreadsheets import read_table
from bot.spreadsheets import vocabulary as words
from prompts.catalogue import DEFAULT_LANGUAGE, Catalogue

COLUMNS = (
    "person",
    "name",
    "role",
    "level",
    "department",
    "manager",
    "appraiser",
    "offers",
    "wishes",
    "interests",
    "formats",
    "cadences",
    "languages",
    "mentor_places",
    "mentee_places",
    "hours",
    "zone",
    "past",
    "avoids",
)
NEEDED = ("person", "level", "manager")
MOST_PLACES = 50
OFFER_LEVEL, WISH_PRIORITY = 3, 2
"""The value of a topic without a number."""
MENTOR_PLACES, MENTEE_PLACES = 2, 1
ZONE = "Asia/Jakarta"
INDONESIAN = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}
A_MONDAY = date(2027, 1, 4)
"""The week used where daylight saving time would make a difference."""
_NUMBERED = re.compile(r"^(?P<topic>.*?\S)\s*(?:[:=/]\s*|\(\s*|\s)(?P<number>\d+)\s*\)?$", re.DOTALL)
_HOURS = re.compile(r"^(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|—|to|sampai|s/d)\s*(\d{1,2})(?:[:.](\d{2}))?$")


class _Wrong(Exception):
    """A cell cannot be interpreted."""

    def __init__(self, code: str, **values: Any) -> None:
        self.code, self.values = code, values


@dataclass(frozen=True)
class Vocabulary:
    """The recognised words of the cells."""

    columns: Names
    levels: Names
    roles: Names
    topics: Names
    interests: Names
    formats: Names
    cadences: Names
    languages: Names
    nothing: frozenset[str]

    @classmethod
    def of(cls, catalogue: Catalogue) -> "Vocabulary":
        return cls(
            columns=words.columns(catalogue, COLUMNS),
            levels=words.levels(catalogue),
            roles={**words.labelled(catalogue, "roles"), **words.listed(catalogue, "roles", list(Role))},
            topics=words.labelled(catalogue, "topics"),
            interests=words.labelled(catalogue, "interests"),
            formats=words.labelled(catalogue, "formats"),
            cadences=words.labelled(catalogue, "cadences"),
            languages=words.languages(catalogue),
            nothing=words.nothing(catalogue),
        )


@dataclass
class People:
    """All people in the file. Ids are assigned here; `keys` are the file's identifiers of people, `names` their
    names."""

    profiles: list[Profile] = field(default_factory=list)
    keys: dict[int, str] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    managers: dict[int, int | None] = field(default_factory=dict)
    """The managers of people who do not take part."""
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    """Warnings for HR about rows that are used."""
    ids: dict[str, int] = field(default_factory=dict)
    """A person's normalised name → their id."""
    topics: dict[str, str] = field(default_factory=dict)
    """Topics of the company's own, as they were first written."""

    def shown(self, number: int) -> str:
        """A person's name for messages."""
        return self.names.get(number) or self.keys[number]


def read_people(content: bytes, vocabulary: Vocabulary) -> tuple[Sheet, People]:
    """Read the file. Raises `Unreadable` if the whole file is unusable."""
    sheet = _sheet(content, vocabulary)
    people = People(problems=list(sheet.problems))
    ids = _number(sheet, people)
    reader = _Reader(vocabulary, people)
    for row in sheet.rows:
        if row.line in ids:
            try:
                reader.read(row, ids[row.line])
            except _Wrong as wrong:
                people.problems.append(Problem(row.line, wrong.code, wrong.values))
    people.problems += _circles(people, {number: line for line, number in ids.items()})
    people.problems.sort(key=lambda one: one.line)
    return sheet, people


def _circles(people: People, lines: dict[int, int]) -> Iterable[Problem]:
    managers = {**{one.id: one.manager for one in people.profiles}, **people.managers}
    for circle in circles(managers):
        first = min(circle, key=lambda one: lines[one])
        at = circle.index(first)
        ordered = [people.shown(one) for one in (*circle[at:], *circle[:at], first)]
        yield Problem(lines[first], "cycle", {"people": " → ".join(ordered)})


def _sheet(content: bytes, vocabulary: Vocabulary) -> Sheet:
    """The table; if no column has addresses or numbers, people are identified by their names."""
    needed = [column for column in NEEDED if column != "person"]
    sheet = read_table(content, vocabulary.columns, needed)
    if "person" in sheet.columns:
        return sheet
    as_person = {
        plain: "person" if column == "name" else column
        for plain, column in vocabulary.columns.items()
        if column != "person"
    }
    return read_table(content, as_person, NEEDED)


def _number(sheet: Sheet, people: People) -> dict[int, int]:
    """Give everybody an id in the order of their names, so that the order of rows does not matter; by line."""
    lines: dict[str, int] = {}
    for row in sheet.rows:
        key = plain_person(row["person"])
        if not key:
            people.problems.append(Problem(row.line, "person_missing", {}))
        elif key in lines:
            twice = {"value": row["person"], "first": lines[key]}
            people.problems.append(Problem(row.line, "person_twice", twice))
        else:
            lines[key] = row.line
    people.ids.update((key, number) for number, key in enumerate(sorted(lines), 1))
    ids = {lines[key]: number for key, number in people.ids.items()}
    known_as: dict[str, list[int]] = {}
    for row in sheet.rows:
        if row.line in ids:
            people.keys[ids[row.line]] = row["person"]
            if row["name"]:
                people.names[ids[row.line]] = row["name"]
                known_as.setdefault(plain_person(row["name"]), []).append(ids[row.line])
    for name, who in known_as.items():
        if len(who) == 1:
            people.ids.setdefault(name, who[0])
    return ids


def plain_person(text: str) -> str:
    """A normalised name or address; dots and dashes count in addresses."""
    return " ".join(text.casefold().split()) if "@" in text else plain_name(text)


@dataclass
class _Reader:
    """Reads one row after the other into `people`."""

    words: Vocabulary
    people: People

    def read(self, row: Row, number: int) -> None:
        manager, known = self._manager(row, number)
        offers = tuple(Offer(topic, n) for topic, n in self._topics(row["offers"], 5, OFFER_LEVEL))
        wishes = tuple(Wish(topic, n) for topic, n in self._topics(row["wishes"], 3, WISH_PRIORITY))
        role = self._role(row, bool(offers), bool(wishes))
        if role is None:
            self.people.managers[number] = manager
            return
        self.people.profiles.append(
            Profile(
                id=number,
                role=role,
                level=self._level(row),
                department=plain_name(row["department"]),
                offers=offers if role.teaches else (),
                wishes=wishes if role.learns else (),
                interests=self._choices(row, "interests", self.words.interests, free=True),
                formats=self._choices(row, "formats", self.words.formats),
                cadences=self._choices(row, "cadences", self.words.cadences),
                languages=self._choices(row, "languages", self.words.languages, free=True)
                or frozenset({DEFAULT_LANGUAGE}),
                mentor_capacity=self._places(row["mentor_places"], MENTOR_PLACES if role.teaches else 0),
                mentee_capacity=self._places(row["mentee_places"], MENTEE_PLACES if role.learns else 0),
                free_hours=_free_hours(row["hours"], row["zone"]),
                manager=manager,
                manager_known=known,
                appraisers=self._named(row, "appraiser", number),
                past=self._named(row, "past", number),
                avoids=self._named(row, "avoids", number),
            )
        )

    def _role(self, row: Row, teaches: bool, learns: bool) -> Role | None:
        """None for a person who is only in the file for the reporting line."""
        said = plain_name(row["role"])
        if row["role"] and said in self.words.nothing:
            return None
        if row["role"]:
            if said not in self.words.roles:
                raise _Wrong("role_unknown", value=row["role"])
            return Role(self.words.roles[said])
        if not (teaches or learns):
            raise _Wrong("topics_missing")
        return Role.BOTH if teaches and learns else Role.MENTOR if teaches else Role.MENTEE

    def _level(self, row: Row) -> Level:
        if not row["level"]:
            raise _Wrong("level_missing")
        code = self.words.levels.get(plain_name(row["level"]).removesuffix(" 0"))
        if code is None:
            raise _Wrong("level_unknown", value=row["level"])
        return Level[code.upper()]

    def _manager(self, row: Row, number: int) -> tuple[int | None, bool]:
        """An empty cell means unknown; the reporting line of a person who is not in the file is unknown."""
        said = row["manager"]
        if not said:
            self.people.notes.append(Problem(row.line, "manager_empty", {"value": row["person"]}))
            return None, False
        if plain_name(said) in self.words.nothing:
            return None, True
        return self._outsider(row.line, said, number), True

    def _outsider(self, line: int, said: str, number: int) -> int:
        key = plain_person(said)
        if key not in self.people.ids:
            self.people.notes.append(Problem(line, "manager_outside", {"value": said}))
            self.people.ids[key] = len(self.people.ids) + 1_000_000
        if self.people.ids[key] == number:
            raise _Wrong("manager_self", value=said)
        return self.people.ids[key]

    def _named(self, row: Row, column: str, number: int) -> frozenset[int]:
        """Other people of the file."""
        found = set()
        for said in _several(row[column]):
            if plain_name(said) in self.words.nothing:
                continue
            if (who := self.people.ids.get(plain_person(said))) is None:
                raise _Wrong("name_unknown", value=said, column=column)
            found.add(who)
        return frozenset(found - {number})

    def _topics(self, cell: str, most: int, usual: int) -> list[tuple[str, int]]:
        found: dict[str, int] = {}
        for said in _several(cell, known=lambda text: plain_name(text) in self.words.topics):
            if plain_name(said) in self.words.nothing:
                continue
            numbered = None if plain_name(said) in self.words.topics else _NUMBERED.match(said)
            name, number = (numbered["topic"], int(numbered["number"][:9])) if numbered else (said, usual)
            topic = self.words.topics.get(plain_name(name)) or self.people.topics.setdefault(plain_name(name), name)
            if not 1 <= number <= most:
                raise _Wrong("topic_level", value=said, low=1, high=most)
            if topic in found:
                raise _Wrong("topic_twice", value=name)
            found[topic] = number
        return list(found.items())

    def _choices(self, row: Row, column: str, names: Names, *, free: bool = False) -> frozenset[str]:
        """Several codes; with `free`, other words are allowed."""
        found = set()
        for said in _several(row[column], known=lambda text: plain_name(text) in names):
            plain = plain_name(said)
            if plain in names:
                found.add(names[plain])
            elif free and plain not in self.words.nothing:
                found.add(plain)
            elif plain not in self.words.nothing:
                raise _Wrong("choice_unknown", value=said, column=column)
        return frozenset(found)

    def _places(self, cell: str, usual: int) -> int:
        text = cell.removesuffix(".0").removesuffix(",0")
        if not text:
            return usual
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) <= MOST_PLACES):
            raise _Wrong("places_unknown", value=cell, low=0, high=MOST_PLACES)
        return int(text)


def _several(cell: str, known: Callable[[str], bool] = lambda _text: False) -> list[str]:
    """The parts of a cell: by semicolons, bars or lines, or else by commas, but for those within a name or brackets."""
    if not cell.strip():
        return []
    if known(cell):
        return [cell]
    parts = [part.strip() for part in re.split(r"[;|\r\n]+", cell)]
    if len(parts) == 1:
        parts = [part.strip() for part in re.split(r",(?![^(]*\))", cell)]
    return [part for part in parts if part]


def _free_hours(hours: str, zone: str) -> int:
    if not hours and not zone:
        return 0
    return _mask(hours or "09:00-17:00", zone or "WIB")


@lru_cache(maxsize=4096)
def _mask(hours: str, zone: str) -> int:
    """The hours of the week in UTC that lie wholly in these hours of Monday to Friday."""
    found = _HOURS.match(hours.strip())
    opens, closes = [_minutes(found[i], found[i + 1]) for i in (1, 3)] if found else (0, 0)
    if not 0 <= opens < closes <= 24 * 60:
        raise _Wrong("hours_unknown", value=hours)
    there = _zone(zone)
    free: set[int] = set()
    for day in range(5):
        midnight = datetime.combine(A_MONDAY + timedelta(days=day), time(), there)
        east = (midnight.utcoffset() or timedelta()) // timedelta(minutes=1)
        first, last = ((24 * 60 * day + wall - east) / 60 for wall in (opens, closes))
        free.update(hour % 168 for hour in range(ceil(first), floor(last)))
    return hours_mask(free)


def _minutes(hour: str, minute: str | None) -> int:
    return int(hour) * 60 + int(minute or 0) if int(minute or 0) < 60 else -1


def _zone(text: str) -> ZoneInfo:
    name = INDONESIAN.get(text.strip().casefold(), text.strip())
    if name not in available_timezones():
        raise _Wrong("zone_unknown", value=text)
    return ZoneInfo(name)


def read_couples(content: bytes, catalogue: Catalogue, people: People) -> tuple[list[tuple[int, int]], list[Problem]]:
    """The pairs (mentee, mentor) of a file with these two columns, such as one written by this command."""
    names = words.columns(catalogue, ("mentor", "mentee"))
    sheet = read_table(content, names, ("mentor", "mentee"))
    learns = {profile.id for profile in people.profiles if profile.role.learns}
    teaches = {profile.id for profile in people.profiles if profile.role.teaches}
    couples: list[tuple[int, int]] = []
    problems = list(sheet.problems)
    for row in sheet.rows:
        sides: Iterable[tuple[str, set[int]]] = (("mentee", learns), ("mentor", teaches))
        found = [(row[side], people.ids.get(plain_person(row[side])), there) for side, there in sides]
        strangers = [said for said, who, there in found if who not in there]
        if strangers:
            problems.append(Problem(row.line, "pair_unknown", {"value": strangers[0] or "?"}))
        else:
            couples.append((found[0][1] or 0, found[1][1] or 0))
    return couples, problems
