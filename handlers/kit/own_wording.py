"""The texts that HR can write itself: HR's words for the programme, or else the standard text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

from bot.domain.broadcasts import as_mrkdwn
from bot.domain.recruiting_own_texts import PARTS, PLACEHOLDERS, OwnText, Part, fill, own_words, to_names
from handlers.kit.blocks import Block, section, typed, verbatim
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Programme

KEY = "recruiting.own_texts"
_LINK = re.compile(r"<([^<>|\s]+)\|([^<>\n]+)>")
_ADDRESS = re.compile(r"<(https?://[^<>|\s]+)>")


def closes_on(texts: Texts, programme: Programme) -> str:
    """The last day to join, in words; "" if there is none."""
    return texts.day(programme.sign_up_closes_on) if programme.sign_up_closes_on else ""


@dataclass(frozen=True)
class OwnWording:
    """One of the texts, for a reader: HR's words in the reader's language, where HR wrote them."""

    texts: Texts
    programme: Programme
    which: OwnText
    more: Mapping[str, Any]
    """Values of this text only."""
    own: Mapping[str, str]
    """HR's words by part, in the language of `texts`."""

    @classmethod
    def of(cls, texts: Texts, programme: Programme, which: OwnText, **more: Any) -> "OwnWording":
        return cls(texts, programme, which, more, own_words(programme.own_texts, texts.language, which))

    def with_words(self, words: Mapping[str, str] | None) -> "OwnWording":
        """As it would be if HR saved these words; None: as it is."""
        return self if words is None else replace(self, own=words)

    @property
    def values(self) -> dict[str, Any]:
        """For the standard text, and for the words that placeholders stand for."""
        start = self.texts.day(self.programme.starts_on)
        course = {"programme": self.programme.name, "start": start, "starts": start, "months": self.programme.months}
        course["cadence"] = self.texts.plain(f"labels.in_text.cadences.{self.programme.cadence}")
        return {**course, "closes": closes_on(self.texts, self.programme), **self.more}

    def plain(self, name: str) -> str:
        """A part as plain text."""
        own = self.own.get(name)
        if own is None:
            return self.texts.plain(self.key(self.part(name)), **self.values)
        return fill(own, {code: self.texts.plain(f"{KEY}.words.{code}", **self.values) for code in self._codes})

    def mrkdwn(self, name: str) -> Mrkdwn:
        """A part as mrkdwn: nothing that HR typed becomes a mention."""
        own = self.own.get(name)
        if own is None:
            return self.texts(self.key(self.part(name)), **self.values)
        values = {code: self.texts(f"{KEY}.words.{code}", **self.values) for code in self._codes}
        return Mrkdwn(fill(own, values, as_mrkdwn))

    def block(self, name: str) -> Block:
        if self.part(name).plain:
            return typed(self.plain(name))
        return section(self.mrkdwn(name)) if name not in self.own else verbatim(self.mrkdwn(name))

    def part(self, name: str) -> Part:
        return next(one for one in PARTS[self.which] if one.name == name)

    def key(self, part: Part) -> str:
        return part.key.replace("{theme}", self.programme.theme)

    def as_typed(self, name: str) -> str:
        """What HR finds in the field: its own words, or else the standard text with the names of placeholders."""
        own = self.own.get(name)
        return self.standard(name) if own is None else to_names(own, names_of(self.texts, self.which))

    def standard(self, name: str) -> str:
        """The standard text, as HR could have typed it."""
        part, names = self.part(name), names_of(self.texts, self.which)
        values = self.values | {"closes": self.values["closes"] or "-"}
        marked = {variable: _Marked(variable, value) for variable, value in values.items()}
        marked["starts"] = marked["start"]
        marked["sapaan"] = _Marked("sapaan", self.texts.plain(f"{KEY}.words.greeting"))
        write = self.texts.plain if part.plain else self.texts
        text = str(write(self.key(part), **marked))
        phrases = {str(write(f"{KEY}.words.{code}", **marked)): name for code, name in names.items()}
        for phrase in sorted(phrases, key=lambda one: (-len(one), one)):
            text = text.replace(phrase, f"{{{phrases[phrase]}}}")
        for one in marked.values():
            text = text.replace(str(one), str(one.value))
        return text if part.plain else unescape(_ADDRESS.sub(r"\1", _LINK.sub(r"\2 (\1)", text)))

    @property
    def _codes(self) -> tuple[str, ...]:
        return PLACEHOLDERS[self.which]


def names_of(texts: Texts, which: OwnText) -> dict[str, str]:
    """The names of a text's placeholders in the language of the text, by code."""
    return {code: texts.plain(f"{KEY}.placeholders.{code}.name") for code in PLACEHOLDERS[which]}


class _Marked:
    """A value that a template compares as it is, and shows as a mark."""

    def __init__(self, variable: str, value: Any) -> None:
        self.variable, self.value = variable, value

    def __str__(self) -> str:
        return f"\ue010{self.variable}\ue011"

    def __eq__(self, other: object) -> bool:
        return bool(self.value == other)

    def __hash__(self) -> int:
        return hash(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)
