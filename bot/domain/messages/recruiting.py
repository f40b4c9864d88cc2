"""Messages to the channel where people sign up."""

from datetime import timedelta

from bot.domain.messages.kind import OutboxMessage, key_only, message_kind


@message_kind("channel_refused", "{channel}.{error}:{attempt}.{day}", at_once=True, outlives_refusals=True)
class ChannelRefusedMessage(OutboxMessage):
    """To HR's channel: what could not be posted in the announcement's channel, and why."""

    channel: str
    error: str
    attempt: int = key_only(default=0)
    day: str = key_only(default="")


@message_kind("announcement_channel", "{channel}.{trouble}:{slot}", at_once=True, outlives_refusals=True)
class AnnouncementChannelMessage(OutboxMessage):
    """To HR's channel: nothing can be posted in the announcement's channel any more. Nothing was refused yet."""

    channel: str
    trouble: str
    slot: str = key_only(default="")


@message_kind("sponsor", "{message}:", at_once=True, hr_label="sponsor")
class SponsorPostMessage(OutboxMessage):
    """The sponsor's words."""

    message: int


@message_kind("join_reminder", ":{day}", lasts=timedelta(days=2), hr_label="join_reminder")
class JoinReminderMessage(OutboxMessage):
    """There is still time."""

    day: str = key_only(default="")


@message_kind("eligibility_channel", "{channel}.{error}:{week}", at_once=True)
class EligibilityChannelMessage(OutboxMessage):
    """To HR's channel: Slack does not say who is in a channel whose members may take part.

    `error`: Slack's code; "" if the bot cannot see the channel.
    """

    channel: str
    error: str
    week: str = key_only(default="")
