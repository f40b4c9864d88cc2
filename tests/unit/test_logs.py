"""Nothing that a person wrote, and no token, gets into the log."""

import io
import json
import logging
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.server import logs
from bot.services.caller import Rejected

SECRET = "I am afraid of my boss"


@pytest.fixture
def out() -> io.StringIO:
    """What is written to stderr by a process that was just started."""
    return io.StringIO()


def fail(error: Exception, because: Exception | None = None) -> None:
    try:
        raise error from because
    except Exception:
        logging.getLogger("handlers.kit.request").exception("a form failed")


@pytest.mark.parametrize(
    "error",
    [
        IntegrityError("INSERT INTO concern", {}, ValueError(f"DETAIL: Failing row contains ({SECRET})")),
        ValueError(f"Invalid isoformat string: '{SECRET}'"),
        KeyError(SECRET),
    ],
    ids=["database", "value", "key"],
)
def test_what_quotes_is_told_by_type_and_place(out: io.StringIO, error: Exception) -> None:
    logs.set_up("INFO", out)
    fail(RuntimeError("caused"), because=error)
    fail(error)
    assert SECRET not in out.getvalue()
    assert type(error).__name__ in out.getvalue()
    assert 'test_logs.py", line' in out.getvalue()


def test_what_quotes_nothing_is_told_in_full(out: io.StringIO) -> None:
    logs.set_up("INFO", out)
    fail(OperationalError("UPDATE", {}, ValueError("database is locked")))
    fail(AttributeError("no attribute 'x'"))
    fail(Rejected("not_hr"))
    for words in ("database is locked", "no attribute 'x'", "not_hr"):
        assert words in out.getvalue()


def test_only_we_speak_at_debug(out: io.StringIO) -> None:
    logs.set_up("DEBUG", out)
    for name in ("slack_bolt.AsyncApp", "slack_sdk.web.async_internal_utils", "aiosqlite", "sqlalchemy.engine"):
        logging.getLogger(name).debug(SECRET)
        logging.getLogger(name).info(SECRET)
    logging.getLogger("bot.delivery.worker.worker").debug("ours")
    assert SECRET not in out.getvalue()
    assert "ours" in out.getvalue()


def test_as_json_each_line_is_an_object_and_as_discreet(out: io.StringIO) -> None:
    logs.set_up("INFO", out, "json")
    logging.getLogger("bot").info("ready in %s s", 2)
    fail(ValueError(f"Invalid isoformat string: '{SECRET}'"))
    ready, failed = (json.loads(line) for line in out.getvalue().splitlines())
    assert (ready["level"], ready["logger"], ready["message"]) == ("INFO", "bot", "ready in 2 s")
    assert datetime.fromisoformat(ready["time"]).utcoffset() == timedelta()
    assert failed["exception"].endswith("ValueError")
    assert SECRET not in out.getvalue()
