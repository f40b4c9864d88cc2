"""Logging: Balik's own messages at the requested level, and nothing that a person wrote.

Two sources could leak personal data. Slack's library and the database driver log whole payloads and parameters at
DEBUG, and Bolt's warnings quote payloads: their levels are higher than ours. And some exceptions quote data,
PostgreSQL's the whole row: for these only the type and the location are logged.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any, TextIO

from sqlalchemy.exc import InterfaceError, OperationalError

from bot.workspaces.current import current_workspace

FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
FORMAT_OF_MANY = "%(asctime)s %(levelname)-7s %(workspace)s %(name)s: %(message)s"
"""In mode many, with the workspace of a line, "-" for none."""
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
"""Exceptions whose message is about code or the machine. Balik's own are, too."""


class Formatter(logging.Formatter):
    """Formats an exception with its location, and with its message only if that cannot contain personal data."""

    def format(self, record: logging.LogRecord) -> str:
        # A formatter caches its text in the record for the next one: use neither another's, nor leave ours.
        record.exc_text = None
        try:
            return super().format(record)
        finally:
            record.exc_text = None

    def formatException(self, ei: Any) -> str:  # the name is logging's
        error: BaseException | None = ei[1]
        return "\n".join(_chain(error)) if error else ""


class JsonFormatter(Formatter):
    """The same, as one JSON object per line for log collectors: time (UTC), level, logger, message, workspace,
    exception."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if workspace := current_workspace():
            told["workspace"] = workspace
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


class ManyFormatter(Formatter):
    """The text format of mode many."""

    def format(self, record: logging.LogRecord) -> str:
        record.workspace = current_workspace() or "-"
        return super().format(record)


FORMATS = {"text": Formatter(FORMAT), "json": JsonFormatter()}


def set_up(level: str, stream: TextIO | None = None, form: str = "text", *, many: bool = False) -> None:
    """Log to `stream`, by default stderr: Balik at `level`, others at WARNING. `form` is one of `FORMATS`; with `many`
    workspaces, the text says which one a line is about."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(ManyFormatter(FORMAT_OF_MANY) if many and form == "text" else FORMATS[form])
    number = logging.getLevelNamesMapping()[level]
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(max(number, logging.WARNING))
    for name in OURS:
        logging.getLogger(name).setLevel(number)


def _chain(error: BaseException) -> list[str]:
    """The exception with its causes, the first cause first."""
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
