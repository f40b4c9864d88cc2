"""Messages about how often and in which form a pair meets: the proposal, and the answer."""

from bot.domain.messages.sessions import (
    CadenceAgreedMessage,
    CadenceKeptMessage,
    CadenceMessage,
    CadenceProposedMessage,
)
from bot.services.pair_context import couple
from bot.services.sessions.cadence import CadenceView, seen_as
from bot.slack.gateway import Message
from handlers.kit.messages import MessageContext, renders
from handlers.sessions import cadence_views
from storage.tables import PairState, Rhythm, RhythmState


async def proposed(letter: MessageContext[CadenceProposedMessage]) -> Message | None:
    """Only while it waits for an answer."""
    row, seen = await _about(letter)
    return cadence_views.proposed(letter.texts, seen, row) if row and seen and row.state == RhythmState.OPEN else None


async def answered(letter: MessageContext[CadenceMessage]) -> Message | None:
    row, seen = await _about(letter)
    return cadence_views.told(letter.texts, seen, row) if row and seen else None


async def _about(letter: MessageContext[CadenceMessage]) -> tuple[Rhythm | None, CadenceView | None]:
    row = await letter.work.session.get(Rhythm, letter.payload.rhythm)
    found = await couple(letter.work.session, letter.payload.pair)
    side = found.side_of(letter.row.person_id) if found else None
    if found is None or side is None or found.pair.state != PairState.ACTIVE:
        return row, None
    return row, await seen_as(letter.work, found, side)


RENDERERS = (
    renders(CadenceProposedMessage, proposed),
    renders(CadenceAgreedMessage, answered),
    renders(CadenceKeptMessage, answered),
)
