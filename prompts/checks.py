"""Checks of texts: each problem is reported by file and line, in words for editors."""

import re
from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches

from jinja2 import TemplateError, TemplateSyntaxError

from prompts.avoided import LISTS, faults_of_avoided
from prompts.files import Entries, Problem, TextEntry, placeholders_of, template_fault, with_names
from prompts.markdown import TAG, to_mrkdwn
from prompts.moved import PLACEHOLDERS, current_placeholders
from prompts.phrases import faults_of, is_list_of_phrases

LIMITS = (
    (re.compile(r"(^|\.)modal\.(title|submit|close)$"), 24),
    (re.compile(r"(^|\.)confirm\.(yes|no)$"), 30),
    (re.compile(r"(^|\.)confirm\.title$"), 100),
    (re.compile(r"(^|\.)confirm\.text$"), 300),
    (re.compile(r"(^|\.)(button|buttons\.\w+|options\.\w+)$"), 75),
    (re.compile(r"^labels\."), 75),
    (re.compile(r"(^|\.)placeholder$"), 150),
    (re.compile(r"(^|\.)(header|title)$"), 150),
    (re.compile(r"(^|\.)(label|hint)$"), 2000),
    (re.compile(r""), 3000),
)
"""What Slack allows; the first pattern that fits a key counts."""

PHONE = (
    (re.compile(r"(^|\.)(button|buttons\.\w+)$"), 30),
    (re.compile(r"(^|\.)(header|title)$"), 60),
    (re.compile(r"(^|\.)(label|hint)$"), 150),
    (re.compile(r""), 1200),
)
"""What fits on a phone: a button or title on a line or two, any other text on one screen."""

OFFERED = (
    (re.compile(r"^sessions\.packs\.(?!frame\.|tools\.)"), frozenset({"partner", "topic", "tools"})),
    (
        re.compile(r"^orientation\.(mentor|mentee)\.\w+\.text$"),
        frozenset({"minutes", "opener", "questions", "activity", "exchange", "close"}),
    ),
    # Texts of earlier versions name it.
    (re.compile(r"^orientation\.frame\.(mentor|mentee)\.begin$"), frozenset({"total"})),
    # `position` is made of the two; texts of earlier versions name them.
    (re.compile(r"^matching\.introduction\.(mentor|mentee)\.body$"), frozenset({"level", "department"})),
)
"""Values that every text of these keys may use, whatever the other languages and the shipped texts do."""

_OF_ONE_ACTIVITY = re.compile(r"^(sessions\.packs\.\w+)\.activity\w*\.(summary|prepare)$")

_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_LINK = re.compile(r"<[^<>|\s]+\|[^<>\n]+>")
_LEFT_OPEN = (
    (re.compile(r"\*\*|(?<!\w)__(?=\w)"), "**bold** is opened but not closed on its line"),
    (re.compile(r"~~"), "~~struck through~~ is opened but not closed on its line"),
    (re.compile(r"`"), "`code` is opened but not closed on its line"),
    (re.compile(r"\]\("), "a link is written [words](https://…), without a space in its address"),
    (re.compile(r"\{|\}"), "a placeholder is written {{ name }}, with two braces on each side"),
)
_ESCAPED = re.compile(r"\\[\\`*_~\[\]()#>+-]")


def offered(key: str) -> frozenset[str]:
    """The placeholders that any text of `key` may use."""
    return frozenset().union(*(names for pattern, names in OFFERED if pattern.search(key)))


def fallback(key: str) -> str | None:
    """The key of the text that is shown where a language has none for `key`; None if every language needs one.

    What the leader reads beforehand may be written for one activity of a pack, where the pack's own text does not fit.
    """
    match = _OF_ONE_ACTIVITY.match(key)
    return f"{match[1]}.leader.{match[2]}" if match else None


def check(key: str, entry: TextEntry) -> Iterator[Problem]:
    """Problems of one text on its own."""
    if entry.is_list and is_list_of_phrases(key):
        yield from (Problem(entry.file, line, f"{key}: {what}") for line, what in faults_of(key, entry))
        return
    if key in LISTS:
        yield from faults_of_avoided(key, entry)
    for source, line in zip(entry.sources, entry.lines, strict=True):
        if not source.strip():
            yield Problem(entry.file, line, f"{key}: is empty")
            continue
        if error := template_fault(source):
            more = error.lineno - 1 if isinstance(error, TemplateSyntaxError) else 0
            yield Problem(entry.file, line + more, f"{key}: placeholder: {error.message}")
            continue
        if not key.startswith("language.formats."):
            for offset, what in _left_open(source):
                yield Problem(entry.file, line + offset, f"{key}: {what}")
        yield from _too_long(key, source, entry, line)


def _too_long(key: str, source: str, entry: TextEntry, line: int) -> Iterator[Problem]:
    length = len(TAG.sub("", to_mrkdwn(source)))
    allowed, readable = (next(most for pattern, most in table if pattern.search(key)) for table in (LIMITS, PHONE))
    if length > allowed:
        yield Problem(entry.file, line, f"{key}: {length} characters, Slack allows {allowed}")
    elif length > readable:
        what = f"{key}: {length} characters, a phone shows {readable}: make it shorter"
        yield Problem(entry.file, line, what, advice=True)


def _left_open(source: str) -> Iterator[tuple[int, str]]:
    """Marks that would be shown as they are typed, with how many lines below the first they stand."""

    def without(match: re.Match[str]) -> str:
        """A word in its place, as there will be, and as many lines."""
        return ("" if match[0].startswith("{%") else "x") + "\n" * match[0].count("\n")

    plain = TAG.sub(without, _ESCAPED.sub("x", source))
    shown = _LINK.sub("x", to_mrkdwn(_CODE.sub(without, plain)))
    for pattern, what in _LEFT_OPEN:
        if found := pattern.search(shown):
            yield shown[: found.start()].count("\n"), what


def with_current_placeholders(key: str, entry: TextEntry) -> tuple[TextEntry, list[Problem]]:
    """A company's text with the current names of its placeholders, and advice about each older name in it."""
    sources, problems = [], []
    for source, line in zip(entry.sources, entry.lines, strict=True):
        current, older = current_placeholders(source)
        sources.append(current)
        for name in older:
            what = f"{key}: placeholder {name} is still understood, but is now called {PLACEHOLDERS[name]}"
            problems.append(Problem(entry.file, line, what, advice=True))
    return replace(entry, sources=tuple(sources)), problems


def check_override(key: str, entry: TextEntry, known: Entries) -> Iterator[Problem]:
    """A company's text may leave placeholders out, but it cannot invent keys or placeholders."""
    replaced = known.get(key)
    if replaced is None and f"{key.rpartition('.')[0]}.steps" in known:
        replaced = known.get(fallback(key) or "")
    if replaced is None:
        near = "".join(f"; did you mean {one}?" for one in get_close_matches(key, known, 1, 0.8))
        yield Problem(entry.file, entry.line, f"{key}: there is no such text to replace{near}")
    elif entry.is_list != replaced.is_list:
        yield Problem(entry.file, entry.line, f"{key}: must be {'a list' if replaced.is_list else 'one text'}")
    else:
        try:
            used = frozenset().union(*map(placeholders_of, entry.sources))
        except TemplateError:
            return  # reported by `check` already
        if unknown := used - offered(key) - with_names(frozenset().union(*map(placeholders_of, replaced.sources))):
            yield Problem(entry.file, entry.line, f"{key}: unknown placeholder {', '.join(sorted(unknown))}")
