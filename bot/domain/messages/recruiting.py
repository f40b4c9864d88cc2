"""Messages to the channel where people sign up."""

from datetime import timedelta

from bot.domain.messages.kind import OutboxMessage, key_only, message_kind


@message_kind("sponsor", "{message}:", at_once=True)
class SponsorPostMessage(OutboxMessage):
    """The sponsor's words."""

    message: int


@message_kind("join_reminder", ":{day}", lasts=timedelta(days=2))
class JoinReminderMessage(OutboxMessage):
    """There is still time."""

    day: str = key_only(default="")
