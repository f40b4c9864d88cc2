"""While people sign up: a word from leadership."""

from bot.gateway import Message
from handlers.letters import Letter, Writer
from handlers.views import sponsor as views
from storage.tables import Person, SponsorMessage


async def sponsor(letter: Letter) -> Message | None:
    said = await letter.work.session.get(SponsorMessage, letter.row.data["message"])
    if said is None or not said.text:
        return None
    speaker = await letter.work.session.get(Person, said.sponsor_id) if said.sponsor_id else None
    return views.message(letter.texts, letter.programme, speaker, said.name, said.text)


LETTERS: dict[str, Writer] = {"sponsor": sponsor}
