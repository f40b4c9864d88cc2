"""The architecture: which package may import which, and that what is declared is what is there."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import handlers
from bot.domain.care import Action
from bot.services.course.change import LOGGED
from bot.workspaces.app_manifest import manifest_for
from handlers.kit.listeners import WORDS, words_for
from prompts.catalogue import Catalogue
from storage.tables.concerns import MOVED_BY_OPERATOR, NAMED_ELSEWHERE

ROOT = Path(__file__).parents[2]
SCHEMAS = Path(__file__).parent / "schemas"
"""Slack's published schemas of a manifest (MIT, see the LICENSE beside them)."""

CURRENT = "bot.workspaces.current"
COUNTS = "bot.workspaces.counts"
"""Says for which workspace the code runs."""
MAY_USE = {
    "prompts": ("prompts", "bot.domain.text_cleaning"),
    "bot/domain": ("bot.domain",),
    "bot/sandbox": ("bot.sandbox",),
    "storage": ("storage", CURRENT, "bot.clock", "bot.domain"),
    "bot/services": (
        "bot.services",
        CURRENT,
        "bot.domain",
        "bot.clock",
        "bot.slack.errors",
        "bot.slack.needs",
        "storage",
    ),
    "bot/clock.py": (),
    "bot/config.py": ("bot.domain", "bot.workspaces.settings"),
    "bot/workspaces/settings.py": (),
    "bot/workspaces/current.py": (),
    "bot/workspaces/counts.py": (),
    "bot/slack": ("bot.slack", CURRENT, COUNTS, "bot.services", "bot.domain", "bot.clock", "storage"),
    "bot/delivery": (
        "bot.delivery",
        "bot.slack",
        CURRENT,
        COUNTS,
        "bot.services",
        "bot.domain",
        "bot.clock",
        "storage",
    ),
    "bot/jobs": ("bot.jobs", "bot.slack", CURRENT, COUNTS, "bot.services", "bot.domain", "bot.clock", "storage"),
    "bot/calendars": ("bot.calendars", "bot.services", "bot.domain", "bot.clock", "storage"),
    "bot/mail": ("bot.mail", "bot.services", "bot.domain", "bot.clock", "storage"),
    "bot/pictures": ("bot.pictures", "bot.domain"),
    "bot/spreadsheets": (
        "bot.spreadsheets",
        "bot.slack",
        "bot.services",
        "bot.domain",
        "bot.clock",
        "prompts",
        "storage",
    ),
    "handlers": (
        "handlers",
        "bot.services",
        "bot.domain",
        "bot.slack",
        CURRENT,
        "bot.calendars",
        "bot.pictures",
        "bot.spreadsheets",
        "bot.clock",
        "storage",
        "prompts",
    ),
}
"""Each package → what of ours it may import. A package inside another (bot/sandbox in bot) has its own line."""
OURS = ("bot", "handlers", "storage", "prompts", "tests")


def imports_of(path: Path) -> set[str]:
    """The modules of ours that a file imports, by their full names."""
    package = ".".join(path.relative_to(ROOT).parent.parts)
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            found |= {f"{module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] in OURS}


@pytest.mark.parametrize("package", MAY_USE)
def test_imports_point_one_way(package: str) -> None:
    place = ROOT / package
    files = [place] if place.is_file() else sorted(place.rglob("*.py"))
    assert files
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in sorted(imports_of(path))
        if not any(name == allowed or name.startswith(f"{allowed}.") for allowed in MAY_USE[package])
    ]
    assert not wrong, "\n".join(wrong)


def test_only_the_gateway_the_doctor_and_installing_call_slack() -> None:
    """Installing exchanges codes and refresh tokens: there is no bot token yet, or no longer."""
    callers = {
        "bot/slack/connections.py",
        "bot/slack/gateway.py",
        "bot/slack/file_bytes.py",
        "bot/slack/outcomes.py",
        "bot/app.py",
        "bot/balik.py",
    }
    users = {
        str(path.relative_to(ROOT))
        for folder in ("bot", "handlers", "storage")
        for path in (ROOT / folder).rglob("*.py")
        if "slack_sdk" in _imported(path)
        and not any(path.is_relative_to(ROOT / place) for place in ("bot/cli/doctor", "bot/workspaces"))
    }
    assert users <= callers


def test_csv_and_xlsx_are_read_and_written_in_one_place() -> None:
    formats = {"csv", "xlsxwriter", "openpyxl", "xlrd", "pandas"}
    elsewhere = [
        str(path.relative_to(ROOT))
        for folder in ("bot", "handlers", "storage", "prompts")
        for path in (ROOT / folder).rglob("*.py")
        if not path.is_relative_to(ROOT / "bot/spreadsheets") and formats & _imported(path)
    ]
    assert elsewhere == []


