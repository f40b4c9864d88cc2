"""What is posted in the group DM of a circle, and to a member who has none any more."""

from typing import Any

from bot.domain.messages.circles import (
    CircleClosedMessage,
    CircleEndedMessage,
    CircleOpenedMessage,
    CirclePackMessage,
)
from bot.services.circles.membership import circle_state, members_of
from bot.slack.gateway import Message
from handlers.circles import views
from handlers.kit.messages import MessageContext, NoLongerRelevant, renders
from prompts.catalogue import Texts
from storage.queries import participation, person_of
from storage.tables import Circle, Participant


async def opened(message: MessageContext[CircleOpenedMessage]) -> Message:
    circle = await _going(message)
    members = await members_of(message.work.session, circle)
    return views.opened(_texts(message, circle), members, again=message.payload.opening > 1)


async def pack(message: MessageContext[CirclePackMessage]) -> Message:
    """Without a host who is not in the circle any more."""
    circle, payload = await _going(message), message.payload
    session = message.work.session
    host = None
    if await session.get(Participant, payload.host):
        person = await person_of(session, payload.host)
        host = person if person.id in {one.id for one in await members_of(session, circle)} else None
    return views.pack(_texts(message, circle), payload.number, host, message.programme.theme)


async def ended(message: MessageContext[CircleEndedMessage]) -> Message:
    circle = await message.work.session.get(Circle, message.payload.circle)
    return views.ended(_texts(message, circle) if circle else message.texts)


async def closed(message: MessageContext[CircleClosedMessage]) -> Message:
    """Unless they are in another one by now, or do not wish to be."""
    session, reader, programme = message.work.session, message.reader, message.programme
    part = await participation(session, reader.id, programme.id) if reader else None
    state = await circle_state(session, part, programme) if part else None
    if state is None or not state.waits:
        raise NoLongerRelevant
    return views.closed(message.texts, programme.id)


def _texts(message: MessageContext[Any], circle: Circle) -> Texts:
    """In the circle's language, if there are texts in it."""
    catalogue = message.context.catalogue
    return catalogue.texts(circle.language) if circle.language in catalogue.languages else message.texts


async def _going(message: MessageContext[CircleOpenedMessage] | MessageContext[CirclePackMessage]) -> Circle:
    """The circle, if this is still its group DM. Raises `NoLongerRelevant`."""
    circle = await message.work.session.get(Circle, message.payload.circle)
    if circle is None or circle.closed_at is not None or circle.channel != message.row.channel:
        raise NoLongerRelevant
    return circle


RENDERERS = (
    renders(CircleOpenedMessage, opened),
    renders(CirclePackMessage, pack),
    renders(CircleEndedMessage, ended),
    renders(CircleClosedMessage, closed),
)
