"""Which functions reach which tables: what a function names, and what that names in turn, by the source alone."""

import ast
import importlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("bot/services", "handlers", "storage")
PRIVATE = frozenset(
    {
        "PollAnswer",
        "SurveyResponse",
        "OwnAnswer",
        "Preparation",
        "OpennessAnswer",
        "BuddyChoice",
        "BuddyPair",
        "CircleMember",
        "ActionCard",
        "Thanks",
        "LogEntry",
        "Agreement",
        "GoalDate",
        "Concern",
        "Avoidance",
        "PairConfirmation",
    }
)
"""Tables of what people answer or write in confidence."""
PUBLISHED = "PublishedGroup"


@cache
def functions() -> dict[str, frozenset[str]]:
    """Every function and constant of ours, by its full name, and the full names that it mentions."""
    found: dict[str, frozenset[str]] = {}
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                found |= _of_module(path)
    return found


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _of_module(path: Path) -> dict[str, frozenset[str]]:
    tree, module = ast.parse(path.read_text("utf-8")), module_of(path)
    known: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            known |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
    named = dict(_definitions(tree))
    known |= {name: f"{module}.{name}" for name in named}
    return {f"{module}.{name}": frozenset(_mentioned(node, known)) for name, node in named.items()}


def _definitions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name, node
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
                yield name, value


def _mentioned(node: ast.AST, known: dict[str, str]) -> Iterator[str]:
    for one in ast.walk(node):
        match one:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in known:
                yield f"{known[name]}.{attribute}"
                yield known[name]
            case ast.Name(id=name) if name in known:
                yield known[name]


def tables_of(name: str) -> frozenset[str]:
    """The private tables that a function reads or writes, itself or through what it calls."""
    seen, left = {name}, [name]
    while left:
        for one in functions().get(left.pop(), ()):
            if one not in seen:
                seen.add(one)
                left.append(one)
    return frozenset(one.rpartition(".")[2] for one in seen if one.startswith("storage.tables.")) & (
        PRIVATE | {PUBLISHED}
    )


def services_for_hr() -> set[str]:
    """Every service that HR calls: it takes an `HrCaller`."""
    found = set()
    for path in sorted((ROOT / "bot/services").rglob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
                one.annotation is not None and ast.unparse(one.annotation) == "HrCaller" for one in node.args.args
            ):
                found.add(f"{module_of(path)}.{node.name}")
    return found


def writers() -> dict[str, str]:
    """Every kind of message, and the function that writes it."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "handlers").glob("*/*messages.py")):
        renderers = getattr(importlib.import_module(module_of(path)), "RENDERERS", ())
        found |= {payload.kind.name: f"{one.__module__}.{one.__name__}" for payload, one in renderers}
    return found
