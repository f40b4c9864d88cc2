"""A person's position in the company: job title, level and department."""

import re
from typing import Protocol

from bot.domain.signup import Level
from prompts.catalogue import Texts
from storage.tables import Person

_BRACKETS = re.compile(r"\s*\(.*?\)")


class Placed(Protocol):
    """A sign-up, or what HR's roster says of a person."""

    @property
    def level(self) -> int | None: ...

    @property
    def department(self) -> str: ...


def position_of(texts: Texts, person: Person, part: Placed) -> str:
    """Title, level and department, as far as known and different: "Brand Lead, Manager, Marketing"."""
    parts: dict[str, str] = {}
    for one in (person.title, level_name(texts, part.level), part.department):
        parts.setdefault(_BRACKETS.sub("", one).strip().casefold(), one)
    return ", ".join(said for plain, said in parts.items() if plain)


def level_name(texts: Texts, level: int | None) -> str:
    """A career level by its name; "" for none, or for one that was erased."""
    return texts.plain(f"labels.levels.{Level(level).name.lower()}") if level else ""


def department_beside(department: str, level: str) -> str:
    """A department that is named beside a level; "" if the level names it: Direksi beside "anggota direksi"."""
    words, said = (_BRACKETS.sub("", one).strip().casefold() for one in (department, level))
    return "" if words and f" {words} " in f" {said} " else department
