"""Messages during sign-up, and the sponsor's message."""

from bot.domain.messages.recruiting import (
    AnnouncementChannelMessage,
    ChannelRefusedMessage,
    EligibilityChannelMessage,
    JoinReminderMessage,
    SponsorPostMessage,
)
from bot.domain.sessions import Side
from bot.services.recruiting.announcement import sides_signed_up
from bot.services.recruiting.public_channel import refused_in
from bot.services.signup.eligibility import eligibility_of
from bot.services.signup.open_to import sign_up_is_open
from bot.slack.gateway import Message
from handlers.kit.messages import MessageContext, renders
from handlers.programme import sponsor_views as views
from handlers.programme.views import join_reminder as join_reminder_message
from handlers.recruiting import eligibility_views
from handlers.recruiting import views as channel_views
from storage.tables import Person, ProgrammeState, SponsorMessage


async def sponsor(message: MessageContext[SponsorPostMessage]) -> Message | None:
    said = await message.work.session.get(SponsorMessage, message.payload.message)
    if said is None or not said.text:
        return None
    speaker = await message.work.session.get(Person, said.sponsor_id) if said.sponsor_id else None
    return views.message(message.texts, message.programme, speaker, said.name, said.text, thanks=said.thanks)


async def join_reminder(message: MessageContext[JoinReminderMessage]) -> Message | None:
    programme = message.programme
    if programme.state != ProgrammeState.RECRUITING or not sign_up_is_open(programme, message.work.now):
        return None
    sides = await sides_signed_up(message.work.session, programme.id)
    return join_reminder_message(message.texts, programme, sides[Side.MENTOR], sides[Side.LEADER])


async def channel_refused(message: MessageContext[ChannelRefusedMessage]) -> Message | None:
    """Not any more once it was posted after all, or HR chose another channel."""
    programme, told = message.programme, message.payload
    refused = await refused_in(message.work.session, programme, told.channel)
    if not refused or programme.announce_channel != told.channel:
        return None
    return channel_views.refused(message.texts, programme, [row.kind for row in refused], told.error)


async def announcement_channel(message: MessageContext[AnnouncementChannelMessage]) -> Message | None:
    """Not any more once the channel can be used again, or HR chose another one."""
    programme, told = message.programme, message.payload
    if (programme.announce_channel, programme.announce_trouble) != (told.channel, told.trouble):
        return None
    return channel_views.unusable(message.texts, programme, told.trouble)


async def eligibility_channel(message: MessageContext[EligibilityChannelMessage]) -> Message | None:
    """Not any more once HR's limits do not name the channel."""
    programme, told = message.programme, message.payload
    if told.channel not in eligibility_of(programme).channels or programme.state == ProgrammeState.CLOSED:
        return None
    return eligibility_views.unreadable(message.texts, programme, told.channel, told.error)


RENDERERS = (
    renders(EligibilityChannelMessage, eligibility_channel),
    renders(AnnouncementChannelMessage, announcement_channel),
    renders(ChannelRefusedMessage, channel_refused),
    renders(SponsorPostMessage, sponsor),
    renders(JoinReminderMessage, join_reminder),
)
