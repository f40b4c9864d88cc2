"""Job titles in place of career levels: HR says once which level each title of its roster has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.sheet_rows import Names, plain_name
from bot.domain.signup import Level

NO_LEVEL = "none"
"""The code for a title that HR leaves without a level."""
LONGEST_TITLE = 200
SUPPORT = "support"
"""Words that show that a title names another person's level: an executive assistant is not an executive."""
SUGGESTED_FIRST = (
    Level.ENTRY,
    Level.EXECUTIVE,
    Level.DIRECTOR,
    Level.MANAGER,
    Level.LEAD,
    Level.SENIOR,
    Level.SPECIALIST,
)
"""A management trainee is a trainee; a senior manager is a manager."""


@dataclass(frozen=True, slots=True)
class Title:
    """A title in the level column that is no level, and in how many lines it is. `level`: what HR said it is."""

    name: str
    lines: int
    level: str | None = None
    """The level's code, or `NO_LEVEL`; None while HR has not said."""

    @property
    def key(self) -> str:
        """The normalised title, under which its level is stored."""
        return plain_name(self.name)


def level_code(cell: str, levels: Names) -> str | None:
    """The code of the level in a cell; None for an unknown one. `levels` may contain titles."""
    return levels.get(plain_name(cell).removesuffix(" 0"))


def level_number(code: str | None) -> int | None:
    """The number that is stored for a level's code; None for no level."""
    return None if code in (None, NO_LEVEL) else int(Level[str(code).upper()])


def suggested_level(title: str, hints: Mapping[str, Iterable[str]]) -> str:
    """The level that a title most likely has, by the words in it; "" for no idea.

    `hints`: normalised words, by the level's code.
    """
    words = f" {plain_name(title)} "
    if any(f" {word} " in words for word in hints.get(SUPPORT, ())):
        return Level.SPECIALIST.name.lower()
    for level in SUGGESTED_FIRST:
        code = level.name.lower()
        if any(f" {word} " in words for word in hints.get(code, ())):
            return code
    return ""
