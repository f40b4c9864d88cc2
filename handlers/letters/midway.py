"""The question half-way through a programme: to each of a pair that is under way."""

from bot.gateway import Message
from bot.services.pairs.midway import MIDWAY
from bot.services.programmes.closings import held_by
from bot.services.sessions.meetings import couple
from handlers.letters import Letter, Writer
from handlers.views import midway as views


async def midway(letter: Letter) -> Message | None:
    one = await couple(letter.work.session, letter.row.data["pair"])
    side = one.side_of(letter.row.person_id) if one else None
    if one is None or side is None or not one.under_way:
        return None
    return views.question(letter.texts, one, side, await held_by(letter.work, one.pair))


LETTERS: dict[str, Writer] = {MIDWAY: midway}
