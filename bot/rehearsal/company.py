"""The sample company: 24 people of a typical Indonesian company, or any other number.

The first ones are in company.csv; further ones are drawn from names and posts by the seed, so that the same
number and seed always give the same company.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from bot.domain.programme import INTERESTS, TOPICS
from bot.domain.sheet_rows import Row, plain_name
from bot.domain.signup import Level, Role
from bot.rehearsal.persona import Persona
from bot.spreadsheets import read_table

NAME = "PT Nusantara Sejahtera"
COLUMNS = (
    "name",
    "title",
    "department",
    "level",
    "role",
    "offers",
    "wishes",
    "interests",
    "address",
    "manager",
    "zone",
    "character",
    "hr",
)
KNOWN = Path(__file__).with_name("company.csv")

FIRST = (
    "Adi",
    "Ayu",
    "Bagus",
    "Bella",
    "Cahya",
    "Dian",
    "Dimas",
    "Eka",
    "Farah",
    "Galih",
    "Gita",
    "Hana",
    "Ilham",
    "Indah",
    "Joko",
    "Kartika",
    "Lina",
    "Mega",
    "Nanda",
)
LAST = (
    "Santoso",
    "Wibowo",
    "Siregar",
    "Lubis",
    "Nasution",
    "Halim",
    "Susanto",
    "Permana",
    "Utami",
    "Ginting",
    "Manurung",
    "Anwar",
    "Pane",
)
DEPARTMENTS = ("Pemasaran", "Keuangan", "Operasi", "Produk", "Teknologi", "Penjualan", "Layanan Pelanggan")
ZONES = ("Asia/Jakarta", "Asia/Jakarta", "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
HOW_OFTEN = {
    Persona.KEEN: 10,
    Persona.CALM: 5,
    Persona.BUSY: 2,
    Persona.SILENT: 2,
    Persona.WORRIED: 1,
    Persona.LEAVER: 1,
}
"""How often each persona is met."""


@dataclass(frozen=True)
class Member:
    """A person of the company. A `role` of None does not take part; a `manager` of "" means they have none."""

    name: str
    title: str
    department: str
    level: Level
    role: Role | None
    offers: dict[str, int]
    """Topic → level, 1-5."""
    wishes: dict[str, int]
    """Topic → priority, 1-3."""
    interests: tuple[str, ...]
    address: str
    manager: str
    zone: str
    persona: Persona
    hr: bool = False

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@nusantara.example"


def company(people: int, seed: int) -> list[Member]:
    """HR and `people` participants, as many leaders as in company.csv: some mentors have two, some people are both.

    Managers come before their people.
    """
    known = _known()
    hr = hr_people()
    leaders = [one for one in known if one.role in (Role.LEADER, Role.BOTH)]
    mentors = [one for one in known if one.role is Role.MENTOR]
    learning = round(people * len(leaders) / (len(leaders) + len(mentors)))
    random = Random(seed)
    taken = {one.name for one in known}
    leaders += [_drawn(random, Role.LEADER, taken) for _ in range(learning - len(leaders))]
    mentors += [_drawn(random, Role.MENTOR, taken) for _ in range(people - learning - len(mentors))]
    members = [*leaders[:learning], *mentors[: people - learning], *hr]
    present = {one.name for one in members}
    return [one if one.manager in present else replace(one, manager="") for one in members]


def hr_people() -> list[Member]:
    """Those of the sample company who run the programme."""
    return [one for one in _known() if one.hr]


def _known() -> list[Member]:
    sheet = read_table(KNOWN.read_bytes(), {plain_name(column): column for column in COLUMNS}, COLUMNS)
    return [_member(row) for row in sheet.rows]


def _member(row: Row) -> Member:
    return Member(
        name=row["name"],
        title=row["title"],
        department=row["department"],
        level=Level[row["level"].upper()],
        role=Role(row["role"]) if row["role"] else None,
        offers=_numbers(row["offers"]),
        wishes=_numbers(row["wishes"]),
        interests=tuple(row["interests"].split()),
        address=row["address"],
        manager=row["manager"],
        zone=row["zone"],
        persona=Persona(row["character"]),
        hr=bool(row["hr"]),
    )


def _numbers(text: str) -> dict[str, int]:
    return {topic: int(number) for topic, number in (one.split(":") for one in text.split())}


def _drawn(random: Random, role: Role, taken: set[str]) -> Member:
    name = f"{random.choice(FIRST)} {random.choice(LAST)}"
    while name in taken:
        name += f" {random.choice(LAST)}"
    taken.add(name)
    department = random.choice(DEPARTMENTS)
    topics = random.sample(TOPICS, 2)
    (persona,) = random.choices(list(HOW_OFTEN), list(HOW_OFTEN.values()))
    learns = role.learns
    return Member(
        name=name,
        title=f"Manajer {department}" if learns else f"Staf {department}",
        department=department,
        level=random.choice((Level.MANAGER, Level.DIRECTOR) if learns else (Level.ENTRY, Level.SPECIALIST)),
        role=role,
        offers={} if learns else {topic: random.randint(3, 5) for topic in topics},
        wishes={topic: random.randint(1, 3) for topic in topics} if learns else {},
        interests=tuple(random.sample(INTERESTS, 2)),
        address=random.choice(("bapak", "ibu")) if learns else "kamu",
        manager="",
        zone=random.choice(ZONES),
        persona=persona,
    )
