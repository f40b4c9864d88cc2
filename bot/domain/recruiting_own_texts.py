"""HR's own words for the texts with which a programme invites people: which texts, their parts and placeholders.

Stored texts name a placeholder by its code, `{start}`; HR reads and types its name in the language of the text.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class OwnText(StrEnum):
    ANNOUNCEMENT = "announcement"
    REMINDER = "reminder"
    INVITATION = "invitation"
    SPONSOR = "sponsor"
    """What the form of the leadership message begins with."""
    THANKS = "thanks"
    """What the form of leadership's thanks at the end begins with."""


@dataclass(frozen=True)
class Part:
    """One field. `key` is the standard text, in which `{theme}` is the programme's theme."""

    name: str
    key: str
    longest: int
    plain: bool = False
    """Shown as it is written, without bold, italics or links."""


PARTS = {
    OwnText.ANNOUNCEMENT: (
        Part("title", "recruiting.announcement.title", 100, plain=True),
        Part("opening", "recruiting.announcement.{theme}", 250),
        Part("body", "recruiting.announcement.body", 1500),
    ),
    OwnText.REMINDER: (Part("body", "recruiting.reminder.body", 1000),),
    OwnText.INVITATION: (
        Part("title", "invitations.invited.title", 100, plain=True),
        Part("body", "invitations.invited.body", 1500),
    ),
    OwnText.SPONSOR: (
        Part("title", "programme.sponsor.message.title", 100, plain=True),
        Part("body", "programme.themes.{theme}.sponsor", 1100, plain=True),
    ),
    OwnText.THANKS: (
        Part("title", "programme.sponsor.thanks.title", 100, plain=True),
        Part("body", "programme.themes.{theme}.thanks", 1100, plain=True),
    ),
}
"""Buttons, and the sentences that say who sees what and whom to ask, are not among them."""
PLACEHOLDERS = {
    OwnText.ANNOUNCEMENT: ("programme", "start", "length", "closes"),
    OwnText.REMINDER: ("programme", "start", "mentors", "leaders", "closes"),
    OwnText.INVITATION: ("programme", "role", "start", "length", "closes", "greeting"),
    OwnText.SPONSOR: ("programme",),
    OwnText.THANKS: ("programme",),
}
SOMETIMES_EMPTY = "closes"
"""While there is no closing date, the sentence that names it is left out."""

OwnTexts = Mapping[str, Mapping[str, Mapping[str, str]]]
"""language → text → part → words."""

_PLACEHOLDER = re.compile(r"\{\{?\s*([^{}\s]+)\s*\}?\}")
_SENTENCE = re.compile(r"(?<=[.!?])(\s+)")


class UnknownPlaceholder(ValueError):
    """`name` stands in braces and is no placeholder of the text; "" for a brace that stands alone."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def own_words(texts: OwnTexts, language: str, which: OwnText) -> Mapping[str, str]:
    """What HR wrote, by part; the standard text is used for the other parts."""
    return texts.get(language, {}).get(which, {})


def with_own_words(
    texts: OwnTexts, language: str, which: OwnText, words: Mapping[str, str]
) -> dict[str, dict[str, dict[str, str]]]:
    """A copy in which one text is replaced; no `words`: by the standard text."""
    copy = {code: {name: dict(parts) for name, parts in of.items()} for code, of in texts.items()}
    mine = copy.setdefault(language, {})
    mine.pop(which, None)
    if words:
        mine[which] = dict(words)
    return {code: of for code, of in copy.items() if of}


def to_codes(text: str, codes: Mapping[str, str]) -> str:
    """What HR typed, as it is stored. `codes` by name in small letters. Raises `UnknownPlaceholder`."""

    def code(match: re.Match[str]) -> str:
        name = match[1]
        if name.casefold() not in codes:
            raise UnknownPlaceholder(name)
        return f"\0{codes[name.casefold()]}\1"

    coded = _PLACEHOLDER.sub(code, text)
    if "{" in coded or "}" in coded:
        raise UnknownPlaceholder("")
    return coded.replace("\0", "{").replace("\1", "}")


def to_names(text: str, names: Mapping[str, str]) -> str:
    """What is stored, as HR reads it. `names` by code."""
    return _PLACEHOLDER.sub(lambda found: f"{{{names.get(found[1], found[1])}}}", text)


def codes_in(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


def fill(text: str, values: Mapping[str, str], write: Callable[[str], str] = str) -> str:
    """The text with its values, which are ready to be shown; `write` is applied to HR's words between them.

    A sentence is left out if the value of one of its placeholders is empty.
    """
    lines = []
    for line in text.split("\n"):
        kept = _without_empty(line, values)
        if kept.strip() or not line.strip():
            lines.append(kept)
    parts = _PLACEHOLDER.split("\n".join(lines))
    return "".join(values.get(part, "") if place % 2 else write(part) for place, part in enumerate(parts)).strip()


def _without_empty(line: str, values: Mapping[str, str]) -> str:
    pieces = _SENTENCE.split(line)
    sentences, gaps = pieces[::2], [*pieces[1::2], ""]
    kept = [
        sentence + gap
        for sentence, gap in zip(sentences, gaps, strict=True)
        if all(values.get(code) for code in codes_in(sentence))
    ]
    return "".join(kept).rstrip() if len(kept) < len(sentences) else line
