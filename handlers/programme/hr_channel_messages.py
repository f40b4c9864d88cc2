"""Messages about HR's channel, each only while it is still true."""

from sqlmodel import col, select

from bot.domain.messages.programme import (
    HrChannelFineMessage,
    HrChannelTroubleMessage,
    OwnerGoneMessage,
    OwnerWantedMessage,
    ProgrammeMovedMessage,
)
from bot.services.people.eligibility import why_unfit
from bot.slack.gateway import Message
from handlers.kit.messages import MessageContext, renders
from handlers.programme import hr_channel_views as views
from storage.tables import Outbox, OutboxState, Person


async def trouble(message: MessageContext[HrChannelTroubleMessage]) -> Message | None:
    programme, told = message.programme, message.payload
    if programme.hr_trouble != told.trouble or programme.hr_channel != told.channel:
        return None
    operator = message.row.person_id != programme.created_by
    return views.trouble(message.texts, programme, told.channel, told.trouble, operator=operator)


async def fine(message: MessageContext[HrChannelFineMessage]) -> Message | None:
    """Only to those who read that it could not be used."""
    programme, told = message.programme, message.payload
    read = select(Outbox.id).where(
        Outbox.programme_id == programme.id,
        Outbox.person_id == message.row.person_id,
        Outbox.kind == HrChannelTroubleMessage.kind.name,
        Outbox.state == OutboxState.SENT,
        col(Outbox.created_at) >= told.since,
    )
    if programme.hr_trouble is not None or programme.hr_channel != told.channel:
        return None
    if (await message.work.session.exec(read.limit(1))).first() is None:
        return None
    return views.fine(message.texts, programme, told.channel)


async def moved(message: MessageContext[ProgrammeMovedMessage]) -> Message | None:
    told, row = message.payload, message.row
    if message.programme.hr_channel != told.channel:  # it was moved again
        return None
    by = await message.work.session.get(Person, told.by) if told.by else None
    place = "person" if row.person_id is not None else "new" if row.channel == told.channel else "old"
    return views.moved(message.texts, message.programme, told.before, told.channel, by, place)


async def owner_wanted(message: MessageContext[OwnerWantedMessage]) -> Message | None:
    gone = await _gone_owner(message)
    return views.owner_wanted(message.texts, message.programme, gone) if gone else None


async def owner_gone(message: MessageContext[OwnerGoneMessage]) -> Message | None:
    gone = await _gone_owner(message)
    return views.owner_gone(message.texts, message.programme, gone) if gone else None


async def _gone_owner(message: MessageContext[OwnerWantedMessage] | MessageContext[OwnerGoneMessage]) -> Person | None:
    person = await message.work.session.get(Person, message.payload.person)
    stays = person is not None and why_unfit(person, guests=False) is None
    return None if stays or message.programme.created_by != message.payload.person else person


RENDERERS = (
    renders(HrChannelTroubleMessage, trouble),
    renders(HrChannelFineMessage, fine),
    renders(ProgrammeMovedMessage, moved),
    renders(OwnerWantedMessage, owner_wanted),
    renders(OwnerGoneMessage, owner_gone),
)
