"""The answer to what somebody types to the bot."""

from datetime import timedelta

from bot.domain.messages.kind import OutboxMessage, key_only, message_kind

REPLY_EVERY = timedelta(minutes=10)
"""A person who writes to the bot gets a reply at most this often."""


@message_kind("dm_reply", "{reader}:{at}", at_once=True, lasts=REPLY_EVERY)
class DmReplyMessage(OutboxMessage):
    """What the bot can do, to whoever writes to it."""

    at: str = key_only(default="")