def _imported(path: Path) -> set[str]:
    """The top-level packages that a file imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    whole = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    parts = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.split(".")[0] for name in whole | parts}


def test_messages_are_made_from_typed_payloads() -> None:
    """By `storage.outbox.outgoing`, which makes the key and the data that are stored."""
    by_hand = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in ("bot", "handlers")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Outgoing"
    ]
    assert by_hand == []


def test_nobody_but_the_clock_reads_the_time() -> None:
    reads = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.time\(")
    readers = [
        str(path.relative_to(ROOT))
        for folder in ("bot", "handlers", "storage", "prompts")
        for path in (ROOT / folder).rglob("*.py")
        if "sandbox" not in path.parts and path.name != "clock.py" and reads.search(path.read_text("utf-8"))
    ]
    assert not readers


MAY_BE_LONG = {
    "tests/golden/message_examples.py": "a table: one entry for each kind of message",
    "tests/scenarios/test_who_may_act.py": "a table: one row for each listener",
    "tests/scenarios/test_articles.py": "one walk for each row of docs/articles.md, in its order",
    "tests/scenarios/world.py": "data: one thing for each row of test_who_may_act.py",
    "tests/scenarios/two_programmes.py": "data: one thing for each row of test_another_programme.py, twice",
    "tests/figures/world.py": "one class: the steps of a simulation, which share its state",
}
"""Tests of over 400 lines, and why they are one file."""


def test_files_stay_short() -> None:
    folders = ("bot", "handlers", "storage", "prompts", "tests")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if "node_modules" not in path.parts]
    long = {
        str(path.relative_to(ROOT))
        for path in paths
        if "migrations" not in path.parts and len(path.read_text("utf-8").splitlines()) > 400
    }
    assert long - MAY_BE_LONG.keys() == set(), "split it by what it does, or tests by what they test"
    assert MAY_BE_LONG.keys() - long == set(), "is short by now: remove it from the list"


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
    return loaded


@pytest.mark.parametrize("schema", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.name)
def test_the_manifests_fit_slacks_schema(schema: Path, manifest: dict[str, Any]) -> None:
    rules = json.loads(schema.read_text("utf-8"))
    validator = jsonschema.validators.validator_for(rules)(rules)
    for each in (manifest, manifest_for("https://balik.example.com")):
        assert [error.message for error in validator.iter_errors(each)] == []


def test_the_manifest_and_the_listeners_agree(manifest: dict[str, Any]) -> None:
    events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
    on = handlers.listeners()
    assert {one if one != "message" else "message.im" for one in {*on.events, *on.followed}} == events
    assert [one["command"] for one in manifest["features"]["slash_commands"]] == [Catalogue.load().command]


def test_people_learn_of_every_subcommand(manifest: dict[str, Any]) -> None:
    commands, catalogue = set(handlers.listeners().commands), Catalogue.load()
    (command,) = manifest["features"]["slash_commands"]
    hinted = set(re.findall(r"\w+", command["usage_hint"])) - {"HR"}
    assert hinted == commands, "usage_hint in manifest.yml"
    for language in catalogue.languages:
        texts = catalogue.texts(language)
        typed: dict[str, str] = {}
        values = {"channel": "", "programme": "", "guest": False, "former": True}
        help_texts = [texts(f"commands.help.{part}", **values) for part in ("body", "hr", "newcomer")]
        helped = {word for text in help_texts for word in re.findall(rf"{catalogue.command} (\w+)", text)}
        for one in commands:
            words = {one, *words_for(one, catalogue, [language])}
            assert words & helped, f"commands.help in {language}: {one}"
            assert texts.has(f"{WORDS}.{one}"), f"commands.words in {language}: {one}"
            for word in words:
                assert typed.setdefault(word, one) == one, f"{language}: {word} stands for two subcommands"


def test_every_promise_names_tests_that_exist() -> None:
    rows = [line for line in (ROOT / "docs/promises.md").read_text("utf-8").splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 12
    for row in rows:
        named = re.findall(r"`(tests/\S+\.py)::(\w+)`", row)
        assert named, row
        for path, test in named:
            assert f"def {test}(" in (ROOT / path).read_text(), f"{path} has no {test}"


ACTED: dict[str, set[str]] = {
    "action": {Action.NUDGE, Action.OFFER_REMATCH},
    "NAMED_ELSEWHERE": {NAMED_ELSEWHERE},
    "MOVED_BY_OPERATOR": {MOVED_BY_OPERATOR},
    "course_act": set(LOGGED.values()),
}
"""Where the code of an act of HR's is not written out: the name it has there → what it can be."""


def test_hrs_log_has_words_for_every_act() -> None:
    """Without them HR would read a code."""
    codes: set[str] = set()
    for path in (ROOT / "bot/services").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        named = {
            node.targets[0].id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for act in _acts(tree):
            codes |= _codes(named.get(act.id, act) if isinstance(act, ast.Name) else act, path)
    assert len(codes) > 25
    texts = Catalogue.load().texts("en")
    assert sorted(code for code in codes if not texts.has(f"matching.log.acts.{code}")) == []


def _acts(tree: ast.AST) -> Iterator[ast.expr]:
    """What is written into the audit log: by `audit(work, hr, act, …)`, `change.did(act, …)` or as an entry itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ("audit", "did"):
                yield node.args[2 if name == "audit" else 0]
            elif name == "AuditEntry":
                yield from (one.value for one in node.keywords if one.arg == "what")


def _codes(act: ast.expr, path: Path) -> set[str]:
    if isinstance(act, ast.IfExp):
        return _codes(act.body, path) | _codes(act.orelse, path)
    if isinstance(act, ast.Constant):
        return {str(act.value)}
    name = getattr(act, "id", "")
    if name == "what":
        return set()  # handed on by `audit` and `did` themselves
    assert name in ACTED, f"{path.name}: {ast.unparse(act)}"
    return {str(one) for one in ACTED[name]}
