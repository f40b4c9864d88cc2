"""The poll after a session, and the wish to be contacted."""

from bot.gateway import Message
from bot.services.sessions.polls import poll_of, slot_of
from handlers.letters import Letter, Writer
from handlers.letters.sessions import about
from handlers.views import polls
from storage.tables import Person


async def poll(letter: Letter) -> Message | None:
    found = await about(letter)
    if found is None or found[0].session.settled_at or slot_of(found[0].session) != letter.row.data["slot"]:
        return None
    return polls.poll(letter.texts, await poll_of(letter.work, *found))


async def contact_me(letter: Letter) -> Message | None:
    person = await letter.work.session.get(Person, letter.row.data["person"])
    return polls.contact_me(letter.texts, letter.programme, person) if person else None


LETTERS: dict[str, Writer] = {"poll_mentor": poll, "poll_mentee": poll, "contact_me": contact_me}
