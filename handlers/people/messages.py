"""The reply to a person who wrote to the bot."""

import logging
from dataclasses import replace

from sqlmodel import select

from bot.domain.messages.people import DmReplyMessage
from bot.services.people.typed import Offers, offers_for
from bot.slack.gateway import Message, SlackRefused, SlackUnavailable
from handlers.kit.messages import MessageContext, renders
from handlers.people import views
from storage.tables import Programme, ProgrammeState

log = logging.getLogger(__name__)


async def dm_reply(message: MessageContext[DmReplyMessage]) -> Message | None:
    if message.reader is None:
        return None
    offers = await offers_for(message.work.session, message.reader)
    if offers.concerns and offers.contact and offers.receivers[0].by_hr:
        people = await message.context.directory.reachable(offers.concerns, offers.receivers, message.work.now)
        offers = replace(offers, contact=people[0] if people else None)
    if not message.payload.urgent:
        offers = replace(offers, hr=await _is_hr(message, offers))
    write = views.way_to_help if message.payload.urgent else views.what_to_do
    return write(message.texts, offers)


async def _is_hr(message: MessageContext[DmReplyMessage], offers: Offers) -> bool:
    """Whether the writer is HR of a programme that is not over. If Slack does not answer, the reply does without."""
    if message.reader is None or offers.enrolled:
        return False
    statement = select(Programme).where(
        Programme.team_id == message.reader.team_id, Programme.state != ProgrammeState.CLOSED
    )
    for programme in (await message.work.session.exec(statement)).all():
        try:
            if await message.context.directory.is_hr_of(programme, message.reader, message.work.now):
                return True
        except (SlackRefused, SlackUnavailable) as problem:
            log.warning("could not read the members of HR's channel: %s", problem)
    return False


RENDERERS = (renders(DmReplyMessage, dm_reply),)
