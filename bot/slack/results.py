"""What is sent to Slack, and how a call may end. `bot.slack.gateway` gives these out."""

from dataclasses import dataclass, field
from typing import Any

from bot.slack.errors import ErrorClass, class_of, is_final

RETRY_SOON = 5.0
"""Seconds to wait when Slack could not be reached, or when a 429 did not say how long."""


@dataclass(frozen=True)
class Message:
    """What a person reads: `text` for notifications and screen readers, `blocks` (Block Kit) for the rest."""

    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Sent:
    """Posted as message `ts` of `channel`."""

    channel: str
    ts: str


@dataclass(frozen=True)
class Refused:
    """Slack said no: nothing was posted. `needed`: the scope that is missing."""

    error: str
    needed: str | None = None


@dataclass(frozen=True)
class RetryAfter:
    """Nothing was posted; try again after `seconds`.

    `limited`: Slack said 429. `refused`: Slack answered with a transient error. Neither: it was not reached.
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

    `kind` is the code's class, None for one that is not known. `final`: asking again is of no use, because the
    request, its person or its channel is at fault; otherwise the refusal may pass.
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
    """Slack could not be reached, was too busy or gave no clear answer. `seconds`: when to try again.

    `limited`: Slack said 429. `nonsense`: it answered with what cannot be used.
    """

    def __init__(
        self, method: str, why: str, seconds: float = RETRY_SOON, *, limited: bool = False, nonsense: bool = False
    ) -> None:
        super().__init__(f"Slack did not answer {method} ({why}); try again in {seconds:.0f} s")
        self.method, self.why, self.seconds = method, why, seconds
        self.limited, self.nonsense = limited, nonsense
