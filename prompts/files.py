"""Reading text files: Markdown with front matter, one message a file.

`id/sessions/nudge.md` holds the keys `sessions.nudge.…`: each front matter key, and `….body` for the Markdown below.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined, Template, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.domain.text_cleaning import clean
from prompts.markdown import escape, safe_url, to_mrkdwn, to_plain
from prompts.moved import current_path

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every value a string: no surprise with yes, no, 1.0

DEEPEST = 20
"""Names within names. YAML's parser in C crashes the process at some tens of thousands."""

WHO_SEES = {f"{who}_sees": f"privacy.who_sees.{who}" for who in ("hr", "partner", "contact")}
"""What HR, the partner and the contact see: one sentence each, which every text may use by this name."""
REGISTER = frozenset({"kamu", "Kamu", "mu", "you", "You", "your", "sapaan", "command", *WHO_SEES})
"""Words that every text may use without being passed: the reader's form of address, the slash command, `WHO_SEES`."""


class Mrkdwn(str):
    """Text that is Slack markup already: a mention, a link that we built, a rendered text. It is not escaped."""

    __slots__ = ()


class Mention(Mrkdwn):
    """A person's mention. Where a text has it as `{{ partner }}`, it may also have `{{ partner_name }}`: the name as
    it is spoken, "Pak Budi", for the places after the first one."""

    __slots__ = ("address", "name")

    def __new__(cls, markup: str, name: str, address: str) -> "Mention":
        """`address`: the form of address that the person chose; "" for the name alone."""
        mention = super().__new__(cls, markup)
        mention.name, mention.address = name, address
        return mention

    name: str
    address: str


NAME = "_name"
"""Ends the placeholder of a name that comes with a mention; of any other value, it is the value."""


@dataclass(frozen=True, order=True)
class Problem:
    """A problem of a text file, at a line."""

    file: Path
    line: int
    what: str
    advice: bool = False
    """The text is used anyway: it could be better."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


@dataclass(frozen=True, slots=True)
class TextEntry:
    """One key's text as it was written: a single string, or a list of them."""

    sources: tuple[str, ...]
    is_list: bool
    file: Path
    line: int
    lines: tuple[int, ...]
    """Where each of `sources` begins; `line` is where its name stands."""


Entries = dict[str, TextEntry]
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


OPENS_TAG = "{"
"""What every tag of Jinja begins with: three quarters of the texts are without, and need not be parsed."""


@cache
def placeholders_of(source: str) -> frozenset[str]:
    if OPENS_TAG not in source:
        return frozenset()
    return frozenset(meta.find_undeclared_variables(_PLAIN.parse(source))) - REGISTER


def with_names(placeholders: frozenset[str]) -> frozenset[str]:
    """The placeholders, and that of the name of each: wherever `partner` is passed, `partner_name` may be used."""
    return placeholders | {f"{name}{NAME}" for name in placeholders}


