"""Messages about the contacts of a programme: to them, and to HR."""

from bot.domain.messages.care import ContactAskedMessage, ContactGoneMessage, ContactMissingMessage
from bot.services.care.contact_posts import GoneWhy
from bot.services.care.contacts import named_contacts, named_ids
from bot.slack.gateway import Message
from handlers.care import contact_views as views
from handlers.kit.messages import MessageContext, renders
from storage.tables import ContactState, Person, ProgrammeState


async def asked(message: MessageContext[ContactAskedMessage]) -> Message | None:
    """Only while HR wants them and they have not answered."""
    if message.programme.state == ProgrammeState.CLOSED or message.reader is None:
        return None
    named = await named_contacts(message.work.session, message.programme)
    waits = any(one.person.id == message.reader.id and one.state is ContactState.ASKED for one in named)
    return views.asked(message.texts, message.programme) if waits else None


async def gone(message: MessageContext[ContactGoneMessage]) -> Message | None:
    programme, session = message.programme, message.work.session
    if programme.state == ProgrammeState.CLOSED or message.payload.contact in named_ids(programme):
        return None
    who = await session.get(Person, message.payload.contact) if message.payload.contact else None
    left = await session.get(Person, programme.contact_id) if programme.contact_id else None
    return views.gone(message.texts, programme, GoneWhy(message.payload.why), who, left, await _creator(message))


async def missing(message: MessageContext[ContactMissingMessage]) -> Message | None:
    if message.programme.state == ProgrammeState.CLOSED or named_ids(message.programme):
        return None
    return views.missing(message.texts, message.programme, await _creator(message))


async def _creator(
    message: MessageContext[ContactGoneMessage] | MessageContext[ContactMissingMessage],
) -> Person | None:
    """Who set the programme up, if they are there to receive concerns."""
    person = await message.work.session.get(Person, message.programme.created_by)
    return person if person and person.active else None


RENDERERS = (
    renders(ContactAskedMessage, asked),
    renders(ContactGoneMessage, gone),
    renders(ContactMissingMessage, missing),
)
