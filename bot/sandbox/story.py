"""What whoever serves the local Slack may offer besides: people who act by themselves, a guided path, and time passing.

The page shows each only if it is there: `slack.story`, `slack.guide`, `slack.transcript`. While the clock is moved,
`slack.journey`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from .model import Json, Message


class Story(Protocol):
    """The other people of the workspace, who can be let act. They never act for those of `slack.played`."""

    def view(self) -> Json:
        """{"on", "deeds": how many, "recent": [{"at", "who", "what"}], "next": when somebody acts next, or None}."""

    def switch(self, on: bool) -> None:
        """Let them act, or not."""


class Guide(Protocol):
    """A path through what can be tried."""

    async def view(self, language: str) -> Json:
        """{"title", "intro", "end", "steps": [{"key", "title", "text", "who": user id, "channel": id?, "done"}]}."""


class Transcript(Protocol):
    """What was said and done in a story that is over, to be looked through by day, person and kind."""

    def index(self, language: str) -> Json:
        """{"title", "intro", "words", "people", "groups", "stages", "days_off", "entries", "findings", …}."""

    def entries(self, numbers: Sequence[int], language: str) -> list[Json]:
        """[{"number", "head", "at", "channel", "ts", "who", "text", "blocks", …}] of those entries."""


@dataclass(frozen=True)
class Coming:
    """The next thing that will happen: when, and by language what, in words that stand in the middle of a sentence."""

    at: datetime
    what: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Journey:
    """The clock on its way from one moment to another, and what was seen on it."""

    since: datetime
    to: datetime
    stopped: bool = False
    messages: int = 0
    last: Message | None = None

    def saw(self, message: Message) -> None:
        """A message was posted."""
        self.messages += 1
        self.last = message
