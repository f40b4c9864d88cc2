"""What HR writes to many people, and what HR reads about it."""

from datetime import timedelta

from bot.domain.messages.kind import OutboxMessage, message_kind


@message_kind(
    "broadcast",
    "{broadcast}:{reader}",
    bulk=True,
    to_anybody=True,
    lasts=timedelta(days=14),
    displaces=True,
    hr_label="broadcast",
)
class BroadcastMessage(OutboxMessage):
    """To one person, in HR's words."""

    broadcast: int


@message_kind("broadcast_cancelled", "{broadcast}:{slot}")
class BroadcastCancelledMessage(OutboxMessage):
    """To HR: a message that was scheduled is not sent, and why (`CancelledWhy`)."""

    broadcast: int
    why: str = ""
    slot: str = ""
