"""Messages that offer the orientation and the briefing."""

from dataclasses import dataclass

from bot.domain.messages.kind import OutboxMessage, key_only, message_kind
from bot.domain.sessions import Side


@dataclass(frozen=True)
class OrientationMessage(OutboxMessage):
    """To a mentor or a leader."""

    participant: int
    side: Side


@message_kind("preparation", "{participant}:{side}", daily=True, bulk=True)
class PreparationMessage(OrientationMessage):
    """It is there."""


@message_kind("preparation_reminder", "{participant}:{side}{slot}", reminds="question", daily=True, bulk=True)
class PreparationReminderMessage(OrientationMessage):
    """Before the first session. Without a date for it, `slot` is `EARLY`; before the pairs, `BEFORE_INTRODUCTION`."""

    slot: str = key_only(default="")


EARLY = ":early"
BEFORE_INTRODUCTION = ":introduction"
"""HR introduces nobody before they have finished."""
