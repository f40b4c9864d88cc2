"""Renders a text in the terminal: `python -m bot prompts preview KEY`.

Placeholders are filled with the samples of `prompts/<language>/samples.md`. A session pack is shown as the bot sends
it, by the same views: to the mentor, to the leader, and the window that each opens.
"""

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from html import unescape
from typing import Any

from bot.domain.programme import THEME_TOPICS, Theme
from bot.domain.sessions import MIDDLE, Pack, Side
from bot.domain.sessions_packs import ROUNDS
from bot.services.pair_context import Meeting
from bot.services.sessions.packs import Prepared
from handlers.sessions import pack_views as packs
from prompts.catalogue import Catalogue, Texts
from prompts.files import TextEntry
from prompts.moved import current_key
from storage.tables import MentoringSession, Pair, Participant, Person, Programme

WIDTH = 52
_DAY = datetime(2027, 1, 12, 3, 0, tzinfo=UTC)
_LEADER = "bapak"
_TIED = "\N{NO-BREAK SPACE}"
_TOKEN = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_MARKS = (
    (re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])"), "1"),
    (re.compile(r"(?<![\w_])_([^_\n]+)_(?![\w_])"), "3"),
    (re.compile(r"(?<![\w~])~([^~\n]+)~(?![\w~])"), "9"),
    (re.compile(r"`([^`\n]+)`"), "36"),
)


class NoSuchText(Exception):
    """There is no text with this key. `near` are similar keys."""

    def __init__(self, key: str, near: Sequence[str]) -> None:
        super().__init__(key)
        self.near = near


@dataclass(frozen=True)
class Preview:
    """Options: `form` is the form of session of a pack, `colours` whether the terminal shows bold."""

    language: str
    register: str = ""
    form: str = "discussion"
    colours: bool = False


def preview(catalogue: Catalogue, key: str, wanted: Preview) -> str:
    """One text, one message with its buttons, or one session pack. Raises `NoSuchText`."""
    key = current_key(key)
    if found := _pack_of(key):
        return _show_pack(catalogue, *found, wanted)
    shown = catalogue.shown(wanted.language)
    entries = {one: shown[one] for one in shown if one == key or one.startswith(f"{key}.")}
    if not entries or len({entry.file for entry in entries.values()}) > 1:
        raise NoSuchText(key, _near(key, catalogue, wanted.language))
    return _show_texts(_reader(catalogue, key, wanted), key, entries, wanted)


def _reader(catalogue: Catalogue, key: str, wanted: Preview) -> Texts:
    """The leader for a text for leaders, else the mentor."""
    samples = catalogue.texts(wanted.language)
    if _for_leaders(key):
        name = samples.plain("samples.mention").lstrip("@")
        return catalogue.texts(wanted.language, wanted.register or _LEADER, name)
    return catalogue.texts(wanted.language, wanted.register or "anda", samples.plain("samples.mentor"))


def _for_leaders(key: str) -> bool:
    return "mentee" in key or ".leader" in key


def _near(key: str, catalogue: Catalogue, language: str) -> list[str]:
    """Keys and messages that are written alike, or that lie in the folder of this name."""
    shown = catalogue.shown(language)
    keys = [one for one in catalogue.keys(language) if not one.startswith(("samples.", "language."))]
    messages = sorted({_message_of(one, shown[one]) for one in keys})
    inside = [one for one in messages if one.startswith(f"{key}.")]
    return inside[:6] or get_close_matches(key, [*messages, *keys], 4, 0.5)


def _message_of(key: str, entry: TextEntry) -> str:
    """The key of the file that holds `key`: `sessions.packs.contract` of `sessions.packs.contract.questions`."""
    names = key.split(".")
    return ".".join(names[: names.index(entry.file.stem) + 1] if entry.file.stem in names else names[:2])


# A message from its texts -------------------------------------------------------------------------------------------


def _show_texts(texts: Texts, key: str, entries: dict[str, TextEntry], wanted: Preview) -> str:
    """The title, the message, what else the file holds by its name, and the buttons last."""
    paper, buttons = _Paper(wanted.colours), []
    names = sorted(entries, key=lambda one: (not one.endswith(".title"), not one.endswith(".body"), entries[one].line))
    for one in names:
        rest = one.removeprefix(key).lstrip(".")
        values = _samples(texts, one)
        if ".buttons." in f".{one}":
            buttons.append(texts.plain(one, **values))
        elif rest == "title":
            paper.heading(texts.plain(one, **values))
        else:
            paper.paragraph(
                "\n".join(_items(texts, one, entries[one], values)), name="" if rest in ("", "body") else rest
            )
    paper.buttons(buttons)
    return paper.text()


def _items(texts: Texts, key: str, entry: TextEntry, values: dict[str, Any]) -> list[str]:
    return [f"• {item}" for item in texts.list(key, **values)] if entry.is_list else [texts(key, **values)]


def _samples(texts: Texts, key: str) -> dict[str, Any]:
    values = {name: _sample(texts, name) for name in texts.catalogue.placeholders(key, texts.language)}
    if "partner" in values and _for_leaders(key):
        values["partner"] = _sample(texts, "mentor")
    return values


