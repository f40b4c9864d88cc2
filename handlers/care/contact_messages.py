"""Messages about the contacts of a programme: to them, and to HR."""

from bot.domain.messages.care import ContactAskedMessage, ContactGoneMessage, ContactMissingMessage
from bot.services.care.contact_posts import GoneWhy
from bot.services.care.contacts import named_contacts, named_ids
from bot.slack.gateway import Message
from handlers.care import contact_views as views
from handlers.kit.messages import MessageContext, renders
from storage.tables import ContactState, Person, ProgrammeState


async def asked(letter: MessageContext[ContactAskedMessage]) -> Message | None:
    """Only while HR wants them and they have not answered."""
    if letter.programme.state == ProgrammeState.CLOSED or letter.reader is None:
        return None
    named = await named_contacts(letter.work.session, letter.programme)
    waits = any(one.person.id == letter.reader.id and one.state is ContactState.ASKED for one in named)
    return views.asked(letter.texts, letter.programme) if waits else None


async def gone(letter: MessageContext[ContactGoneMessage]) -> Message | None:
    programme, session = letter.programme, letter.work.session
    if programme.state == ProgrammeState.CLOSED or letter.payload.contact in named_ids(programme):
        return None
    who = await session.get(Person, letter.payload.contact) if letter.payload.contact else None
    left = await session.get(Person, programme.contact_id) if programme.contact_id else None
    return views.gone(letter.texts, programme, GoneWhy(letter.payload.why), who, left, await _creator(letter))


async def missing(letter: MessageContext[ContactMissingMessage]) -> Message | None:
    if letter.programme.state == ProgrammeState.CLOSED or named_ids(letter.programme):
        return None
    return views.missing(letter.texts, letter.programme, await _creator(letter))


async def _creator(letter: MessageContext[ContactGoneMessage] | MessageContext[ContactMissingMessage]) -> Person | None:
    """Who set the programme up, if they are there to receive concerns."""
    found = await letter.work.session.get(Person, letter.programme.created_by)
    return found if found and found.active else None


RENDERERS = (
    renders(ContactAskedMessage, asked),
    renders(ContactGoneMessage, gone),
    renders(ContactMissingMessage, missing),
)
