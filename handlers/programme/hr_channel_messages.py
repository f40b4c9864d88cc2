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


async def trouble(letter: MessageContext[HrChannelTroubleMessage]) -> Message | None:
    programme, told = letter.programme, letter.payload
    if programme.hr_trouble != told.trouble or programme.hr_channel != told.channel:
        return None
    operator = letter.row.person_id != programme.created_by
    return views.trouble(letter.texts, programme, told.channel, told.trouble, operator=operator)


async def fine(letter: MessageContext[HrChannelFineMessage]) -> Message | None:
    """Only to those who read that it could not be used."""
    programme, told = letter.programme, letter.payload
    read = select(Outbox.id).where(
        Outbox.programme_id == programme.id,
        Outbox.person_id == letter.row.person_id,
        Outbox.kind == HrChannelTroubleMessage.kind.name,
        Outbox.state == OutboxState.SENT,
        col(Outbox.created_at) >= told.since,
    )
    if programme.hr_trouble is not None or programme.hr_channel != told.channel:
        return None
    if (await letter.work.session.exec(read.limit(1))).first() is None:
        return None
    return views.fine(letter.texts, programme, told.channel)


async def moved(letter: MessageContext[ProgrammeMovedMessage]) -> Message | None:
    told, row = letter.payload, letter.row
    if letter.programme.hr_channel != told.channel:  # it was moved again
        return None
    by = await letter.work.session.get(Person, told.by) if told.by else None
    place = "person" if row.person_id is not None else "new" if row.channel == told.channel else "old"
    return views.moved(letter.texts, letter.programme, told.before, told.channel, by, place)


async def owner_wanted(letter: MessageContext[OwnerWantedMessage]) -> Message | None:
    gone = await _gone_owner(letter)
    return views.owner_wanted(letter.texts, letter.programme, gone) if gone else None


async def owner_gone(letter: MessageContext[OwnerGoneMessage]) -> Message | None:
    gone = await _gone_owner(letter)
    return views.owner_gone(letter.texts, letter.programme, gone) if gone else None


async def _gone_owner(letter: MessageContext[OwnerWantedMessage] | MessageContext[OwnerGoneMessage]) -> Person | None:
    person = await letter.work.session.get(Person, letter.payload.person)
    stays = person is not None and why_unfit(person, guests=False) is None
    return None if stays or letter.programme.created_by != letter.payload.person else person


RENDERERS = (
    renders(HrChannelTroubleMessage, trouble),
    renders(HrChannelFineMessage, fine),
    renders(ProgrammeMovedMessage, moved),
    renders(OwnerWantedMessage, owner_wanted),
    renders(OwnerGoneMessage, owner_gone),
)
