"""Recognises a text of the catalogue in what a person was shown, whatever its wording is now.

A behaviour test names the text (`sessions.booked.body`) and the values in it, never a sentence: editing a sentence
breaks none of them. The wording itself is read in the recorded files of `tests/recorded_wording/`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, nodes

from prompts.catalogue import Catalogue, MissingText
from prompts.markdown import to_mrkdwn, to_plain

CATALOGUE = Catalogue.load()
ANYTHING = ".*?"
_PARSER = Environment()  # only parses; nothing is rendered


_spoken = "en"


def spoken() -> str:
    """The language that people in a scenario chose, where it does not say another one."""
    return _spoken


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let the people of a scenario choose this language instead of English, and their texts be looked for in it."""
    global _spoken
    before, _spoken = _spoken, language
    try:
        yield
    finally:
        _spoken = before


def says(shown: str, key: str, language: str = "", /, **values: Any) -> bool:
    """Whether a text of the catalogue is in `shown`, with these values at their placeholders.

    A placeholder without a value may be anything; of a list, any item may be there.
    """
    squeezed = _without_spaces(shown)
    wordings = _wordings(key, language or spoken(), tuple(sorted(values.items())))
    return any(
        all(literal in squeezed for literal in wording.literals) and wording.pattern.search(shown)
        for wording in wordings
    )


def label(key: str, language: str = "") -> str:
    """A text without placeholders, such as `labels.met.yes`, as plain text: to be compared, or a value in another."""
    return CATALOGUE.texts(language or spoken()).plain(key)


@dataclass(frozen=True)
class _Wording:
    """One source of a text. What lacks one of `literals`, which have no white space, does not match `pattern`: to find
    that out by a pattern with several placeholders can take a second."""

    literals: tuple[str, ...]
    pattern: re.Pattern[str]


@cache
def _wordings(key: str, language: str, values: tuple[tuple[str, Any], ...]) -> tuple[_Wording, ...]:
    entries = CATALOGUE.shown(language)
    if key not in entries:
        raise MissingText(key, language)
    given = {name: str(value) for name, value in values}
    if unknown := given.keys() - set().union(*map(_names_in, entries[key].sources)):
        raise TypeError(f"{key} has no placeholder {', '.join(sorted(unknown))}")
    written = {convert(source) for source in entries[key].sources for convert in (to_mrkdwn, to_plain)}
    parsed = [_PARSER.parse(source.strip()) for source in written]
    return tuple(_Wording(_literals(one), re.compile(_pattern(one, given), re.DOTALL)) for one in parsed)


def _without_spaces(text: str) -> str:
    return "".join(text.split())


def _literals(template: nodes.Template) -> tuple[str, ...]:
    """What each rendering of `template` has, whatever its conditions and loops come to."""
    always = [node for part in template.body if isinstance(part, nodes.Output) for node in part.nodes]
    return tuple(_without_spaces(node.data) for node in always if isinstance(node, nodes.TemplateData))


def _names_in(source: str) -> set[str]:
    """The placeholders of a text, and the forms of address in it (`sapaan`, `mu`)."""
    return {one.name for one in _PARSER.parse(source).find_all(nodes.Name)}


def _pattern(node: nodes.Node, given: dict[str, str]) -> str:
    """What `node` of a template can become, as a regular expression."""
    match node:
        case nodes.TemplateData():
            return r"\s*".join(map(re.escape, re.split(r"\s+", node.data)))
        case nodes.If():
            branches = [_all(node.body, given), *(_pattern(one, given) for one in node.elif_), _all(node.else_, given)]
            return f"(?:{'|'.join(branches)})"
        case nodes.For():
            return f"(?:{_all(node.body, given)})*"
        case nodes.Template() | nodes.Output():
            return _all(node.nodes if isinstance(node, nodes.Output) else node.body, given)
    named = [name.name for name in (node, *node.find_all(nodes.Name)) if isinstance(name, nodes.Name)]
    return ANYTHING + "".join(re.escape(given[name]) + ANYTHING for name in named if name in given)


def _all(several: list[Any], given: dict[str, str]) -> str:
    return "".join(_pattern(one, given) for one in several)
