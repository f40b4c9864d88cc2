"""Messages at a programme's end: farewells, and HR's final message."""

from bot.domain.sessions import Side
from bot.services.closing.closing import held_by, totals
from bot.services.pair_context import PairContext, couple
from bot.slack.gateway import Message
from handlers.closing import views
from handlers.kit.messages import MessageContext, Renderer
from storage.tables import PairState, ParticipantState, Thanks


async def closing(letter: MessageContext) -> Message | None:
    found = await _pair_of(letter, PairState.COMPLETED)
    return views.person(letter.texts, *found, await held_by(letter.work, found[0].pair)) if found else None


async def programme_closed(letter: MessageContext) -> Message | None:
    return views.hr(letter.texts, letter.programme, await totals(letter.work, letter.programme))


async def thanks(letter: MessageContext) -> Message | None:
    words = await letter.work.session.get(Thanks, letter.row.data.get("thanks", 0))
    found = await _pair_of(letter, PairState.ACTIVE, PairState.COMPLETED)
    return views.thanks(letter.texts, *found, words.text) if found and words and words.text else None


async def _pair_of(letter: MessageContext, *states: PairState) -> tuple[PairContext, Side] | None:
    one = await couple(letter.work.session, letter.row.data["pair"])
    side = one.side_of(letter.row.person_id) if one else None
    if one is None or side is None or one.pair.state not in states:
        return None
    return (one, side) if one.part(side).state != ParticipantState.LEFT else None


RENDERERS: dict[str, Renderer] = {"closing": closing, "programme_closed": programme_closed, "thanks": thanks}
