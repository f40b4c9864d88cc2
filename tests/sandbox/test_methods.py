"""The table of methods: against Slack's published reference and against our documentation."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.api import HANDLERS
from bot.sandbox.documented import ANY, FILE
from bot.sandbox.methods import COMMON_ERRORS, METHODS, Method

REPO = Path(__file__).parents[2]
REFERENCE = Path(__file__).parent / "slack_methods.json"


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(REFERENCE.read_text(encoding="utf-8"))
    return data


def test_every_method_has_a_handler() -> None:
    assert METHODS.keys() == HANDLERS.keys()


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_method_agrees_with_the_reference(method: Method, reference: dict[str, Any]) -> None:
    published = reference[method.name]
    assert method.args.items() <= published["args"].items()
    assert set(method.required) == set(published["required"])
    assert method.tier == published["rate_limit"]
    assert method.errors <= set(published["errors"]) | COMMON_ERRORS
    if published["scopes"] is None:
        assert not method.scopes
    else:
        assert set(method.scopes) <= set(published["scopes"])


def test_errors_of_a_method_are_not_common_ones() -> None:
    assert not [(m.name, m.errors & COMMON_ERRORS) for m in METHODS.values() if m.errors & COMMON_ERRORS]


def test_the_errors_in_the_code_are_declared_somewhere() -> None:
    declared = COMMON_ERRORS.union(*(m.errors for m in METHODS.values()))
    named = set()
    for path in (REPO / "bot" / "sandbox" / "api").glob("*.py"):
        named |= set(re.findall(r'SlackError\(\s*"(\w+)"', path.read_text(encoding="utf-8")))
    assert named <= declared


def test_the_documentation_lists_exactly_the_methods() -> None:
    text = (REPO / "docs" / "local-slack.md").read_text(encoding="utf-8")
    section = text.split("## Methods", 1)[1].split("\n## ", 1)[0]
    assert set(re.findall(r"`([a-z]+\.[a-zA-Z0-9.]+)`", section)) == set(METHODS)


def test_the_errors_on_demand_are_the_published_ones(reference: dict[str, Any]) -> None:
    own = json.loads(FILE.read_text("utf-8"))
    common = set(own.pop(ANY))
    assert own.keys() == METHODS.keys()
    for name, errors in own.items():
        assert sorted(errors) == sorted(reference[name]["errors"] or []), name
    assert {"ekm_access_denied", "missing_scope", "token_expired", "ratelimited"} <= common
