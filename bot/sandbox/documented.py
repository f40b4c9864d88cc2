"""The errors that Slack documents for the methods served here, and what an answer with one of them looks like."""

import json
from functools import cache
from pathlib import Path

from .methods import METHODS
from .model import Json

FILE = Path(__file__).with_name("documented_errors.json")
ANY = "*"
"""The entry of the errors that any method may answer."""


@cache
def documented_errors() -> dict[str, tuple[str, ...]]:
    """By method: its own errors first, then the common ones. `ANY` has only these."""
    read: dict[str, list[str]] = json.loads(FILE.read_text("utf-8"))
    common = read.pop(ANY)
    own = {method: (*errors, *(one for one in common if one not in errors)) for method, errors in read.items()}
    return {ANY: tuple(common), **own}


def error_body(method: str, code: str, scopes: frozenset[str]) -> Json:
    """The answer with an error, with what Slack says besides its name."""
    body: Json = {"ok": False, "error": code}
    if code == "missing_scope":
        needed = METHODS[method].scopes[:1] if method in METHODS else ()
        body |= {"needed": ",".join(needed), "provided": ",".join(sorted(scopes))}
    if code.startswith("invalid_arg"):
        body["response_metadata"] = {"messages": [f"[ERROR] {code} [json-pointer:/]"]}
    return body
