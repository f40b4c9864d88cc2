"""Weekdays and countries, as the reader's language calls them."""

from datetime import date, timedelta
from functools import lru_cache

from babel import Locale
from babel.dates import format_date

from prompts.catalogue import Texts

_MONDAY = date(2024, 1, 1)


def weekday(texts: Texts, number: int) -> str:
    """Senin · Monday, for 0."""
    return format_date(_MONDAY + timedelta(days=number), "EEEE", locale=_locale(texts))


def weekdays(texts: Texts, numbers: list[int]) -> str:
    """Senin–Jumat · Monday–Friday; those that do not follow each other as a list."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts: list[str] = []
    for run in runs:
        if len(run) > 2:
            parts.append(f"{weekday(texts, run[0])}–{weekday(texts, run[-1])}")
        else:
            parts += [weekday(texts, number) for number in run]
    return texts.join(parts)


def country_name(texts: Texts, code: str) -> str:
    """What the language calls a country; the code, if it has no name for it."""
    return _names(str(_locale(texts))).get(code, code)


def by_first_letter(texts: Texts, codes: tuple[str, ...]) -> dict[str, list[tuple[str, str]]]:
    """Countries as (code, name) in alphabetical order, by the first letter."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, code in sorted((country_name(texts, code), code) for code in codes):
        found.setdefault(name[0], []).append((code, name))
    return found


def _locale(texts: Texts) -> Locale:
    return Locale.parse(texts.plain("language.locale"))


@lru_cache
def _names(locale: str) -> dict[str, str]:
    return dict(Locale.parse(locale).territories)
