"""Reading text files: Markdown with front matter, one message a file; and what may be wrong with one.

`id/sessions/nudge.md` holds the keys `sessions.nudge.…`: each front matter key, and `….body` for the Markdown below.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from prompts.markdown import TAG, escape, safe_url, to_mrkdwn, to_plain

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every value a string: no surprise with yes, no, 1.0

REGISTER = frozenset({"kamu", "Kamu", "mu", "you", "You", "your", "sapaan", "command"})
"""Words that every text may use without being passed: the reader's form of address, and the slash command."""

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


class Mrkdwn(str):
    """Text that is Slack markup already: a mention, a link that we built, a rendered text. It is not escaped."""

    __slots__ = ()


@dataclass(frozen=True, order=True)
class Problem:
    """Something to put right in a text file, at a line."""

    file: Path
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


@dataclass(frozen=True)
class Entry:
    """One key's text as it was written: a single string, or a list of them."""

    sources: tuple[str, ...]
    is_list: bool
    file: Path
    line: int


Entries = dict[str, Entry]
"""By key."""


def finalize(value: Any) -> str:
    """What a placeholder becomes in mrkdwn. Undefined ones raise here."""
    return value if isinstance(value, Mrkdwn) else escape(str(value))


def _environment(**options: Any) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, **options)
    environment.filters["safe_url"] = safe_url
    environment.globals.clear()
    return environment


_MRKDWN = _environment(finalize=finalize)
_PLAIN = _environment()


@cache
def placeholders_of(source: str) -> frozenset[str]:
    return frozenset(meta.find_undeclared_variables(_PLAIN.parse(source))) - REGISTER


def _read_file(path: Path, prefix: str, problems: list[Problem]) -> Entries:
    """The keys of one file. What cannot be read becomes a problem."""
    entries: Entries = {}
    lines = path.read_text(encoding="utf-8").removeprefix("\ufeff").splitlines()
    if not lines or lines[0].rstrip() != "---":
        front, body, body_line = "", lines, 1
    else:
        end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0)
        if not end:
            problems.append(Problem(path, 1, 'the front matter has no closing "---" line'))
            return entries
        front, body, body_line = "\n".join(lines[1:end]), lines[end + 1 :], end + 2
    try:
        root = yaml.compose(front, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        hint = 'put texts that hold ":" or start with "{{" in "quotes"'
        problems.append(Problem(path, (mark.line if mark else 0) + 2, f"front matter: {error.problem}; {hint}"))
        return entries
    if isinstance(root, yaml.MappingNode):
        _read_mapping(root, prefix, path, entries, problems)
    elif root is not None:
        problems.append(Problem(path, 2, 'front matter: expected lines of "name: text"'))
    if text := "\n".join(body).strip():
        body_line += next(i for i, line in enumerate(body) if line.strip())
        entries[f"{prefix}.body"] = Entry((text,), False, path, body_line)
    return entries


def _read_mapping(node: yaml.MappingNode, prefix: str, path: Path, entries: Entries, problems: list[Problem]) -> None:
    for name, value in node.value:
        line = name.start_mark.line + 2
        key = f"{prefix}.{name.value}"
        if not isinstance(name, yaml.ScalarNode):
            problems.append(Problem(path, line, 'put texts that start with "{{" in "quotes"'))
        elif not re.fullmatch(r"\w+", name.value):
            problems.append(Problem(path, line, f"{name.value!r} cannot be a name: use letters, digits and _"))
        elif key in entries:
            problems.append(Problem(path, line, f"{name.value} is written twice"))
        elif isinstance(value, yaml.MappingNode):
            _read_mapping(value, key, path, entries, problems)
        elif isinstance(value, yaml.SequenceNode):
            if all(isinstance(item, yaml.ScalarNode) for item in value.value):
                texts = tuple(item.value for item in value.value)
                entries[key] = Entry(texts, True, path, line)
            else:
                problems.append(
                    Problem(path, line, f"{name.value}: a list may hold texts only; is one in need of quotes?")
                )
        else:
            entries[key] = Entry((value.value,), False, path, line)


def check(key: str, entry: Entry) -> Iterator[Problem]:
    """What is wrong with one text taken alone."""
    limit = next(limit for pattern, limit in LIMITS if pattern.search(key))
    for source in entry.sources:
        try:
            _MRKDWN.compile(to_mrkdwn(source), raw=True)  # to Python, not to a template: half the time
        except TemplateError as error:
            line = entry.line + (error.lineno - 1 if isinstance(error, TemplateSyntaxError) else 0)
            yield Problem(entry.file, line, f"{key}: placeholder: {error.message}")
            continue
        if not source.strip():
            yield Problem(entry.file, entry.line, f"{key}: is empty")
        length = len(TAG.sub("", to_mrkdwn(source)))
        if length > limit:
            yield Problem(entry.file, entry.line, f"{key}: {length} characters, Slack allows {limit}")


def compile_text(source: str, *, plain: bool) -> Template:
    return _PLAIN.from_string(to_plain(source)) if plain else _MRKDWN.from_string(to_mrkdwn(source))


def read_folder(folder: Path, problems: list[Problem]) -> dict[str, Entries]:
    """Every language folder below `folder`. A text with a problem of its own is left out only from overrides."""
    languages: dict[str, Entries] = {}
    for home in sorted(path for path in folder.iterdir() if path.is_dir() and re.fullmatch(r"[a-z]{2,3}", path.name)):
        entries: Entries = {}
        for path in sorted(home.rglob("*.md")):
            prefix = ".".join(path.relative_to(home).with_suffix("").parts)
            for key, entry in _read_file(path, prefix, problems).items():
                if key in entries:
                    problems.append(Problem(path, entry.line, f"{key} is also in {entries[key].file}"))
                else:
                    entries[key] = entry
        if entries:
            languages[home.name] = entries
    return languages


def check_override(key: str, entry: Entry, replaced: Entry | None) -> Iterator[Problem]:
    """A company's text may leave placeholders out, but it cannot invent keys or placeholders."""
    if replaced is None:
        yield Problem(entry.file, entry.line, f"{key}: there is no such text to replace")
    elif entry.is_list != replaced.is_list:
        yield Problem(entry.file, entry.line, f"{key}: must be {'a list' if replaced.is_list else 'one text'}")
    else:
        try:
            used = frozenset().union(*map(placeholders_of, entry.sources))
        except TemplateError:
            return  # told by `check` already
        if unknown := used - frozenset().union(*map(placeholders_of, replaced.sources)):
            yield Problem(entry.file, entry.line, f"{key}: unknown placeholder {', '.join(sorted(unknown))}")
