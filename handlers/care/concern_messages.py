"""Messages with a concern, or with the wish to be contacted, to their reader; and to the writer about them.

Whether somebody may still receive one is checked when it is sent, with Slack: the answer may have changed since it was
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
from bot.slack.gateway import Message
from handlers.care import views
from handlers.kit.ids import ActionFamily
from handlers.kit.messages import MessageContext, renders
from storage.tables import Concern, Person


async def concern_contact(letter: MessageContext[ConcernContactMessage]) -> Message | None:
    concern, writer = await _concern(letter)
    if concern is None or writer is None or letter.reader is None:
        return None
    if concern.contact_id not in (None, letter.reader.id):
        return None  # it was passed on to another
    await _check_reader(letter, writer, letter.reader)
    return views.concern_delivered(letter.texts, letter.programme, concern, writer, letter.reader)


async def concern_receipt(letter: MessageContext[ConcernReceiptMessage]) -> Message | None:
    concern, writer = await _concern(letter)
    contact = await letter.work.session.get(Person, letter.payload.contact)
    if concern is None or writer is None or contact is None:
        return None
    return views.concern_receipt(letter.texts, contact, writer, concern)


async def concern_passed_on(letter: MessageContext[ConcernPassedOnMessage]) -> Message | None:
    session, told = letter.work.session, letter.payload
    before, contact = await session.get(Person, told.before), await session.get(Person, told.contact)
    return views.concern_passed_on(letter.texts, before, contact, asked=told.asked) if before and contact else None


async def concern_undelivered(letter: MessageContext[ConcernUndeliveredMessage]) -> Message | None:
    told = letter.payload
    contact = await letter.work.session.get(Person, told.contact) if told.contact else None
    if told.concern is not None:
        to = ActionFamily.CONCERN_TO.of(told.concern)
    else:
        to = ActionFamily.CONTACT_TO.of(letter.programme.id)
    return views.concern_undelivered(letter.texts, contact, to, asked=told.asked)


async def contact_me(letter: MessageContext[ContactMeMessage]) -> Message | None:
    person = await letter.work.session.get(Person, letter.payload.person)
    if person is None or letter.reader is None:
        return None
    await _check_reader(letter, person, letter.reader)
    return views.contact_me(letter.texts, letter.programme, person)


async def _check_reader(
    letter: MessageContext[ConcernContactMessage] | MessageContext[ContactMeMessage], writer: Person, reader: Person
) -> None:
    """Raises `WrongReader`; `SlackUnavailable` or `SlackRefused` if Slack does not say."""
    programme, found = letter.programme, None
    if letter.payload.chosen:
        found = Receiver(reader)
    else:
        found = await may_read(letter.work.session, programme, writer, reader)
    if found is None or not await letter.context.directory.can_receive(programme, found, letter.work.now, fresh=True):
        raise WrongReader


async def _concern(letter: MessageContext[ConcernMessage]) -> tuple[Concern | None, Person | None]:
    concern = await letter.work.session.get(Concern, letter.payload.concern)
    return concern, await letter.work.session.get(Person, concern.person_id) if concern else None


RENDERERS = (
    renders(ConcernContactMessage, concern_contact),
    renders(ConcernReceiptMessage, concern_receipt),
    renders(ConcernPassedOnMessage, concern_passed_on),
    renders(ConcernUndeliveredMessage, concern_undelivered),
    renders(ContactMeMessage, contact_me),
)
