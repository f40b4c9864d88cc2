"""Recognised words of spreadsheets, in every language: names of columns, levels, topics.

A file need not be in the language in which its user reads the bot.
"""

import re
from collections.abc import Iterable

from bot.domain import roster
from bot.domain.roster_job_titles import SUPPORT
from bot.domain.sheet_rows import Names, plain_name
from bot.domain.signup import Level
from prompts.catalogue import Catalogue

_BRACKETS = re.compile(r"\s*\(.*?\)")


def columns(catalogue: Catalogue, wanted: Iterable[str]) -> Names:
    """The names of the `wanted` columns, those of the templates first."""
    wanted, languages = tuple(wanted), [catalogue.texts(language) for language in catalogue.languages]
    called = [(texts.plain(f"spreadsheets.columns.names.{column}"), column) for texts in languages for column in wanted]
    also = [
        (name, column)
        for texts in languages
        for column in wanted
        if texts.has(f"spreadsheets.columns.also.{column}")
        for name in texts.plain_list(f"spreadsheets.columns.also.{column}")
    ]
    named: dict[str, str] = {}
    for name, column in (*called, *zip(wanted, wanted, strict=True), *also):
        named.setdefault(plain_name(name), column)
    for name, column in tuple(named.items()):  # "ManagerName"
        named.setdefault(name.replace(" ", ""), column)
    return named


def labelled(catalogue: Catalogue, group: str) -> Names:
    """The labels of `labels.<group>`, with and without the part in brackets, and the codes themselves."""
    named: dict[str, str] = {}
    for language in catalogue.languages:
        for code, label in catalogue.texts(language).options(f"labels.{group}").items():
            for name in (label, _BRACKETS.sub("", label), code):
                named.setdefault(plain_name(name), code)
    return named


def topics(catalogue: Catalogue) -> Names:
    """The topics' labels, also those of earlier versions."""
    return {**listed(catalogue, "topics", ("ai_tools",)), **labelled(catalogue, "topics")}


def languages(catalogue: Catalogue) -> Names:
    """What each language is called in any of them."""
    own = {plain_name(name): code for code, name in catalogue.names().items()}
    return {**own, **labelled(catalogue, "languages")}


def listed(catalogue: Catalogue, group: str, codes: Iterable[str]) -> Names:
    """The words of `spreadsheets.values.<group>.<code>`."""
    codes = tuple(codes)
    return {
        plain_name(word): code
        for language in catalogue.languages
        for code in codes
        for word in catalogue.texts(language).plain_list(f"spreadsheets.values.{group}.{code}")
    }


def levels(catalogue: Catalogue) -> Names:
    """The words for each career level; its number is recognised as well."""
    codes = [level.name.lower() for level in Level]
    numbers = {str(level.value): level.name.lower() for level in Level}
    return {**labelled(catalogue, "levels"), **listed(catalogue, "levels", codes), **numbers}


def level_hints(catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """Words in a job title that suggest a career level, by the level's code."""
    hints: dict[str, set[str]] = {SUPPORT: set(), **{level.name.lower(): set() for level in Level}}
    for word, code in listed(catalogue, "hints", list(hints)).items():
        hints[code].add(word)
    for word, code in levels(catalogue).items():
        if not word.isdigit():
            hints[code].add(word)
    return {code: frozenset(found) for code, found in hints.items()}


def nothing(catalogue: Catalogue) -> frozenset[str]:
    """What "there is none" is written as; a dash is too."""
    words = [
        word for one in catalogue.languages for word in catalogue.texts(one).plain_list("spreadsheets.values.none")
    ]
    return frozenset(map(plain_name, words))


def of_roster(catalogue: Catalogue, titles: Names | None = None) -> roster.Vocabulary:
    """The recognised words of HR's roster; `titles` are the job titles that HR mapped to levels."""
    months = {
        plain_name(word)[:3]: number
        for language in catalogue.languages
        for number, names in enumerate(catalogue.texts(language).plain_list("spreadsheets.values.months"), 1)
        for word in names.split()
    }
    return roster.Vocabulary(
        columns(catalogue, roster.COLUMNS), levels(catalogue), months, nothing(catalogue), titles or {}
    )