def _sample(texts: Texts, name: str) -> str | int:
    if not texts.has(f"samples.{name}"):
        return f"‹{name}›"
    value = texts.plain(f"samples.{name}")
    return int(value) if value.isdecimal() else value


# A session pack from its views --------------------------------------------------------------------------------------


def _pack_of(key: str) -> tuple[Pack, int] | None:
    """`packs.hands_on_2` → the pack and how many earlier sessions had it."""
    for pack in Pack:
        for again in range(ROUNDS if pack in MIDDLE else 1):
            if key == f"sessions.packs.{pack}{f'_{again + 1}' if again else ''}" and pack is not Pack.PREPARE:
                return pack, again
    return None


def _show_pack(catalogue: Catalogue, pack: Pack, again: int, wanted: Preview) -> str:
    shown = []
    for side, send in ((Side.MENTOR, packs.mentor_pack), (Side.LEADER, packs.leader_pack)):
        meeting = _sample_meeting(catalogue.texts(wanted.language), pack, wanted)
        person = meeting.person(side)
        texts = catalogue.texts(wanted.language, person.address, person.name)
        prepared = Prepared(meeting, side, again, THEME_TOPICS[Theme(meeting.programme.theme)][0], wanted.form)
        window = packs.whole(texts, prepared)
        shown += [_show_blocks(send(texts, prepared).blocks, wanted, side)]
        shown += [_show_blocks(window["blocks"], wanted, f"{side}: {window['title']['text']}")]
    return "\n\n".join(shown)


def _sample_meeting(texts: Texts, pack: Pack, wanted: Preview) -> Meeting:
    def person(number: int, name: str, address: str) -> Person:
        return Person(id=number, team_id="T", slack_id=f"U{number}", name=name, address=address, created_at=_DAY)

    def part(number: int) -> Participant:
        return Participant(
            team_id="T", programme_id=1, person_id=number, role="both", level=1, department="", joined_at=_DAY
        )

    mentor = person(1, texts.plain("samples.mentor"), wanted.register or "anda")
    leader = person(2, texts.plain("samples.mention").lstrip("@"), wanted.register or _LEADER)
    programme = Programme(
        id=1,
        team_id="T",
        name=texts.plain("samples.programme"),
        theme=Theme.DIGITAL_TRENDS,
        starts_on=_DAY.date(),
        months=6,
        cadence="monthly",
        language=texts.language,
        hr_channel="C",
        announce_channel="C",
        created_at=_DAY,
        created_by=1,
    )
    number = list(Pack).index(pack)
    session = MentoringSession(
        id=1,
        team_id="T",
        pair_id=1,
        number=number,
        pack=pack,
        opens_on=date(2027, 1, 4),
        closes_on=date(2027, 2, 4),
        starts_at=_DAY,
    )
    pair = Pair(id=1, team_id="T", programme_id=1, mentor_id=1, leader_id=2, introduced_at=_DAY)
    return Meeting(pair, programme, part(1), part(2), mentor, leader, session)


def _show_blocks(blocks: Iterable[dict[str, Any]], wanted: Preview, title: str) -> str:
    paper = _Paper(wanted.colours)
    paper.rule(title)
    for block in blocks:
        if block["type"] == "header":
            paper.heading(block["text"]["text"])
        elif block["type"] == "actions":
            paper.buttons([element["text"]["text"] for element in block["elements"]])
        elif block["type"] == "context":
            paper.paragraph("\n\n".join(one["text"] for one in block["elements"]))
        else:
            paper.paragraph(block["text"]["text"])
    return paper.text()


class _Paper:
    """Lines about as wide as on a phone."""

    def __init__(self, colours: bool) -> None:
        self.colours = colours
        self.parts: list[str] = []

    def rule(self, title: str) -> None:
        self.parts.append(f"── {title} ".ljust(WIDTH, "─"))

    def heading(self, text: str) -> None:
        self.parts.append(self._style(text, "1") if self.colours else f"{text}\n{'=' * min(len(text), WIDTH)}")

    def paragraph(self, mrkdwn: str, *, name: str = "") -> None:
        lines = [line for raw in mrkdwn.split("\n") for line in self._wrap(self._drawn(raw))]
        self.parts.append("\n".join([*([f"· {name}:"] if name else []), *lines]))

    def buttons(self, labels: Sequence[str]) -> None:
        if labels:
            whole = " ".join(f"[{label}]".replace(" ", _TIED) for label in labels)
            self.parts.append("\n".join(self._wrap(whole)).replace(_TIED, " "))

    def text(self) -> str:
        return "\n\n".join(self.parts)

    def _wrap(self, line: str) -> list[str]:
        mark = re.match(r"\s*(•|◦|\d+\.|>)? *", line)
        indent = " " * (mark.end() if mark else 0)
        return textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False) or [""]

    def _drawn(self, mrkdwn: str) -> str:
        """Without Slack's markup: bold if the terminal supports it, links with their addresses."""

        def link(token: re.Match[str]) -> str:
            return f"{token[2]} ({token[1]})" if token[2] else token[1]

        text = _TOKEN.sub(link, mrkdwn)
        for pattern, code in _MARKS:
            text = pattern.sub(self._style(r"\1", code), text)
        return unescape(text)

    def _style(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colours else text
