"""Classes of Slack's error codes, by method, which decide what happens after a refusal.

The table is `errors.toml` beside this file.
"""

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path


class ErrorClass(StrEnum):
    """The object that a refusal concerns."""

    MESSAGE = "message"
    """This request: the same one will always be refused."""
    PERSON = "person"
    """The person it goes to: nothing can be sent to them."""
    CHANNEL = "channel"
    """The channel it goes to: nothing can be posted there until it is changed."""
    WORKSPACE = "workspace"
    """The app as a whole: every call of this method is refused, until that passes or the operator acts."""
    TRANSIENT = "transient"
    """A temporary failure of Slack, nothing was done: the same request will be accepted later."""


UNREADABLE = "unreadable_answer"
"""Balik's code for an error that is not one of Slack's codes."""
UNSURE = frozenset({"internal_error", "fatal_error"})
"""Transient codes after which the request may have taken effect, as Slack documents them."""
LIMITED = frozenset({"ratelimited", "rate_limited"})
"""Codes of HTTP 429: the reply's Retry-After says how long to wait."""
OF_METHOD = frozenset(
    {
        "deprecated_endpoint",
        "enterprise_is_restricted",
        "feature_not_enabled",
        "free_team_not_allowed",
        "is_bot",
        "method_deprecated",
        "missing_scope",
        "not_allowed_token_type",
        "not_enabled",
        "not_implemented",
        "paid_teams_only",
        "plan_upgrade_required",
        "unknown_method",
        "upgrade_required",
    }
)
"""Workspace codes that concern one method only: a missing files:write does not stop posts."""
DOUBTFUL = frozenset({"access_denied", "no_permission"})
"""Codes that may concern one channel or everything: retried a few times before they are final."""

Table = Mapping[str, ErrorClass]

_CODE = re.compile(r"[A-Za-z0-9_.-]{1,80}")


def _read() -> tuple[Table, Mapping[str, Table]]:
    listed = tomllib.loads((Path(__file__).parent / "errors.toml").read_text("utf-8"))
    return _table(listed["common"]), {method: _table(lists) for method, lists in listed["methods"].items()}


def _table(lists: Mapping[str, list[str]]) -> dict[str, ErrorClass]:
    return {code: ErrorClass(kind) for kind, codes in lists.items() for code in codes}


COMMON, METHODS = _read()
"""Codes that any method may return, and those of one method, which have priority."""


def class_of(method: str, code: str) -> ErrorClass | None:
    """The class of a refusal; None for an unknown code."""
    return METHODS.get(method, {}).get(code) or COMMON.get(code)


def is_final(method: str, code: str) -> bool:
    """Whether retrying is useless: the request, its person or its channel is at fault."""
    kind = class_of(method, code)
    return kind in (ErrorClass.MESSAGE, ErrorClass.PERSON, ErrorClass.CHANNEL) and code not in DOUBTFUL


def code_of(said: object) -> str:
    """The error of a reply, as a code that can be stored and logged; `UNREADABLE` if it is not a valid code."""
    return said if isinstance(said, str) and _CODE.fullmatch(said) else UNREADABLE
