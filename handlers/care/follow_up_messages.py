"""Messages until a person has talked to the writer of a concern, and a week later. None once they have."""

from bot.domain.messages.care import (
    ConcernAfterMessage,
    ConcernDueMessage,
    ConcernMessage,
    ConcernOfferMessage,
    ConcernWaitsMessage,
    ContactReplacedMessage,
)
from bot.services.care.contacts import named_ids, receivers
from bot.services.care.follow_up import count_waiting, others_for
from bot.services.care.pauses import can_pause
from bot.slack.gateway import Message
from handlers.care import contact_views
from handlers.care import follow_up_views as views
from handlers.kit.messages import MessageContext, renders
from storage.tables import Concern, Person


async def due(message: MessageContext[ConcernDueMessage]) -> Message | None:
    concern = await _waiting(message)
    if concern is None or concern.contact_id != message.row.person_id:
        return None
    writer = await message.work.session.get(Person, concern.person_id)
    return views.due(message.texts, concern, writer) if writer else None


async def waits(message: MessageContext[ConcernWaitsMessage]) -> Message | None:
    """To whom it may still concern: the reader may have become a cause of it, or the creator left HR's channel."""
    concern = await _waiting(message)
    contact = await message.work.session.get(Person, message.payload.contact)
    if concern is None or contact is None or concern.contact_id != contact.id:
        return None
    programme, writer = message.programme, await message.work.session.get(Person, concern.person_id)
    able = await receivers(message.work.session, programme, writer, message.work.now)
    mine = next((one for one in able if one.person.id == message.row.person_id), None)
    if mine is None or not await message.context.directory.can_receive(programme, mine, message.work.now):
        return None
    return views.waits(message.texts, programme, contact)


async def offer(message: MessageContext[ConcernOfferMessage]) -> Message | None:
    concern = await _waiting(message)
    if concern is None or concern.offered_at is None:
        return None
    contact = await message.work.session.get(Person, message.payload.contact)
    if contact is not None and contact.erased_at is not None:
        contact = None
    others = await others_for(message.work, concern)
    may_pause = await can_pause(message.work.session, concern.person_id)
    return views.offer(
        message.texts, message.programme, concern, contact, others, message.payload.why, may_pause=may_pause
    )


async def after(message: MessageContext[ConcernAfterMessage]) -> Message | None:
    concern = await message.work.session.get(Concern, message.payload.concern)
    if concern is None or not concern.ask_later:
        return None
    contact = await message.work.session.get(Person, concern.contact_id) if concern.contact_id else None
    may_pause = await can_pause(message.work.session, concern.person_id)
    contact = contact if contact and contact.erased_at is None else None
    return views.after(message.texts, concern, contact, may_pause=may_pause)


async def replaced(message: MessageContext[ContactReplacedMessage]) -> Message | None:
    if message.reader is None or message.reader.id in named_ids(message.programme):
        return None
    waiting = await count_waiting(message.work, message.programme, message.reader)
    return contact_views.replaced(message.texts, message.programme, waiting)


async def _waiting(message: MessageContext[ConcernMessage]) -> Concern | None:
    """The concern, while nobody has talked to its writer."""
    concern = await message.work.session.get(Concern, message.payload.concern)
    return concern if concern and concern.talked_at is None else None


RENDERERS = (
    renders(ConcernDueMessage, due),
    renders(ConcernWaitsMessage, waits),
    renders(ConcernOfferMessage, offer),
    renders(ConcernAfterMessage, after),
    renders(ContactReplacedMessage, replaced),
)
