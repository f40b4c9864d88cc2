"""A company from HR's roster, the same file as for `match` and `roster import`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from zoneinfo import available_timezones

from bot.domain.programme import TOPICS
from bot.domain.sheet_rows import Problem, Row, plain_name
from bot.domain.signup import Level, Profile, Role
from bot.rehearsal.company import HOW_OFTEN, Member, hr_people
from bot.spreadsheets.match_people import INDONESIAN, ZONE, People, Vocabulary, plain_person, read_people
from prompts.catalogue import Catalogue, Texts

FEWEST, MOST = 4, 500
"""The minimum and maximum number of participants."""
TOPICS_DRAWN = 4
TOPICS_MISSING = "topics_missing"


class WrongRoster(Exception):
    """The file cannot be used. The message says why, in one line."""


@dataclass(frozen=True)
class Roster:
    """A company with HR's two people, and findings about its file."""

    members: list[Member] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    @property
    def taking_part(self) -> int:
        return sum(one.role is not None for one in self.members)


def read_roster(content: bytes, catalogue: Catalogue, texts: Texts, seed: int) -> Roster:
    """All people in the file, and two of HR from the sample company.

    People without a role and topics get a role by their level; missing topics are drawn by the seed,
    as behaviours are. Raises `WrongRoster`, and `bot.domain.sheet_rows.Unreadable` if the whole file is unusable.
    """
    vocabulary = Vocabulary.of(catalogue)
    sheet, people = read_people(content, vocabulary)
    for first in (one for one in people.problems if one.code != TOPICS_MISSING):
        raise WrongRoster(f"{first.line}: {texts.plain(f'spreadsheets.errors.{first.code}', **first.values)}")
    profiles = {one.id: one for one in people.profiles}
    random = Random(seed)
    names = _names(people)
    members = []
    for row in sheet.rows:
        number = people.ids[plain_person(row["person"])]
        members.append(_member(row, names, number, people, profiles, vocabulary, random, texts))
    roster = Roster([*members, *hr_people()], people.notes)
    if not FEWEST <= roster.taking_part <= MOST:
        raise WrongRoster(f"{roster.taking_part} people would take part; a rehearsal needs {FEWEST} to {MOST}")
    return roster


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
    vocabulary: Vocabulary,
    random: Random,
    texts: Texts,
) -> Member:
    profile = profiles.get(number)
    level = profile.level if profile else _level(row, vocabulary, texts)
    role = profile.role if profile else None
    if role is None and number not in people.managers:
        role = Role.MENTEE if level >= Level.MANAGER else Role.MENTOR
    manager = people.ids.get(plain_person(row["manager"]))
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
        zone=_zone(row, texts),
        persona=persona,
    )
    if teaches and not offers:
        member = replace(member, offers=dict.fromkeys(drawn, 4))
    if learns and not wishes:
        member = replace(member, wishes=dict.fromkeys(drawn, 2))
    return member


def _level(row: Row, vocabulary: Vocabulary, texts: Texts) -> Level:
    name = vocabulary.levels.get(plain_name(row["level"]))
    if name is None:
        code = "level_unknown" if row["level"] else "level_missing"
        raise WrongRoster(f"{row.line}: {texts.plain(f'spreadsheets.errors.{code}', value=row['level'])}")
    return Level[name.upper()]


def _zone(row: Row, texts: Texts) -> str:
    zone = INDONESIAN.get(row["zone"].casefold(), row["zone"]) or ZONE
    if zone not in available_timezones():
        raise WrongRoster(f"{row.line}: {texts.plain('spreadsheets.errors.zone_unknown', value=row['zone'])}")
    return zone
