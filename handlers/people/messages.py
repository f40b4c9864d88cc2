"""The reply to a person who wrote to the bot."""

from dataclasses import replace

from bot.domain.messages.people import DmReplyMessage
from bot.services.people.typed import offers_for
from bot.slack.gateway import Message
from handlers.kit.messages import MessageContext, renders
from handlers.people import views


async def dm_reply(message: MessageContext[DmReplyMessage]) -> Message | None:
    if message.reader is None:
        return None
    offers = await offers_for(message.work.session, message.reader)
    if offers.concerns and offers.contact and offers.receivers[0].by_hr:
        people = await message.context.directory.reachable(offers.concerns, offers.receivers, message.work.now)
        offers = replace(offers, contact=people[0] if people else None)
    write = views.way_to_help if message.payload.urgent else views.what_to_do
    return write(message.texts, offers)


RENDERERS = (renders(DmReplyMessage, dm_reply),)
