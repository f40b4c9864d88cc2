"""What goes into the log: our own words at the level asked for, and nothing that a person wrote.

Two things would bring it in by the back door. Slack's library and the database driver log whole payloads and
parameters at DEBUG, and Bolt warns of a payload by quoting it: they are kept more silent than we are. And some
exceptions quote what they stumbled over, PostgreSQL's the whole row: of these only the type and the place are told.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any, TextIO

from sqlalchemy.exc import InterfaceError, OperationalError

FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
OURS = ("bot", "handlers", "prompts", "storage")
QUOTES_NOTHING = (
    AttributeError,
    ImportError,
    NameError,
    NotImplementedError,
    OSError,
    TypeError,
    InterfaceError,
    OperationalError,
)
"""Exceptions whose message is about code or the machine. Our own ones are, too."""


class Formatter(logging.Formatter):
    """Tells of an exception where it came from, and its message only if it can hold nothing personal."""

    def format(self, record: logging.LogRecord) -> str:
        # A formatter leaves its wording with the record for the next one: neither take another's nor leave ours.
        record.exc_text = None
        try:
            return super().format(record)
        finally:
            record.exc_text = None

    def formatException(self, ei: Any) -> str:  # the name is logging's
        error: BaseException | None = ei[1]
        return "\n".join(_chain(error)) if error else ""


class JsonFormatter(Formatter):
    """The same, one JSON object a line, for what collects logs: time (UTC), level, logger, message, exception."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


FORMATS = {"text": Formatter(FORMAT), "json": JsonFormatter()}


def set_up(level: str, stream: TextIO | None = None, form: str = "text") -> None:
    """Log to `stream`, otherwise stderr: ours at `level`, and what others warn of. `form` is one of `FORMATS`."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(FORMATS[form])
    number = logging.getLevelNamesMapping()[level]
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(max(number, logging.WARNING))
    for name in OURS:
        logging.getLogger(name).setLevel(number)


def _chain(error: BaseException) -> list[str]:
    """The exception with what led to it, the first cause first."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = [*_chain(before), "and then:"] if before else []
    frames = traceback.extract_tb(error.__traceback__)
    lines += [f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}' for frame in frames]
    return [*lines, _said(error)]


def _said(error: BaseException) -> str:
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    if isinstance(error, QUOTES_NOTHING) or kind.__module__.partition(".")[0] in OURS:
        return f"{name}: {str(error).splitlines()[0] if str(error) else ''}".rstrip(": ")
    return name
