"""Moving the clock: what happens next, and a move on its way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .model import Message


@dataclass(frozen=True)
class Upcoming:
    """What will happen next: when, and by language what, in words that stand in the middle of a sentence."""

    at: datetime
    what: Mapping[str, str] = field(default_factory=dict)


@dataclass
class ClockMove:
    """The clock on its way from one moment to another, and the messages posted on the way."""

    since: datetime
    to: datetime
    stopped: bool = False
    messages: int = 0
    last: Message | None = None

    def saw(self, message: Message) -> None:
        """A message was posted."""
        self.messages += 1
        self.last = message
