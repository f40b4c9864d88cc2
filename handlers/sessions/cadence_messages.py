"""Messages about how often and in which form a pair meets: the proposal, and the answer."""

from bot.domain.messages.sessions import (
    CadenceAgreedMessage,
    CadenceKeptMessage,
    CadenceMessage,
    CadenceProposedMessage,
    LessOftenMessage,
)
from bot.domain.programme import Cadence
from bot.services.pair_context import couple
from bot.services.sessions.cadence import CadenceView, seen_as
from bot.slack.gateway import Message
from handlers.kit.messages import MessageContext, renders
from handlers.sessions import cadence_views
from storage.tables import PairState, Rhythm, RhythmState


async def proposed(message: MessageContext[CadenceProposedMessage]) -> Message | None:
    """Only while it waits for an answer."""
    row, seen = await _about(message)
    return cadence_views.proposed(message.texts, seen, row) if row and seen and row.state == RhythmState.OPEN else None


async def answered(message: MessageContext[CadenceMessage]) -> Message | None:
    row, seen = await _about(message)
    return cadence_views.told(message.texts, seen, row) if row and seen else None


async def _about(message: MessageContext[CadenceMessage]) -> tuple[Rhythm | None, CadenceView | None]:
    row = await message.work.session.get(Rhythm, message.payload.rhythm)
    found = await couple(message.work.session, message.payload.pair)
    side = found.side_of(message.row.person_id) if found else None
    if found is None or side is None or found.pair.state != PairState.ACTIVE:
        return row, None
    return row, await seen_as(message.work, found, side)


async def less_often(message: MessageContext[LessOftenMessage]) -> Message | None:
    """Only while they still meet weekly, and nobody has proposed anything."""
    found = await couple(message.work.session, message.payload.pair)
    side = found.side_of(message.row.person_id) if found else None
    if found is None or side is None or not found.under_way:
        return None
    seen = await seen_as(message.work, found, side)
    return None if seen.waiting or seen.cadence != Cadence.WEEKLY else cadence_views.less_often(message.texts, seen)


RENDERERS = (
    renders(LessOftenMessage, less_often),
    renders(CadenceProposedMessage, proposed),
    renders(CadenceAgreedMessage, answered),
    renders(CadenceKeptMessage, answered),
)
