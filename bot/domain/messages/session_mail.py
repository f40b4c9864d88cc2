"""Messages about invitations by mail, to their reader only."""

from datetime import timedelta

from bot.domain.messages.kind import OutboxMessage, key_only, message_kind


@message_kind("session_mail_refused", "{reader}:{address}", daily=True, lasts=timedelta(days=14), private=True)
class SessionMailRefusedMessage(OutboxMessage):
    """Their address takes no invitations: said once for each address."""

    session: int
    address: str = key_only(default="")
    """A hash of the address: a new address gets a message of its own."""
