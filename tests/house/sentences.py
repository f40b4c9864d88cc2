"""Finds human sentences in code.

Every sentence that people read is a text in `prompts/`. In code a literal counts as one when two words stand next to
each other in it, or when it is handed to Block Kit as a text, be it a single word. These may be there, because nobody
who takes part or works in HR reads them:

- documentation: docstrings, and the lines below an attribute;
- what a developer reads: log messages, what an exception is raised with, assertions;
- what the operator reads, on the terminal or in metrics: the modules of `OPERATORS`, `print` and argparse anywhere;
- another language: SQL, HTML tags, slash commands, and the few of `NO_SENTENCES`.

A `Refusal` is no exception to this: it carries a code, and its sentence is a text.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

OPERATORS = {
    "bot/cli/common.py",
    "bot/__main__.py",
    "bot/config.py",
    "bot/rehearsal/demo.py",
    "bot/rehearsal/demo_workspaces.py",
    "bot/cli/calendar_key.py",
    "bot/cli/encryption_key.py",
    "bot/cli/installation_key.py",
    "bot/cli/doctor/app.py",
    "bot/cli/doctor/calendars.py",
    "bot/cli/doctor/channels.py",
    "bot/cli/doctor/command.py",
    "bot/cli/doctor/examine.py",
    "bot/cli/doctor/features.py",
    "bot/cli/doctor/mail.py",
    "bot/cli/doctor/probe.py",
    "bot/cli/doctor/stored.py",
    "bot/cli/doctor/workspaces.py",
    "bot/slack/refusal_cures.py",
    "bot/slack/socket_state.py",
    "bot/server/logs.py",
    "bot/cli/match/arguments.py",
    "bot/rehearsal/arguments.py",
    "bot/cli/match/command.py",
    "bot/metrics.py",
    "bot/server/health.py",
    "bot/cli/outbox.py",
    "bot/cli/programme.py",
    "bot/cli/roster.py",
    "bot/cli/workspaces.py",
    "bot/cli/prompts.py",
    "bot/workspaces/settings.py",
    "storage/lock.py",
    "storage/migrate.py",
}
"""They speak to whoever runs the bot, in English, like every command line."""

NO_SENTENCES = {
    "upper left": "a place in a chart",
    "upper center": "a place in a chart",
    "lower left": "a place in a chart",
    "lower right": "a place in a chart",
    "Source Serif Pro": "a font",
    "DejaVu Sans": "a font",
    "-//Balik//Reverse mentoring//EN": "who made a calendar file, for programs",
    "PT Nusantara Sejahtera": "the name of the sample company",
    "Layanan Pelanggan": "a department of the sample company",
}

SPOKEN = {
    "plain",
    "mrkdwn",
    "header",
    "section",
    "context",
    "button",
    "link_button",
    "modal",
    "Message",
    "confirmation",
}
"""What makes blocks of Block Kit, the text first."""
SPOKEN_NAMES = {"text", "title", "label", "hint", "placeholder", "submit", "close", "alt_text"}
"""Names under which Block Kit takes a text."""

_DEVELOPERS = re.compile(
    r"^(log|logger|logging)\.|^(print|text|super\(\)\.__init__)$|\.(compile|add_argument|add_parser|add_subparsers)$"
)
_SENTENCE = re.compile(r"[^\W\d_]{2,}[,;:!?.]? +([^\W\d_] +)?[^\W\d_]{2,}")
_OTHER = re.compile(r"<[^<>]*>|/mentoring \w+|^(PRAGMA|BEGIN|SELECT|UPDATE|DELETE|CREATE) .*", re.DOTALL)
_LETTERS = re.compile(r"[^\W\d_]{2,}")


def sentences(source: str) -> Iterator[tuple[int, str]]:
    """Line and words of each literal of a module that people would read."""
    tree = ast.parse(source)
    excused = {id(part) for node in ast.walk(tree) for part in _excused_by(node)}
    spoken = {id(part) for node in ast.walk(tree) for part in _spoken_by(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant | ast.JoinedStr) or id(node) in excused:
            continue
        words = _OTHER.sub(" ", _words(node))
        if words not in NO_SENTENCES and (_SENTENCE.search(words) or (id(node) in spoken and _LETTERS.search(words))):
            yield node.lineno, _words(node)


def _words(node: ast.Constant | ast.JoinedStr) -> str:
    """A literal; an f-string as a whole, with `{}` for what is put into it."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return node.value if isinstance(node.value, str) else ""


def _excused_by(node: ast.AST) -> Iterator[ast.AST]:
    """What below `node` is not for people, or was looked at with the f-string that it is part of."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield from (part for part in node.values if isinstance(part, ast.Constant))
    elif _is_for_developers(node):
        yield from ast.walk(node)
    elif isinstance(node, ast.Call) and _DEVELOPERS.search(_called(node)):
        yield from (part for argument in (*node.args, *node.keywords) for part in ast.walk(argument))


def _is_for_developers(node: ast.AST) -> bool:
    """An assertion, an exception that is raised, or the class of one."""
    if isinstance(node, ast.Raise):
        return _called(node.exc) != "Refusal"
    if isinstance(node, ast.ClassDef):
        return any(_name(base).endswith(("Exception", "Error")) for base in node.bases)
    return isinstance(node, ast.Assert)


def _spoken_by(node: ast.AST) -> Iterator[ast.AST]:
    """What `node` hands to Block Kit as a text."""
    if isinstance(node, ast.Call):
        yield from node.args[:1] if _called(node) in SPOKEN else ()
        yield from (word.value for word in node.keywords if word.arg in SPOKEN_NAMES and _called(node) != "dict")
    elif isinstance(node, ast.Dict) and "type" in [getattr(key, "value", "") for key in node.keys]:
        pairs = zip(node.keys, node.values, strict=True)
        yield from (value for key, value in pairs if isinstance(key, ast.Constant) and key.value in SPOKEN_NAMES)


def _called(node: ast.AST | None) -> str:
    return _name(node.func) if isinstance(node, ast.Call) else ""


def _name(node: ast.AST) -> str:
    """`log.warning` of an expression; `super().__init__` keeps its brackets."""
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return f"{_name(node.func)}()"
    return node.id if isinstance(node, ast.Name) else ""


def in_code(root: Path) -> list[str]:
    """Every sentence in the rooms that write to people, by file and line."""
    return [
        f"{path.relative_to(root)}:{line}: {words!r}"
        for room in ("bot", "handlers", "storage")
        for path in sorted((root / room).rglob("*.py"))
        if _may_be_read(path.relative_to(root))
        for line, words in sentences(path.read_text("utf-8"))
    ]


def _may_be_read(path: Path) -> bool:
    """The local Slack says Slack's own words and knows nothing of ours; migrations are SQL."""
    return path.as_posix() not in OPERATORS and not {"sandbox", "migrations"} & set(path.parts)
