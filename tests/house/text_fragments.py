"""Finds sentences of the catalogue in what behaviour tests expect.

A test names a text by its key (`tests/wording.py`): else it breaks whenever somebody edits the sentence. A literal is
expected if it has two words or more, is compared or given to a function that looks for words in messages, and is part
of a text that people read.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from prompts.catalogue import Catalogue
from prompts.markdown import to_mrkdwn, to_plain

FOLDERS = ("scenarios", "storage", "rehearsal")
LOOK_FOR_WORDS = {"telling", "count", "index", "startswith", "endswith"}
NOT_WORDING = re.compile(
    r"^(samples|rehearsal|labels|sessions\.packs|care\.distress|spreadsheets\.(matching\.example|values))\.|placeholder$"
)
"""Texts whose words are also data: sample names, labels of stored codes, words that people type."""
ALLOWED = {"Pak Budi", "akun tamu"}
"""A name with its form of address; what two texts have in common."""
_TWO_WORDS = re.compile(r"[^\W\d_]{2,}[,;:.!?]? [^\W\d_]{2,}")


def fragments(root: Path) -> list[str]:
    """Each of them by file and line, with the key of a text that has it."""
    return [
        f"{path.relative_to(root)}:{node.lineno}: {node.value!r} ({key})"
        for folder in FOLDERS
        for path in sorted((root / "tests" / folder).rglob("*.py"))
        for node in _expected(ast.parse(path.read_text("utf-8")))
        if (key := text_with(str(node.value)))
    ]


def text_with(words: str) -> str:
    """The key of a text that has these words; "" if there is none, or they are no wording."""
    words = words.strip()
    if words in ALLOWED or not _TWO_WORDS.search(words):
        return ""
    return next((key for key, text in _texts() if words in text), "")


@cache
def _texts() -> list[tuple[str, str]]:
    catalogue = Catalogue.load()
    return [
        (key, converted(source))
        for language in catalogue.languages
        for key, entry in catalogue.shown(language).items()
        if not NOT_WORDING.search(key)
        for source in entry.sources
        for converted in (to_mrkdwn, to_plain, str)
    ]


def _expected(tree: ast.AST) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            found = [node.left, *node.comparators]
        elif isinstance(node, ast.Call) and _name(node.func) in LOOK_FOR_WORDS:
            found = node.args
        else:
            continue
        for one in found:
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                yield one


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
