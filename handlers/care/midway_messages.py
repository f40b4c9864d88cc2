"""The question halfway through a programme, to each person of an active pair."""

from bot.domain.calendar import local
from bot.domain.check_ins import stage
from bot.domain.messages.care import MidwayMessage
from bot.services.closing.completion import result_of
from bot.services.pair_context import couple
from bot.services.programme.end import last_day
from bot.slack.gateway import Message
from handlers.care import midway_views as views
from handlers.kit.messages import MessageContext, renders


async def midway(message: MessageContext[MidwayMessage]) -> Message | None:
    one = await couple(message.work.session, message.payload.pair)
    side = one.side_of(message.row.person_id) if one else None
    if one is None or side is None or not one.under_way:
        return None
    held = (await result_of(message.work.session, one.pair)).held
    if not message.payload.check_in:
        return views.question(message.texts, one, side, held)
    today = local(message.work.now, one.programme.zone).date()
    return views.check_in(message.texts, one, side, stage(held, today, last_day(one.programme)))


RENDERERS = (renders(MidwayMessage, midway),)
