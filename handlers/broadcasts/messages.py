"""HR's message to one person, and HR's notice that a scheduled one was not sent."""

from bot.domain.broadcasts import Audience, text_for
from bot.domain.messages.broadcasts import BroadcastCancelledMessage, BroadcastMessage
from bot.slack.gateway import Message
from handlers.broadcasts import views
from handlers.kit.messages import MessageContext, renders
from storage.queries import participation
from storage.tables import NOT_TAKING_PART, Broadcast, BroadcastState, ParticipantState, Person

UNASKED = (*NOT_TAKING_PART, ParticipantState.PAUSED)


async def broadcast(message: MessageContext[BroadcastMessage]) -> Message | None:
    """Not to people who paused or left since HR sent it, unless HR chose just them."""
    session, reader = message.work.session, message.reader
    broadcast = await session.get(Broadcast, message.payload.broadcast)
    if broadcast is None or reader is None or broadcast.state != BroadcastState.SENT:
        return None
    part = await participation(session, reader.id, message.programme.id)
    if part is None or (part.state in UNASKED and not _chosen(broadcast)):
        return None
    text = text_for(broadcast.texts, reader.language)
    author = await session.get_one(Person, broadcast.author_id)
    return views.message(message.texts, message.programme, author, text) if text else None


def _chosen(broadcast: Broadcast) -> bool:
    of_stage = (Audience.PAUSED, Audience.LEFT, Audience.CHOSEN)
    return broadcast.audience in of_stage or (
        broadcast.audience == Audience.SEARCH and bool(broadcast.search.get("stage"))
    )


async def cancelled(message: MessageContext[BroadcastCancelledMessage]) -> Message | None:
    broadcast = await message.work.session.get(Broadcast, message.payload.broadcast)
    if broadcast is None:
        return None
    author = await message.work.session.get_one(Person, broadcast.author_id)
    return views.cancelled(message.texts, message.programme, broadcast, author, message.payload.why)


RENDERERS = (renders(BroadcastMessage, broadcast), renders(BroadcastCancelledMessage, cancelled))
