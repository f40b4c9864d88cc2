"""A company from HR's roster, the same file as for `match` and `roster import`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from zoneinfo import available_timezones

from bot.domain.programme import TOPICS
from bot.domain.sheet_rows import Names, Problem, Row, deduplicated
from bot.domain.signup import Level, Profile, Role
from bot.rehearsal.company import HOW_OFTEN, Member, hr_people
from bot.spreadsheets.match_cells import INDONESIAN, ZONE, WrongCell
from bot.spreadsheets.match_people import (
    ROLE_COLUMNS_MISSING,
    TOPICS_MISSING,
    People,
    Vocabulary,
    plain_person,
    read_level,
    read_people,
)
from bot.spreadsheets.problem_texts import describe_problem
from prompts.catalogue import Catalogue, Texts

FEWEST, MOST = 4, 500
"""The minimum and maximum number of participants."""
TOPICS_DRAWN = 4
DRAWN = (TOPICS_MISSING, ROLE_COLUMNS_MISSING)
"""Problems for which a rehearsal draws what is missing."""


class WrongRoster(Exception):
    """The file cannot be used. The message says why, one line for each problem; `problems` are those of its cells."""

    def __init__(self, lines: Sequence[str], problems: Sequence[Problem] = ()) -> None:
        super().__init__("\n".join(lines))
        self.problems = problems


@dataclass(frozen=True)
class Roster:
    """A company with HR's two people, and findings about its file."""

    members: list[Member] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    @property
    def taking_part(self) -> int:
        return sum(one.role is not None for one in self.members)


def read_roster(content: bytes, catalogue: Catalogue, texts: Texts, seed: int, titles: Names | None = None) -> Roster:
    """All people in the file, and two of HR from the sample company.

    People without a role and topics get a role by their level; missing topics are drawn by the seed,
    as behaviours are. `titles` are job titles that are mapped to levels. Raises `WrongRoster`, with everything that is
    wrong, and `bot.domain.sheet_rows.Unreadable` if the whole file is unusable.
    """
    vocabulary = Vocabulary.of(catalogue, titles)
    sheet, people = read_people(content, vocabulary)
    profiles = {one.id: one for one in people.profiles}
    problems = {(one.line, one.code): one for one in people.problems if one.code not in DRAWN}
    random = Random(seed)
    names = _names(people)
    members = []
    listed: set[int] = set()
    for row in sheet.rows:
        number = people.ids.get(plain_person(row["person"]), 0)
        if number in listed or not number:
            continue  # the same row again, or one without a person
        listed.add(number)
        wrong, place = _wrong_cells(row, profiles.get(number), vocabulary)
        for problem in wrong:
            problems.setdefault((problem.line, problem.code), problem)
        if place:
            members.append(_member(row, names, number, people, profiles, place, random))
    if problems:
        told = deduplicated(problems.values())
        lines = [f"{one.line}: {describe_problem(texts, one)}" for one in told.kept]
        raise WrongRoster(lines, list(problems.values()))
    roster = Roster([*members, *hr_people()], people.notes)
    if not FEWEST <= roster.taking_part <= MOST:
        raise WrongRoster([f"{roster.taking_part} people would take part; a rehearsal needs {FEWEST} to {MOST}"])
    return roster


@dataclass(frozen=True)
class _Place:
    """Where and at which level a person works."""

    level: Level
    zone: str


def _wrong_cells(row: Row, profile: Profile | None, vocabulary: Vocabulary) -> tuple[list[Problem], _Place | None]:
    """What is wrong with cells that a rehearsal needs of everyone; if nothing is, what they say."""
    wrong = []
    level = profile.level if profile else None
    if level is None:
        try:
            level = read_level(row["level"], vocabulary)
        except WrongCell as cell:
            wrong.append(Problem(row.line, cell.code, cell.values))
    zone = INDONESIAN.get(row["zone"].casefold(), row["zone"]) or ZONE
    if zone not in available_timezones():
        wrong.append(Problem(row.line, "zone_unknown", {"value": row["zone"]}))
    return wrong, None if wrong or level is None else _Place(level, zone)


def _names(people: People) -> dict[int, str]:
    """Unique names for all people."""
    taken: dict[str, int] = {one.name: 1 for one in hr_people()}
    names = {}
    for number in sorted(people.keys):
        name = people.shown(number)
        taken[name] = taken.get(name, 0) + 1
        names[number] = name if taken[name] == 1 else f"{name} ({taken[name]})"
    return names


def _member(
    row: Row,
    names: Mapping[int, str],
    number: int,
    people: People,
    profiles: Mapping[int, Profile],
    place: _Place,
    random: Random,
) -> Member:
    profile, level = profiles.get(number), place.level
    role = profile.role if profile else None
    if role is None and number not in people.managers:
        role = Role.LEADER if level >= Level.MANAGER else Role.MENTOR
    manager = profile.manager if profile else people.number_of(row["manager"])
    offers = {one.topic: one.level for one in profile.offers if one.topic in TOPICS} if profile else {}
    wishes = {one.topic: one.priority for one in profile.wishes if one.topic in TOPICS} if profile else {}
    learns, teaches = role is not None and role.learns, role is not None and role.teaches
    (persona,) = random.choices(list(HOW_OFTEN), list(HOW_OFTEN.values()))
    drawn = random.sample(TOPICS, TOPICS_DRAWN)
    member = Member(
        name=names[number],
        title=row["department"],
        department=row["department"] or "-",
        level=level,
        role=role,
        offers=offers,
        wishes=wishes,
        interests=(),
        address=random.choice(("bapak", "ibu")) if learns else "kamu",
        manager=names.get(manager, "") if manager else "",
        zone=place.zone,
        persona=persona,
    )
    if teaches and not offers:
        member = replace(member, offers=dict.fromkeys(drawn, 4))
    if learns and not wishes:
        member = replace(member, wishes=dict.fromkeys(drawn, 2))
    return member
