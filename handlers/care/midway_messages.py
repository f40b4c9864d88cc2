"""The question halfway through a programme, to each person of an active pair."""

from bot.domain.calendar import local
from bot.domain.care_check_ins import stage
from bot.domain.messages.care import MidwayMessage
from bot.services.pair_context import couple
from bot.services.programme.end import last_day
from bot.services.sessions.cadence import waiting_for
from bot.services.sessions.so_far import sessions_so_far
from bot.slack.gateway import Message
from handlers.care import midway_views as views
from handlers.kit.messages import MessageContext, renders


async def midway(message: MessageContext[MidwayMessage]) -> Message | None:
    one = await couple(message.work.session, message.payload.pair)
    side = one.side_of(message.row.person_id) if one else None
    if one is None or side is None or not one.under_way:
        return None
    so_far = await sessions_so_far(message.work, one.pair.id)
    if not message.payload.check_in and so_far.are_halfway:
        return views.question(message.texts, one, side, so_far.held)
    today = local(message.work.now, one.programme.zone).date()
    proposal = await waiting_for(message.work, one.pair.id)
    return views.check_in(message.texts, one, side, stage(so_far, today, last_day(one.programme)), proposal)


RENDERERS = (renders(MidwayMessage, midway),)
