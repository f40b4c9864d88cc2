"""The caller of a service, and business-rule rejections."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storage.unit_of_work import Signature


@dataclass(frozen=True)
class Caller:
    """A request by one person at one moment.

    `receipt` identifies the request from Slack, so that a repeated delivery has one effect.
    """

    team_id: str
    slack_id: str
    receipt: str
    now: datetime
    acted_lately: bool = field(default=False, kw_only=True)
    """Whether it is stored that they did something within the last hour."""

    @property
    def signed(self) -> Signature:
        """The idempotency key for `Store.write`."""
        return Signature(self.team_id, self.receipt, "" if self.acted_lately else self.slack_id)


@dataclass(frozen=True)
class HrCaller(Caller):
    """A caller who is a member of the HR channel of programme `programme_id`, verified with Slack."""

    programme_id: int


class Rejected(Exception):
    """A business rule refuses. `code` names the sentence in `prompts/*/errors.md`; `values` fill its placeholders."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class InvalidInput(Exception):
    """The input is invalid. `faults`: field → the code of its sentence."""

    def __init__(self, found: dict[str, str]) -> None:
        super().__init__(", ".join(found))
        self.faults = found
