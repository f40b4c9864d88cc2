"""The one message of a day, and the reply to a message typed to the bot."""

from datetime import date, timedelta

from bot.domain.messages.kind import OutboxMessage, key_only, message_kind, unless_default

REPLY_EVERY = timedelta(minutes=1)
"""A person who writes to the bot gets a reply at most this often, unless they may need help."""


@message_kind("daily", "{reader}:{day}", without_programme="0", offers_times=True)
class DailyMessage(OutboxMessage):
    """Everything that is due for a person at the start of a day, of all programmes, pairs and roles.

    Its parts are messages of their own kinds, whose rows refer to this one (`storage.day_messages`).
    """

    day: date


@message_kind(
    "dm_reply",
    "{reader}:{at}",
    at_once=True,
    lasts=timedelta(hours=1),
    to_anybody=True,
    private=True,
    emptied_once_sent=True,
)
class DmReplyMessage(OutboxMessage):
    """What the writer can do here."""

    at: str = key_only(default="")
    urgent: bool = unless_default(default=False)
    """A phrase of `care.distress` was in the message. That alone is stored, and only until the reply is sent."""
