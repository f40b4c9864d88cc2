"""Messages to Slack, and the possible results of a call, as `bot.slack.gateway` returns them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.slack.errors import ErrorClass, class_of, is_final

RETRY_SOON = 5.0
"""Seconds to wait if Slack was unreachable, or if a 429 had no duration."""


@dataclass(frozen=True)
class Message:
    """What a person reads: `text` for notifications and screen readers, `blocks` (Block Kit) for the rest."""

    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    irrelevant: tuple[int, ...] = ()
    """Of a day's message: the outbox rows that were to be part of it, and are not relevant any more."""
    later: tuple[int, ...] = ()
    """Of a day's message: the rows for which it has no room."""
    marks: tuple[str, ...] = ()
    """Of a day's message: the marks of its parts, besides its own."""

    def marked(self, key_hash: str, attempt: int) -> dict[str, Any]:
        """What Slack stores with the message, so that it can be recognised."""
        parts = {"parts": list(self.marks)} if self.marks else {}
        return {"key": key_hash, "attempt": attempt, **parts}


def shown_by(record: Mapping[str, Any]) -> Message:
    """The message of a record in a channel's history."""
    return Message(str(record.get("text", "")), [one for one in record.get("blocks") or [] if isinstance(one, dict)])


@dataclass(frozen=True)
class Sent:
    """Posted as message `ts` of `channel`."""

    channel: str
    ts: str


@dataclass(frozen=True)
class Refused:
    """Slack refused: nothing was posted. `needed`: the scope that is missing."""

    error: str
    needed: str | None = None


@dataclass(frozen=True)
class RetryAfter:
    """Nothing was posted; retry after `seconds`.

    `limited`: Slack said 429. `refused`: Slack returned a transient error. Neither: it was not reached.
    """

    seconds: float
    why: str
    limited: bool = False
    refused: bool = False


@dataclass(frozen=True)
class Ambiguous:
    """It may have been posted, or may yet be."""

    why: str


Outcome = Sent | Refused | RetryAfter | Ambiguous


class SlackRefused(Exception):
    """Slack refused a call. `error` is Slack's code, `needed` the scope that is missing, if any.

    `kind` is the code's class, None for an unknown code. `final`: retrying is useless, because the request, its person
    or its channel is at fault; otherwise the refusal may pass.
    """

    def __init__(self, method: str, error: str, needed: str | None = None) -> None:
        hint = f"; the app needs the scope {needed}: reinstall it with our manifest.yml" if needed else ""
        super().__init__(f"Slack refused {method}: {error}{hint}")
        self.method, self.error, self.needed = method, error, needed

    @property
    def kind(self) -> ErrorClass | None:
        return class_of(self.method, self.error)

    @property
    def final(self) -> bool:
        return is_final(self.method, self.error)


class SlackUnavailable(Exception):
    """Slack was unreachable, too busy or gave no valid reply. `seconds`: when to retry.

    `limited`: Slack said 429. `nonsense`: its reply was invalid.
    """

    def __init__(
        self, method: str, why: str, seconds: float = RETRY_SOON, *, limited: bool = False, nonsense: bool = False
    ) -> None:
        super().__init__(f"Slack did not answer {method} ({why}); try again in {seconds:.0f} s")
        self.method, self.why, self.seconds = method, why, seconds
        self.limited, self.nonsense = limited, nonsense
