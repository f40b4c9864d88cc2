"""The table of Slack's methods has a row for each that Balik calls, and agrees with Slack's reference and manifest."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli.doctor.app import USES
from bot.sandbox.limits import PER_MINUTE
from bot.slack.errors import METHODS as CLASSES
from bot.slack.methods import METHODS, scope_of
from storage.rate_limits import Limits
from tests.wording import label

ROOT = Path(__file__).parents[2]
NAME = re.compile(r"(api|apps|auth|bots|chat|conversations|files|reactions|team|users|views)(\.[a-zA-Z]+)+")
CALLS = {"_call", "_unless", "_request", "_pages", "ask"}
"""What calls a method of the Web API whose name it is given."""
REFERENCE: dict[str, Any] = json.loads((ROOT / "tests/sandbox/slack_methods.json").read_text("utf-8"))
MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))["oauth_config"]["scopes"]["bot"]
ONLY_EVENTS = {"commands"}
"""Scopes without which Slack sends something, and no method needs them."""


def called() -> Iterator[tuple[str, str]]:
    """(file, method) of each call in the code, by the name that is given or by the SDK's function."""
    for folder in ("bot", "handlers", "storage"):
        for path in (ROOT / folder).rglob("*.py"):
            if "sandbox" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute | ast.Name):
                    continue
                name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
                if name in CALLS:
                    for one in node.args:
                        if isinstance(one, ast.Constant) and isinstance(one.value, str) and NAME.fullmatch(one.value):
                            yield str(path), one.value
                elif (dotted := name.replace("_", ".")) in REFERENCE and "client" in ast.unparse(node.func):
                    yield str(path), dotted


def test_each_method_that_is_called_has_a_row_and_error_classes() -> None:
    used = {method for _, method in called()}
    assert {"auth.test", "chat.postMessage", "users.info"} <= used, "the calls are found"
    assert used == METHODS.keys()
    assert {method for path, method in called() if path.endswith("bot/slack/gateway.py")} <= CLASSES.keys()


@pytest.mark.parametrize("method", METHODS)
def test_a_row_agrees_with_slacks_reference_and_the_manifest(method: str) -> None:
    row, published = METHODS[method], REFERENCE[method]
    assert set(row.scopes) <= set(MANIFEST)
    # "chat:write.public" is a part of chat:write, and an app token has the scope of apps.connections.open.
    assert {one.removesuffix(".public") for one in row.scopes} <= set(published["scopes"] or ())
    assert bool(row.scopes) == bool(published["scopes"])
    tier = published["rate_limit"]
    if tier in PER_MINUTE and method != "apps.connections.open":  # the documents differ: 1 or 50
        assert row.per_minute <= PER_MINUTE[tier]


@pytest.mark.parametrize("method", METHODS)
def test_calls_in_bulk_leave_room_for_clicks(method: str) -> None:
    """So many in any minute, at the most: the burst and then one by one."""
    row = METHODS[method]
    assert bool(row.bucket) != bool(row.no_bucket), "either a bucket, or the reason why there is none"
    if row.bucket:
        limit = Limits().of(row.bucket)
        assert limit.per_minute + limit.burst < row.per_minute or row.bucket in ("conversations.history",)


def test_each_scope_is_for_a_method_that_is_called() -> None:
    assert {scope for row in METHODS.values() for scope in row.scopes} == set(MANIFEST) - ONLY_EVENTS


@pytest.mark.parametrize("language", ["id", "en"])
def test_what_does_not_work_without_a_scope_is_said(language: str) -> None:
    for scope in {one for row in METHODS.values() for one in row.scopes}:
        assert label(f"alerts.needs.effects.{scope.replace(':', '_').replace('.', '_')}", language)
        assert scope in USES, "doctor says it, too"


def test_a_missing_scope_that_slack_does_not_name() -> None:
    assert scope_of("users.lookupByEmail") == "users:read.email"
    assert scope_of("conversations.members") is None, "one of two, by the kind of channel"
    assert scope_of("views.open") is None
