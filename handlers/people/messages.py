"""The one message of a day, and the reply to a person who wrote to the bot."""

import logging
from dataclasses import replace

from sqlmodel import select

from bot.domain.messages.people import DailyMessage, DmReplyMessage
from bot.domain.messages.registry import OPENING
from bot.services.people.typed import Offers, offers_for
from bot.slack.gateway import Message, SlackRefused, SlackUnavailable
from handlers.kit.messages import MessageContext, renders
from handlers.people import views
from storage.day_messages import parts_of
from storage.tables import Outbox, Programme, ProgrammeState

log = logging.getLogger(__name__)


async def dm_reply(message: MessageContext[DmReplyMessage]) -> Message | None:
    if message.reader is None:
        return None
    offers = await offers_for(message.work.session, message.reader, message.work.now)
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


async def daily(message: MessageContext[DailyMessage]) -> Message | None:
    """Everything that is due for its reader: what one of the renderers cannot render is sent by itself, later."""
    work, now = message.work, message.work.now
    if message.render is None:
        return None
    parts: list[tuple[Outbox, Message]] = []
    irrelevant: list[int] = []
    later: list[int] = []
    for row in await parts_of(work.session, message.row):
        try:
            part = None if row.expires_at and row.expires_at <= now else await message.render(work, row)
        except (SlackRefused, SlackUnavailable):
            raise
        except Exception:
            log.exception("rendering outbox row %s, a part of row %s, failed", row.id, message.row.id)
            later.append(row.id)
            continue
        if part is None:
            irrelevant.append(row.id)
        else:
            parts.append((row, part))
    parts.sort(key=lambda part: part[0].kind not in OPENING)
    return views.daily(message.texts, parts, tuple(irrelevant), tuple(later))


RENDERERS = (renders(DailyMessage, daily), renders(DmReplyMessage, dm_reply))
