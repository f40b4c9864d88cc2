"""Messages about how often and in which form a pair meets: the proposal, and the answer."""

from bot.services.pair_context import couple
from bot.services.sessions.cadence import Seen, seen_as
from bot.slack.gateway import Message
from handlers.kit.messages import MessageContext, Renderer
from handlers.sessions import cadence_views as rhythms
from storage.tables import PairState, Rhythm, RhythmState


async def proposed(letter: MessageContext) -> Message | None:
    """Only while it waits for an answer."""
    row, seen = await _about(letter)
    return rhythms.proposed(letter.texts, seen, row) if row and seen and row.state == RhythmState.OPEN else None


async def answered(letter: MessageContext) -> Message | None:
    row, seen = await _about(letter)
    return rhythms.told(letter.texts, seen, row) if row and seen else None


async def _about(letter: MessageContext) -> tuple[Rhythm | None, Seen | None]:
    row = await letter.work.session.get(Rhythm, letter.row.data["rhythm"])
    found = await couple(letter.work.session, letter.row.data["pair"])
    side = found.side_of(letter.row.person_id) if found else None
    if found is None or side is None or found.pair.state != PairState.ACTIVE:
        return row, None
    return row, await seen_as(letter.work, found, side)


RENDERERS: dict[str, Renderer] = {
    "rhythm_proposed": proposed,
    "rhythm_agreed": answered,
    "rhythm_kept": answered,
}
