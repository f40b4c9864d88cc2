"""Converts the rows of a spreadsheet to profiles. Every unusable row is reported with its line."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from bot.domain.person_names import first_name_first
from bot.domain.person_names import known_as as names_of
from bot.domain.roster_job_titles import NO_LEVEL, level_code
from bot.domain.roster_managers import circles
from bot.domain.sheet_rows import Names, Problem, Row, Sheet, plain_name
from bot.domain.signup import Level, Offer, Profile, Role, Wish
from bot.spreadsheets import read_table
from bot.spreadsheets import vocabulary as words
from bot.spreadsheets.match_cells import WrongCell, free_hours, several
from prompts.catalogue import DEFAULT_LANGUAGE, Catalogue

T = TypeVar("T")

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
SAYING_ROLES = frozenset(("role", "offers", "wishes"))
TOPICS_MISSING = "topics_missing"
ROLE_COLUMNS_MISSING = "role_columns_missing"
OUTSIDE = 1_000_000
"""Managers who are not in the file have ids from here on."""
MOST_PLACES = 50
OFFER_LEVEL, WISH_PRIORITY = 3, 2
"""The value of a topic without a number."""
MENTOR_PLACES, LEADER_PLACES = 2, 1
_NUMBERED = re.compile(r"^(?P<topic>.*?\S)\s*(?:[:=/]\s*|\(\s*|\s)(?P<number>\d+)\s*\)?$", re.DOTALL)


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
    def of(cls, catalogue: Catalogue, titles: Names | None = None) -> "Vocabulary":
        """`titles`: job titles that HR mapped to levels."""
        return cls(
            columns=words.columns(catalogue, COLUMNS),
            levels={**(titles or {}), **words.levels(catalogue)},
            roles={**words.labelled(catalogue, "roles"), **words.listed(catalogue, "roles", list(Role))},
            topics=words.topics(catalogue),
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

    def number_of(self, cell: str) -> int | None:
        """The id of the person whom a cell names, as "Santoso, Budi" or "Budi Santoso"; None for nobody we know."""
        names = (plain_person(cell), *(names_of(cell) if "@" not in cell else ()))
        return next((self.ids[name] for name in names if name in self.ids), None)


def read_people(content: bytes, vocabulary: Vocabulary) -> tuple[Sheet, People]:
    """Read the file. Raises `Unreadable` if the whole file is unusable."""
    sheet = _sheet(content, vocabulary)
    people = People(problems=list(sheet.problems))
    ids = _number(sheet, people)
    reader = _Reader(vocabulary, people, asks_roles=bool(SAYING_ROLES & sheet.columns))
    for row in sheet.rows:
        if row.line in ids:
            reader.read(row, ids[row.line])
    if not reader.asks_roles and sheet.rows:
        people.problems.append(Problem(sheet.rows[0].line, ROLE_COLUMNS_MISSING, {}))
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
    """Give everyone an id in the order of their names, so that the order of rows does not matter; by line."""
    lines: dict[str, int] = {}
    first: dict[str, Row] = {}
    for row in sheet.rows:
        key = plain_person(row["person"])
        if not key:
            people.problems.append(Problem(row.line, "person_missing", {}))
        elif key in lines and row.cells == first[key].cells:
            continue  # the same row again
        elif key in lines:
            twice = {"value": row["person"], "first": lines[key]}
            people.problems.append(Problem(row.line, "person_twice", twice))
        else:
            lines[key], first[key] = row.line, row
    people.ids.update((key, number) for number, key in enumerate(sorted(lines), 1))
    ids = {lines[key]: number for key, number in people.ids.items()}
    known_as: dict[str, set[int]] = {}
    for row in sheet.rows:
        if row.line in ids:
            people.keys[ids[row.line]] = row["person"]
            name = row["name"] or row["person"]
            if row["name"] or first_name_first(name) != name:
                people.names[ids[row.line]] = first_name_first(name)
            for called in names_of(name) if "@" not in name else ():
                known_as.setdefault(called, set()).add(ids[row.line])
    for called, who in known_as.items():
        if len(who) == 1:
            people.ids.setdefault(called, *who)
    return ids


def read_level(cell: str, vocabulary: Vocabulary) -> Level:
    """The level in a cell. Raises `WrongCell`: level_missing, level_unknown."""
    code = level_code(cell, vocabulary.levels) if cell else NO_LEVEL
    if code is None:
        raise WrongCell("level_unknown", value=cell)
    if code == NO_LEVEL:
        raise WrongCell("level_missing")
    return Level[code.upper()]


def plain_person(text: str) -> str:
    """A normalised name or address; dots and dashes count in addresses."""
    return " ".join(text.casefold().split()) if "@" in text else plain_name(text)


@dataclass
class _Reader:
    """Reads one row after the other into `people`."""

    words: Vocabulary
    people: People
    asks_roles: bool = True
    """Whether a column says who teaches and who learns."""
    _wrong: list[WrongCell] = field(default_factory=list)

    def read(self, row: Row, number: int) -> None:
        """Everything that is wrong with the row is reported, not only the first."""
        self._wrong = []
        unknown: tuple[int | None, bool] = (None, False)
        manager, known = self._try(lambda: self._manager(row, number), unknown)
        nobody: list[tuple[str, int]] = []
        offers = tuple(Offer(*one) for one in self._try(lambda: self._topics(row["offers"], 5, OFFER_LEVEL), nobody))
        wishes = tuple(Wish(*one) for one in self._try(lambda: self._topics(row["wishes"], 3, WISH_PRIORITY), nobody))
        wrong_topics = bool(self._wrong)
        some_role: Role | None = Role.MENTOR
        role = self._try(lambda: self._role(row, bool(offers) or wrong_topics, bool(wishes)), some_role)
        profile = self._profile(row, number, role, offers, wishes, manager, known=known) if role else None
        self.people.problems += [Problem(row.line, one.code, one.values) for one in self._wrong]
        if self._wrong or not self.asks_roles:
            return
        if profile is None:
            self.people.managers[number] = manager
        else:
            self.people.profiles.append(profile)

    def _profile(
        self,
        row: Row,
        number: int,
        role: Role,
        offers: tuple[Offer, ...],
        wishes: tuple[Wish, ...],
        manager: int | None,
        *,
        known: bool,
    ) -> Profile:
        nothing: frozenset[str] = frozenset()
        nobody: frozenset[int] = frozenset()
        attempt = self._try
        return Profile(
            id=number,
            role=role,
            level=attempt(lambda: self._level(row), Level.ENTRY),
            department=plain_name(row["department"]),
            offers=offers if role.teaches else (),
            wishes=wishes if role.learns else (),
            interests=attempt(lambda: self._choices(row, "interests", self.words.interests, free=True), nothing),
            formats=attempt(lambda: self._choices(row, "formats", self.words.formats), nothing),
            cadences=attempt(lambda: self._choices(row, "cadences", self.words.cadences), nothing),
            languages=attempt(lambda: self._choices(row, "languages", self.words.languages, free=True), nothing)
            or frozenset({DEFAULT_LANGUAGE}),
            mentor_capacity=attempt(
                lambda: self._places(row["mentor_places"], MENTOR_PLACES if role.teaches else 0), 0
            ),
            leader_capacity=attempt(lambda: self._places(row["mentee_places"], LEADER_PLACES if role.learns else 0), 0),
            free_hours=attempt(lambda: free_hours(row["hours"], row["zone"]), 0),
            manager=manager,
            manager_known=known,
            appraisers=attempt(lambda: self._named(row, "appraiser", number), nobody),
            past=attempt(lambda: self._named(row, "past", number), nobody),
            avoids=attempt(lambda: self._named(row, "avoids", number), nobody),
        )

    def _try(self, read: Callable[[], T], otherwise: T) -> T:
        try:
            return read()
        except WrongCell as wrong:
            self._wrong.append(wrong)
            return otherwise

    def _role(self, row: Row, teaches: bool, learns: bool) -> Role | None:
        """None for a person who is only in the file for the reporting line."""
        said = plain_name(row["role"])
        if row["role"] and said in self.words.nothing:
            return None
        if row["role"]:
            if said not in self.words.roles:
                raise WrongCell("role_unknown", value=row["role"])
            return Role(self.words.roles[said])
        if not (teaches or learns):
            if not self.asks_roles:
                return Role.MENTOR  # the columns are missing, which is said once
            raise WrongCell(TOPICS_MISSING)
        return Role.BOTH if teaches and learns else Role.MENTOR if teaches else Role.LEADER

    def _level(self, row: Row) -> Level:
        return read_level(row["level"], self.words)

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
        manager = self.people.number_of(said)
        if manager is None or manager >= OUTSIDE:
            self.people.notes.append(Problem(line, "manager_outside", {"value": said}))
        if manager is None:
            manager = self.people.ids[plain_person(said)] = len(self.people.ids) + OUTSIDE
        if manager == number:
            raise WrongCell("manager_self", value=said)
        return manager

    def _named(self, row: Row, column: str, number: int) -> frozenset[int]:
        """Other people of the file."""
        found = set()
        for said in several(row[column]):
            if plain_name(said) in self.words.nothing:
                continue
            if (who := self.people.number_of(said)) is None:
                raise WrongCell("name_unknown", value=said, column=column)
            found.add(who)
        return frozenset(found - {number})

    def _topics(self, cell: str, most: int, usual: int) -> list[tuple[str, int]]:
        found: dict[str, int] = {}
        for said in several(cell, known=lambda text: plain_name(text) in self.words.topics):
            if plain_name(said) in self.words.nothing:
                continue
            numbered = None if plain_name(said) in self.words.topics else _NUMBERED.match(said)
            name, number = (numbered["topic"], int(numbered["number"][:9])) if numbered else (said, usual)
            topic = self.words.topics.get(plain_name(name)) or self.people.topics.setdefault(plain_name(name), name)
            if not 1 <= number <= most:
                raise WrongCell("topic_level", value=said, low=1, high=most)
            if topic in found:
                raise WrongCell("topic_twice", value=name)
            found[topic] = number
        return list(found.items())

    def _choices(self, row: Row, column: str, names: Names, *, free: bool = False) -> frozenset[str]:
        """Several codes; with `free`, other words are allowed."""
        found = set()
        for said in several(row[column], known=lambda text: plain_name(text) in names):
            plain = plain_name(said)
            if plain in names:
                found.add(names[plain])
            elif free and plain not in self.words.nothing:
                found.add(plain)
            elif plain not in self.words.nothing:
                raise WrongCell("choice_unknown", value=said, column=column)
        return frozenset(found)

    def _places(self, cell: str, usual: int) -> int:
        text = cell.removesuffix(".0").removesuffix(",0")
        if not text:
            return usual
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) <= MOST_PLACES):
            raise WrongCell("places_unknown", value=cell, low=0, high=MOST_PLACES)
        return int(text)


def read_couples(content: bytes, catalogue: Catalogue, people: People) -> tuple[list[tuple[int, int]], list[Problem]]:
    """The pairs (leader, mentor) of a file with these two columns, such as one written by this command."""
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