def _read_file(path: Path, prefix: str, problems: list[Problem]) -> Entries:
    """The keys of one file. What cannot be read becomes a problem."""
    entries: Entries = {}
    try:
        lines = path.read_text(encoding="utf-8").removeprefix("\ufeff").splitlines()
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        problems.append(Problem(path, line, "is not in UTF-8: save it with that encoding"))
        return entries
    except OSError as error:
        problems.append(Problem(path, 1, f"cannot be read ({error.strerror})"))
        return entries
    if not lines or lines[0].rstrip() != "---":
        front, body, body_line = "", lines, 1
    else:
        end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0)
        if not end:
            problems.append(Problem(path, 1, 'the front matter has no closing "---" line'))
            return entries
        front, body, body_line = "\n".join(lines[1:end]), lines[end + 1 :], end + 2
    try:
        if fault := _too_much(front):
            problems.append(Problem(path, fault[0] + 2, f"front matter: {fault[1]}"))
            return entries
        root = yaml.compose(front, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        hint = 'put texts that hold ":" or start with "{{" or "*" in "quotes"'
        problems.append(Problem(path, (mark.line if mark else 0) + 2, f"front matter: {error.problem}; {hint}"))
        return entries
    except yaml.reader.ReaderError as error:
        line = front[: error.position].count("\n") + 2
        problems.append(Problem(path, line, "front matter: holds a character that cannot be seen: type the line anew"))
        return entries
    if isinstance(root, yaml.MappingNode):
        _read_mapping(root, prefix, path, entries, problems)
    elif root is not None:
        problems.append(Problem(path, 2, 'front matter: expected lines of "name: text"'))
    if dashes := next((i for i, line in enumerate(body) if line.rstrip() == "---"), None):
        problems.append(Problem(path, body_line + dashes, 'people would read this line "---": delete it'))
    if text := "\n".join(body).strip():
        body_line += next(i for i, line in enumerate(body) if line.strip())
        entries[f"{prefix}.body"] = TextEntry((clean(text),), False, path, body_line, (body_line,))
    return entries


def _too_much(front: str) -> tuple[int, str] | None:
    """The line and the reason if YAML in it may stand for more than it holds, or is nested too deep to be read."""
    depth = 0
    for event in yaml.parse(front, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            return line, 'a text that starts with "*" needs to be in "quotes"'
        if depth > DEEPEST:
            return line, f"names are nested in more than {DEEPEST} others"
    return None


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
                texts = tuple(clean(item.value) for item in value.value)
                entries[key] = TextEntry(texts, True, path, line, tuple(map(_first_line, value.value)))
            else:
                problems.append(
                    Problem(path, line, f"{name.value}: a list may hold texts only; is one in need of quotes?")
                )
        else:
            entries[key] = TextEntry((clean(value.value),), False, path, line, (_first_line(value),))


def _first_line(value: yaml.ScalarNode) -> int:
    """The first line of a text: below its name if it is written as a block."""
    line: int = value.start_mark.line
    return line + (3 if value.style in ("|", ">") else 2)


@cache
def template_fault(source: str) -> TemplateError | None:
    """Why `source` cannot be rendered, whatever is passed."""
    if OPENS_TAG not in source:
        return None
    try:
        _MRKDWN.compile(to_mrkdwn(source), raw=True)  # to Python, not to a template: half the time
    except TemplateError as error:
        return error
    return None


@dataclass(frozen=True)
class Constant:
    """A text without tags, in place of a template: compiling takes a hundred times as long as rendering."""

    text: str

    def render(self, *_values: Any, **_named: Any) -> str:
        return self.text


@cache
def compile_text(source: str, *, plain: bool) -> Template | Constant:
    if OPENS_TAG not in source:
        text = to_plain(source) if plain else to_mrkdwn(source)
        return Constant(text.removesuffix("\n"))  # as Jinja does
    return _PLAIN.from_string(to_plain(source)) if plain else _MRKDWN.from_string(to_mrkdwn(source))


def read_folder(folder: Path, problems: list[Problem]) -> dict[str, Entries]:
    """Every language folder below `folder`. Other files become problems."""
    languages: dict[str, Entries] = {}
    for stray in sorted(folder.glob("*.md")):
        if stray.stem.lower() != "readme":
            problems.append(Problem(stray, 1, "lies in no language's folder: move it into id/ or en/"))
    for home in sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))):
        if not re.fullmatch(r"[a-z]{2,3}", home.name):
            problems.append(Problem(home, 1, "is not the two or three small letters of a language, such as id or en"))
            continue
        entries: Entries = {}
        files = {
            path: path.relative_to(home).as_posix()
            for path in home.rglob("*")
            if path.is_file() and not path.name.startswith(".")
        }
        # Those at older paths last: what is at the current path counts.
        for path in sorted(files, key=lambda path: (current_path(files[path]) != files[path], path)):
            if path.suffix != ".md":
                problems.append(Problem(path, 1, 'is not a text: its name must end in ".md"'))
                continue
            if (current := current_path(files[path])) != files[path]:
                what = f"is still read, but its place is now {home.name}/{current}: move it there"
                problems.append(Problem(path, 1, what, advice=True))
            prefix = current.removesuffix(".md").replace("/", ".")
            for key, entry in _read_file(path, prefix, problems).items():
                if key in entries:
                    problems.append(Problem(path, entry.line, f"{key} is also in {entries[key].file}"))
                else:
                    entries[key] = entry
        if entries:
            languages[home.name] = entries
    return languages
