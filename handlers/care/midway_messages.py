"""The question halfway through a programme, to each person of an active pair."""

from bot.domain.messages.care import MidwayMessage
from bot.services.closing.completion import result_of
from bot.services.pair_context import couple
from bot.slack.gateway import Message
from handlers.care import midway_views as views
from handlers.kit.messages import MessageContext, renders


async def midway(message: MessageContext[MidwayMessage]) -> Message | None:
    one = await couple(message.work.session, message.payload.pair)
    side = one.side_of(message.row.person_id) if one else None
    if one is None or side is None or not one.under_way:
        return None
    return views.question(message.texts, one, side, (await result_of(message.work.session, one.pair)).held)


RENDERERS = (renders(MidwayMessage, midway),)
