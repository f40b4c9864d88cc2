"""The poll after a session, and the wish to be contacted."""

from bot.domain.messages.care import ContactMeMessage
from bot.domain.messages.sessions import PollMenteeMessage, PollMentorMessage, StepMessage
from bot.services.polls.polls import poll_of, slot_of
from bot.slack.gateway import Message
from handlers.kit.messages import MessageContext, renders
from handlers.polls import views
from handlers.sessions.messages import about
from storage.tables import Person


async def poll(letter: MessageContext[StepMessage]) -> Message | None:
    found = await about(letter)
    if found is None or found[0].session.settled_at or slot_of(found[0].session) != letter.payload.slot:
        return None
    return views.poll(letter.texts, await poll_of(letter.work, *found))


async def contact_me(letter: MessageContext[ContactMeMessage]) -> Message | None:
    person = await letter.work.session.get(Person, letter.payload.person)
    return views.contact_me(letter.texts, letter.programme, person) if person else None


RENDERERS = (
    renders(PollMentorMessage, poll),
    renders(PollMenteeMessage, poll),
    renders(ContactMeMessage, contact_me),
)
