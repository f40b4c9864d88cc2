"""Who asks, and what services answer when the answer is no."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Caller:
    """A request of one person at one moment.

    `receipt` names the request of Slack's behind it, so that the same one delivered twice has one effect.
    """

    team_id: str
    slack_id: str
    receipt: str
    now: datetime

    @property
    def signed(self) -> tuple[str, str]:
        """What `Store.write` takes as its receipt."""
        return self.team_id, self.receipt


@dataclass(frozen=True)
class HrCaller(Caller):
    """A caller who is a member of the HR channel of programme `programme_id`, checked with Slack."""

    programme_id: int


class Rejected(Exception):
    """The answer is no. `code` names the sentence in `prompts/*/errors.md`; `values` fill its placeholders."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
