"""A programme's end: thanks to everybody, and HR's last word."""

from bot.domain.sessions import Side
from bot.gateway import Message
from bot.services.closings import held_by, totals
from bot.services.meetings import Couple, couple
from handlers.letters import Letter, Writer
from handlers.views import closing as views
from storage.tables import PairState, ParticipantState


async def closing(letter: Letter) -> Message | None:
    found = await _completed(letter)
    return views.person(letter.texts, *found, await held_by(letter.work, found[0].pair)) if found else None


async def programme_closed(letter: Letter) -> Message | None:
    return views.hr(letter.texts, letter.programme, await totals(letter.work, letter.programme))


async def thanks(letter: Letter) -> Message | None:
    found = await _completed(letter)
    return views.thanks(letter.texts, *found, letter.row.data["text"]) if found else None


async def _completed(letter: Letter) -> tuple[Couple, Side] | None:
    one = await couple(letter.work.session, letter.row.data["pair"])
    side = one.side_of(letter.row.person_id) if one else None
    if one is None or side is None or one.pair.state != PairState.COMPLETED:
        return None
    return (one, side) if one.part(side).state != ParticipantState.LEFT else None


LETTERS: dict[str, Writer] = {"closing": closing, "programme_closed": programme_closed, "thanks": thanks}
