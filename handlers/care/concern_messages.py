"""Messages with a concern, or with the wish to be contacted, to their reader; and to the writer about them.

Whether a person may still receive one is checked when it is sent, with Slack: the answer may have changed since it was
written, and Slack accepts messages to people who were deactivated.
"""

from bot.domain.messages.care import (
    ConcernContactMessage,
    ConcernMessage,
    ConcernPassedOnMessage,
    ConcernReceiptMessage,
    ConcernUndeliveredMessage,
    ContactMeMessage,
)
from bot.domain.messages.kind import WrongReader
from bot.services.care.concerns import may_read
from bot.services.care.contacts import Receiver
from bot.services.care.pauses import can_pause
from bot.services.signup.which_programme import names_for
from bot.slack.gateway import Message
from handlers.care import views
from handlers.kit.ids import ActionFamily
from handlers.kit.messages import MessageContext, renders
from storage.tables import Concern, Person


async def concern_contact(message: MessageContext[ConcernContactMessage]) -> Message | None:
    concern, writer = await _concern(message)
    if concern is None or writer is None or message.reader is None:
        return None
    if concern.contact_id not in (None, message.reader.id):
        return None  # it was passed on to another
    await _check_reader(message, writer, message.reader)
    return views.concern_delivered(message.texts, message.programme, concern, writer, message.reader)


async def concern_receipt(message: MessageContext[ConcernReceiptMessage]) -> Message | None:
    concern, writer = await _concern(message)
    contact = await message.work.session.get(Person, message.payload.contact)
    if concern is None or writer is None or contact is None:
        return None
    may_pause = await can_pause(message.work.session, writer.id)
    named = await names_for(message.work.session, writer, [concern.programme_id])
    return views.concern_receipt(message.texts, contact, writer, concern, may_pause=may_pause, named=named)


async def concern_passed_on(message: MessageContext[ConcernPassedOnMessage]) -> Message | None:
    session, told = message.work.session, message.payload
    before, contact = await session.get(Person, told.before), await session.get(Person, told.contact)
    if before is None or contact is None:
        return None
    concern = await session.get(Concern, told.concern) if told.concern else None
    may_pause = await _reader_can_pause(message)
    return views.concern_passed_on(message.texts, before, contact, concern, asked=told.asked, may_pause=may_pause)


async def concern_undelivered(message: MessageContext[ConcernUndeliveredMessage]) -> Message | None:
    payload = message.payload
    contact = await message.work.session.get(Person, payload.contact) if payload.contact else None
    if payload.concern is not None:
        to = ActionFamily.CONCERN_TO.of(payload.concern)
    else:
        to = ActionFamily.CONTACT_TO.of(message.programme.id)
    may_pause = await _reader_can_pause(message)
    return views.concern_undelivered(message.texts, contact, to, asked=payload.asked, may_pause=may_pause)


async def contact_me(message: MessageContext[ContactMeMessage]) -> Message | None:
    person = await message.work.session.get(Person, message.payload.person)
    if person is None or message.reader is None:
        return None
    await _check_reader(message, person, message.reader)
    wish = await message.work.session.get(Concern, message.payload.concern) if message.payload.concern else None
    if message.payload.concern and (wish is None or wish.contact_id not in (None, message.reader.id)):
        return None  # it was erased, or passed on to another
    return views.contact_me(message.texts, message.programme, person, message.reader, wish)


async def _reader_can_pause(
    message: MessageContext[ConcernPassedOnMessage] | MessageContext[ConcernUndeliveredMessage],
) -> bool:
    return message.reader is not None and await can_pause(message.work.session, message.reader.id)


async def _check_reader(
    message: MessageContext[ConcernContactMessage] | MessageContext[ContactMeMessage], writer: Person, reader: Person
) -> None:
    """Raises `WrongReader`; `SlackUnavailable` or `SlackRefused` if Slack does not say."""
    programme, found = message.programme, None
    if message.payload.chosen:
        found = Receiver(reader)
    else:
        found = await may_read(message.work, programme, writer, reader)
    if found is None or not await message.context.directory.can_receive(programme, found, message.work.now, fresh=True):
        raise WrongReader


async def _concern(message: MessageContext[ConcernMessage]) -> tuple[Concern | None, Person | None]:
    concern = await message.work.session.get(Concern, message.payload.concern)
    return concern, await message.work.session.get(Person, concern.person_id) if concern else None


RENDERERS = (
    renders(ConcernContactMessage, concern_contact),
    renders(ConcernReceiptMessage, concern_receipt),
    renders(ConcernPassedOnMessage, concern_passed_on),
    renders(ConcernUndeliveredMessage, concern_undelivered),
    renders(ContactMeMessage, contact_me),
)
