"""Finds texts of `prompts/` that no code renders.

A text is used if its key is a literal in code, or fits an f-string there whose placeholders become names that code
knows: literals, parts of them, and what f-strings without dots compose (`after_{days}`). An f-string that begins with a
placeholder (`f"{key}.title"`) continues a beginning of keys that is written in the same module; in modules that all
features share, one that is written anywhere.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOMS = ("bot", "handlers", "prompts", "storage")
SHARED = ("handlers/kit/", "prompts/")

OTHERWISE = {
    "alerts.needs.effects": "named by Slack's scopes (`files:write`)",
    "rehearsal.kinds": "named by the kinds of messages and their groups",
    "rehearsal.page.words": "read by the page's JavaScript",
    "sessions.nudge_mentee.who": "composed of whose turn it is",
    "sessions.nudge_mentor.who": "composed of whose turn it is",
    "samples": "named by the placeholders of texts, for a preview",
    "sessions.packs": "named by packs, rounds and forms",
    "spreadsheets.values": "listed by column",
    "labels": "listed by stored codes",
}
"""Beginnings of keys whose ends are in no code, and where they come from."""

Template = tuple[str | None, ...]
_KEY = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
_PART = re.compile(r"[a-z0-9_.]*")
_ANY = r"([a-z0-9_.]+)"


@dataclass
class _Module:
    literals: set[str] = field(default_factory=set)
    templates: set[Template] = field(default_factory=set)


def unused(root: Path, keys: Iterable[str]) -> list[str]:
    """The keys that no module below `root` can render."""
    modules = {
        path.relative_to(root).as_posix(): _read(path) for room in ROOMS for path in sorted((root / room).rglob("*.py"))
    }
    left = {key for key in keys if not any(key.startswith(f"{begin}.") for begin in OTHERWISE)}
    begins = {".".join(key.split(".")[:count]) for key in left for count in range(1, key.count(".") + 1)}
    names, composed = _names(modules.values())
    left -= set().union(*(module.literals for module in modules.values()))
    for path, module in modules.items():
        for end, pattern in _patterns(module, path, begins, modules.values()):
            fitting = [found for key in left if key.endswith(end) and (found := pattern.fullmatch(key))]
            left -= {found[0] for found in fitting if _known(found, names, composed)}
    return sorted(left)


def _read(path: Path) -> _Module:
    found = _Module()
    tree = ast.parse(path.read_text("utf-8"))
    inside: set[int] = set()
    for node in ast.walk(tree):  # an f-string comes before its parts
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            if _KEY.fullmatch(node.value):
                found.literals.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in node.values}
            parts = tuple(str(one.value) if isinstance(one, ast.Constant) else None for one in node.values)
            if all(one is None or _PART.fullmatch(one) for one in parts):
                found.templates.add(parts)
    return found


def _names(modules: Iterable[_Module]) -> tuple[set[str], re.Pattern[str]]:
    """The names that a placeholder can become: those that are written, and those that f-strings compose."""
    names: set[str] = set()
    composed = {r"(?!)"}
    for module in modules:
        for literal in module.literals:
            names |= set(literal.split("."))
        for template in module.templates:
            whole = _as_pattern(template)
            composed |= {one for one in whole.replace(_ANY, "[a-z0-9]+").split(r"\.") if re.search("[a-z]{2}", one)}
            names |= {name for part in template if part for name in part.split(".")}
    composed -= {"[a-z0-9]+"}
    return names, re.compile("|".join(sorted(composed)))


def _patterns(
    module: _Module, path: str, begins: set[str], everywhere: Iterable[_Module]
) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The keys that a module composes: how they end, and their pattern."""
    sources = everywhere if path.startswith(SHARED) else (module,)
    known = {re.escape(one) for source in sources for one in source.literals & begins}
    known |= {_as_pattern(one) for source in sources for one in source.templates if one[0] and "." in one[0]}
    beginning = "|".join(sorted(known)) or r"(?!)"
    for template in module.templates:
        end = template[-1] or ""
        if template[0]:
            yield end, re.compile(_as_pattern(template))
        elif len(template) > 1:
            yield end, re.compile(f"(?:{beginning}){_as_pattern(template[1:])}")


def _as_pattern(template: Template) -> str:
    return "".join(_ANY if part is None else re.escape(part) for part in template)


def _known(found: re.Match[str], names: set[str], composed: re.Pattern[str]) -> bool:
    parts = [name for group in found.groups() if group for name in group.split(".")]
    return all(name in names or composed.fullmatch(name) for name in parts)
