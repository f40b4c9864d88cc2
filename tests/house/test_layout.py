"""The layout: a feature has one name in each layer, few modules lie loose, and no file imports another in a circle."""

import ast
import io
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FEATURES = {
    "agreement",
    "broadcasts",
    "buddies",
    "busy_hours",
    "session_mail",
    "care",
    "circles",
    "closing",
    "course",
    "home",
    "improvements",
    "working_time",
    "insight",
    "invitations",
    "material",
    "matching",
    "nominations",
    "orientation",
    "outcomes",
    "own_questions",
    "participants",
    "people",
    "playbook",
    "polls",
    "privacy",
    "programme",
    "recruiting",
    "roster",
    "sessions",
    "signup",
    "surveys",
    "training",
}
LOOSE = {"__init__", "__main__", "app", "balik", "clock", "config", "metrics", "worker_process"}
"""The modules directly in `bot/`: at most ten."""
COMMON_TEXTS = {
    "alerts",
    "commands",
    "demo",
    "errors",
    "installation",
    "labels",
    "language",
    "notice",
    "phrases_to_avoid",
    "rehearsal",
    "samples",
    "spreadsheets",
}
"""Texts that belong to no feature, or to what stands beside them."""


def packages(folder: str) -> set[str]:
    return {path.parent.name for path in (ROOT / folder).glob("*/__init__.py")}


def test_each_feature_has_one_name_in_every_layer() -> None:
    assert packages("handlers") == FEATURES | {"kit"}
    assert packages("bot/services") == FEATURES | {"alerts"}
    for language in ("en", "id"):
        texts = {path.stem for path in (ROOT / "prompts" / language).iterdir()}
        assert texts == FEATURES - {"people"} | COMMON_TEXTS, language


COMMON_RULES = {
    "calendar",
    "calendar_files",
    "day_starts",
    "figures",
    "message_budget",
    "person_names",
    "reminders",
    "sheet_rows",
    "text_cleaning",
}
"""Modules of `bot/domain/` that several features use."""


def is_of_feature(name: str) -> bool:
    """`sessions_cadence` is of `sessions`: the name is a feature's, or begins with it."""
    return any(f"{name}_".startswith(f"{feature}_") for feature in FEATURES | {"alerts"})


def test_a_module_of_rules_is_named_after_its_feature() -> None:
    rules = {path.stem for path in (ROOT / "bot" / "domain").glob("*.py") if path.name != "__init__.py"}
    assert {name for name in rules if not is_of_feature(name)} == COMMON_RULES
    assert packages("bot/domain") == {"matching", "messages"}
    payloads = {path.stem for path in (ROOT / "bot" / "domain" / "messages").glob("*.py")}
    assert {name for name in payloads if not is_of_feature(name)} == {"__init__", "kind", "registry"}


COMMON_UNITS = COMMON_RULES - {"message_budget", "person_names", "reminders", "sheet_rows"} | {
    "avoided_phrases",
    "button_value",
    "catalogue",
    "clock_changes",
    "connections",
    "facts_in_texts",
    "facts_of_plans",
    "listeners",
    "logs",
    "message_kinds",
    "modal_state",
    "one_and_many",
    "people_first_language",
    "per_workspace",
    "phrases",
    "rehearsal_progress",
    "replaced_texts",
    "shipped_texts",
    "slack_methods",
    "text_preview",
    "watchdog",
}
"""Tests of code that several features use: the catalogue of texts, the kit of the handlers, the gateway to Slack."""


ACROSS_FEATURES = {
    "another_programme",
    "articles",
    "at_once",
    "clock",
    "confirmations",
    "dirty_text",
    "events_out_of_order",
    "garbage",
    "hr_from_nothing",
    "http",
    "http_rubbish",
    "nothing_leaks",
    "own_texts",
    "pickers",
    "refused_by_slack",
    "request_costs",
    "socket_mode",
    "stopping",
    "third_language",
    "twice",
    "forms_changed_underneath",
    "when_things_change",
    "who_may_act",
}
"""Scenarios that are about no single feature."""


SHARED_HELPERS = {
    "conftest",
    "office",
    "pairs",
    "requests",
    "snapshots",
    "summaries",
    "two_programmes",
    "world",
}
"""Modules directly in `tests/scenarios/` that have no tests: what several features' scenarios use."""


@pytest.mark.parametrize(("folder", "across"), [("scenarios", ACROSS_FEATURES), ("unit", COMMON_UNITS)])
def test_tests_lie_in_a_folder_named_after_their_feature(folder: str, across: set[str]) -> None:
    """`tests/scenarios/sessions/test_cadence.py` is about sessions. The name of a file does not repeat the folder's,
    except where it is the whole name: `polls/test_polls.py`."""
    home = ROOT / "tests" / folder
    assert {path.stem.removeprefix("test_") for path in home.glob("test_*.py")} == across
    folders = {path.parent.name for path in home.glob("*/*.py")}
    assert folders - FEATURES - {"alerts"} == set()
    assert folders - packages(f"tests/{folder}") == set(), "add an __init__.py: two features have files of one name"
    deeper = [str(path.relative_to(ROOT)) for path in home.glob("*/*/*.py")]
    assert deeper == []
    repeated = [
        str(path.relative_to(ROOT))
        for path in home.glob("*/test_*.py")
        if path.stem.startswith(f"test_{path.parent.name}_")
    ]
    assert repeated == []


def test_few_helpers_lie_directly_in_scenarios() -> None:
    """A helper that one feature's scenarios use lies in the feature's folder."""
    modules = {path.stem for path in (ROOT / "tests" / "scenarios").glob("*.py")}
    assert {name for name in modules if not name.startswith("test_")} - {"__init__"} == SHARED_HELPERS


def test_few_modules_lie_directly_in_bot() -> None:
    assert {path.stem for path in (ROOT / "bot").glob("*.py")} == LOOSE
    assert len(LOOSE) <= 10


def test_no_file_imports_another_in_a_circle() -> None:
    """Imports for types alone (`TYPE_CHECKING`) count too."""
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for folder in ("bot", "handlers", "storage", "prompts")
        for path in (ROOT / folder).rglob("*.py")
        if path.name != "__init__.py" and "migrations" not in path.parts
    }
    imports = {name: set(_imports(name, path)) & files.keys() - {name} for name, path in files.items()}
    while free := {name for name, wanted in imports.items() if not wanted & imports.keys()}:
        for name in free:
            del imports[name]
    used = {one for wanted in imports.values() for one in wanted}
    assert {name for name in imports if name in used} == set()


def _imports(name: str, path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = name.split(".")[: -node.level] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def test_the_person_who_learns_is_called_leader_in_every_name() -> None:
    """`mentee` is only in what is stored: values, columns, ids, keys of texts."""
    listed = subprocess.run(["git", "ls-files", "-z", "*.py"], cwd=ROOT, check=True, capture_output=True, text=True)
    older = []
    for path in listed.stdout.split("\0"):
        if not path or path.startswith("storage/migrations/"):
            continue
        source = (ROOT / path).read_text("utf-8")
        if "mentee" in source.lower():
            for token in tokenize.generate_tokens(io.StringIO(source).readline):
                if token.type == tokenize.NAME and "mentee" in token.string.lower():
                    older.append(f"{path}:{token.start[0]}: {token.string}")
    assert not older, "call the person who learns leader: see the glossary in CONTRIBUTING.md"
