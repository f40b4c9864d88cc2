"""HR's personal invitations: who may be invited again and when, and the people in a pasted list."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.roster import SLACK_ID, who

REMIND_AFTER = 5
"""Working days without an answer after which a person is reminded, once."""
CLOSING_REMINDER = 2
"""Working days before sign-up closes on which they are reminded instead, if it does."""
AGAIN_AFTER = timedelta(days=30)
"""Who did not answer may be invited again only so long after the last invitation."""
LONGEST_REASON = 300
"""Characters of HR's words to the invited people."""
MOST_NAMED = 100
"""People whom HR picks or pastes at once."""

_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,3}[.)])\s+")
_ADDRESS = re.compile(r"[^\s@<>|,;:()\"]+@[^\s@<>|,;:()\"]+\.[^\s@<>|,;:()\".]+")
_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")


class InvitationState(StrEnum):
    """Where an invitation is, as HR sees it."""

    PLANNED = "planned"
    """Not sent yet: it waits for the person's working hours."""
    SENT = "sent"
    """Without an answer so far."""
    JOINED = "joined"
    DECLINED = "declined"
    """"Not this time"."""
    NOT_DELIVERED = "not_delivered"
    WITHDRAWN = "withdrawn"
    """By HR, before it was sent."""


def again_from(state: InvitationState, asked_at: datetime) -> datetime | None:
    """From when on a person may be invited again; None if never in this programme."""
    match state:
        case InvitationState.DECLINED | InvitationState.JOINED:
            return None
        case InvitationState.WITHDRAWN | InvitationState.NOT_DELIVERED:
            return asked_at
        case InvitationState.PLANNED | InvitationState.SENT:
            return asked_at + AGAIN_AFTER


@dataclass(frozen=True)
class PastedLine:
    """A line of a pasted list: its number, counted from 1, and the address, Slack id or name in it."""

    number: int
    called: str

    @property
    def is_name(self) -> bool:
        return "@" not in self.called and not _is_id(self.called)


def pasted_lines(text: str) -> list[PastedLine]:
    """The people in a pasted list, one per line. Of a line with an address, only the address counts."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        said = _BULLET.sub("", line).strip().strip(",;").strip()
        if not said:
            continue
        exact = _ADDRESS.search(said) or _MENTION.search(said)
        cell = exact[0] if exact else next(part for part in said.split("\t") if part.strip())
        bare = " ".join(cell.removeprefix("@").split())
        found.append(PastedLine(number, who(cell) if exact or _is_id(bare) else bare))
    return found


def _is_id(text: str) -> bool:
    """Whether it is a Slack id and no name in capitals ("WAHYU")."""
    return bool(SLACK_ID.fullmatch(text)) and any(map(str.isdigit, text))
