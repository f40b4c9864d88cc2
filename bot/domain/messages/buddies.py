"""Messages to mentors who chose to have, or to be, a buddy."""

from bot.domain.messages.kind import OutboxMessage, message_kind


@message_kind("buddy_introduced", "{buddies}:{reader}", daily=True, to_anybody=True, chosen=True)
class BuddyIntroducedMessage(OutboxMessage):
    """To each of the two. The buddy may take no part in the programme."""

    buddies: int


@message_kind("buddy_gone", "{buddies}:{reader}", daily=True, chosen=True)
class BuddyGoneMessage(OutboxMessage):
    """To who asks for a buddy and lost the one they had, if there is no other."""

    buddies: int


@message_kind("buddy_help", "{participant}:{slot}")
class BuddyHelpMessage(OutboxMessage):
    """To HR's channel: a mentor ticked that HR may know that they wish help. `slot`: when."""

    participant: int
    slot: str
