"""HR's settings for a rehearsal: one line each, `name: value`, as in the front matter of a text file.

Names and values are recognised in every language, and values also as the command line takes them.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import yaml

from bot.domain.programme import Cadence, Theme
from bot.domain.sheet_rows import Names, plain_name
from bot.domain.signup import PRESETS, StyleFit
from bot.domain.text_cleaning import clean, clean_line
from bot.spreadsheets import vocabulary as words
from handlers.matching.weights_form import FLOORS, GAPS
from handlers.programme.forms import LONGEST_NAME, MONTHS
from prompts.catalogue import Catalogue

NAMES = (
    "name",
    "theme",
    "start",
    "months",
    "cadence",
    "language",
    "sponsor",
    "days_off",
    "working_days",
    "preset",
    "least_gap",
    "same_department",
    "floor",
    "style",
)
FIELDS = {"start": "starts_on"}
"""The plan's name of a setting, if that is not its own name."""
LONGEST_BREAK = 31
_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\D{1,12}(\d{4}-\d{2}-\d{2}))?")


class WrongSetting(Exception):
    """A setting is invalid. The message says which and why, in one line."""


@dataclass(frozen=True)
class SettingsReader:
    """Reads settings as people write them."""

    catalogue: Catalogue

    def read_file(self, text: str) -> dict[str, Any]:
        """The settings of a file, as values of a `RehearsalPlan`. Raises `WrongSetting`."""
        try:
            found = yaml.load(clean(text), Loader=yaml.BaseLoader)  # it returns only strings
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise WrongSetting(f"line {mark.line + 1 if mark else 1} is not of the form name: value") from None
        except RecursionError:
            raise WrongSetting("it has too many brackets within each other") from None
        if not isinstance(found, dict):
            raise WrongSetting("it holds no lines of the form name: value")
        names = self._names()
        plan: dict[str, Any] = {}
        for said, value in found.items():
            name = names.get(plain_name(str(said)))
            if name is None:
                raise WrongSetting(f'there is no setting "{said}"; there are {", ".join(NAMES)}')
            plan |= self.read(name, value)
        return plan

    def read(self, name: str, value: Any) -> dict[str, Any]:
        """One setting, as a value of a `RehearsalPlan`. Raises `WrongSetting`."""
        read: Callable[[Any], Any] = getattr(self, f"_{name}")
        try:
            return {FIELDS.get(name, name): read(value)}
        except ValueError as wrong:
            raise WrongSetting(f"{name}: {wrong}") from None

    def _names(self) -> Names:
        languages = [self.catalogue.texts(language) for language in self.catalogue.languages]
        also = {
            plain_name(word): name
            for texts in languages
            for name in NAMES
            for word in texts.plain_list(f"rehearsal.settings.names.{name}")
        }
        return {**also, **{plain_name(name): name for name in NAMES}}

    def _name(self, value: Any) -> str:
        name = " ".join(_one(value).split())
        if not 0 < len(name) <= LONGEST_NAME:
            raise ValueError(f"it has 1 to {LONGEST_NAME} characters")
        return name

    _sponsor = _name

    def _theme(self, value: Any) -> Theme:
        return Theme(_named(value, words.labelled(self.catalogue, "themes"), Theme))

    def _start(self, value: Any) -> date:
        return _day(_one(value))

    def _months(self, value: Any) -> int:
        return _number(value, MONTHS)

    def _cadence(self, value: Any) -> Cadence:
        return Cadence(_named(value, words.labelled(self.catalogue, "cadences"), Cadence))

    def _language(self, value: Any) -> str:
        called = {plain_name(name): code for code, name in self.catalogue.names().items()}
        codes = {plain_name(code): code for code in self.catalogue.languages}
        return _named(value, {**called, **codes}, self.catalogue.languages)

    def _days_off(self, value: Any) -> tuple[date, ...]:
        """Single days, and first and last of several: `2027-03-15 - 2027-03-19`."""
        parts = value if isinstance(value, list) else _text(value).split(",")
        return tuple(sorted({day for part in parts for day in _days(_text(part))}))

    _working_days = _days_off

    def _preset(self, value: Any) -> str:
        named = {plain_name(short): name for name in PRESETS for short in (name, name.partition("_")[0])}
        labels = {
            plain_name(self.catalogue.texts(language).plain(f"matching.weights.preset.{name}").partition(":")[0]): name
            for language in self.catalogue.languages
            for name in PRESETS
        }
        return _named(value, {**labels, **named}, PRESETS)

    def _least_gap(self, value: Any) -> int:
        return _number(value, GAPS)

    def _same_department(self, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        yes = {
            plain_name(word)
            for language in self.catalogue.languages
            for word in self.catalogue.texts(language).plain_list("spreadsheets.values.yes")
        }
        return plain_name(_one(value)) in yes

    def _floor(self, value: Any) -> int:
        return _number(_text(value).rstrip("% "), [floor // 100 for floor in FLOORS])

    def _style(self, value: Any) -> StyleFit:
        texts = [self.catalogue.texts(language) for language in self.catalogue.languages]
        called = {(one.plain(f"matching.weights.style_fit.{fit}"), fit.value) for one in texts for fit in StyleFit}
        named = {plain_name(text.partition(":")[0]): fit for text, fit in called}
        return StyleFit(_named(value, named, StyleFit))


def _one(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("one value is needed")
    return clean_line(value)


def _text(value: Any) -> str:
    """A value that may be a number. Lists are not written out: YAML's references can make millions from a few lines."""
    if isinstance(value, list | dict):
        raise ValueError("one value is needed")
    return str(value)


def _named(value: Any, named: Names, choices: Iterable[str]) -> str:
    code = named.get(plain_name(_one(value)))
    if code is None:
        raise ValueError(f'"{value}" is none of {", ".join(choices)}')
    return code


def _number(value: Any, choices: Iterable[int]) -> int:
    value = _text(value)
    found = next((one for one in choices if str(one) == value.strip()), None)
    if found is None:
        raise ValueError(f'"{value}" is none of {", ".join(map(str, choices))}')
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f'"{text}" is no date like 2027-02-01') from None


def _days(text: str) -> list[date]:
    match = _DAYS.fullmatch(text.strip())
    if match is None:
        raise ValueError(f'"{text}" is no day like 2027-03-15, and no days like 2027-03-15 - 2027-03-19')
    first, last = _day(match[1]), _day(match[2] or match[1])
    if not 0 <= (last - first).days < LONGEST_BREAK:
        raise ValueError(f'"{text}": the last day comes after the first, at most {LONGEST_BREAK} days in all')
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
