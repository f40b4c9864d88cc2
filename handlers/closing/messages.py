"""Messages at a programme's end: farewells, and HR's final message."""

from bot.domain.messages.closing import ClosingMessage, ProgrammeClosedMessage
from bot.domain.messages.outcomes import ThanksMessage
from bot.domain.sessions import Side
from bot.services.closing.closing import totals
from bot.services.closing.farewell import read_farewell
from bot.services.pair_context import PairContext, couple
from bot.services.surveys.results_due import awaited
from bot.slack.gateway import Message
from handlers.closing import views
from handlers.kit.messages import MessageContext, renders
from storage.tables import PairState, ParticipantState, Thanks


async def closing(message: MessageContext[ClosingMessage]) -> Message | None:
    found = await _pair_of(message, PairState.COMPLETED)
    if found is None:
        return None
    return views.person(message.texts, await read_farewell(message.work.session, *found))


async def programme_closed(message: MessageContext[ProgrammeClosedMessage]) -> Message | None:
    found, waits = await totals(message.work, message.programme), await awaited(message.work, message.programme)
    return views.hr(message.texts, message.programme, found, waits)


async def thanks(message: MessageContext[ThanksMessage]) -> Message | None:
    words = await message.work.session.get(Thanks, message.payload.thanks)
    found = await _pair_of(message, PairState.ACTIVE, PairState.COMPLETED)
    return views.thanks(message.texts, *found, words.text) if found and words and words.text else None


async def _pair_of(
    message: MessageContext[ClosingMessage | ThanksMessage], *states: PairState
) -> tuple[PairContext, Side] | None:
    one = await couple(message.work.session, message.payload.pair)
    side = one.side_of(message.row.person_id) if one else None
    if one is None or side is None or one.pair.state not in states:
        return None
    return (one, side) if one.part(side).state != ParticipantState.LEFT else None


RENDERERS = (
    renders(ClosingMessage, closing),
    renders(ProgrammeClosedMessage, programme_closed),
    renders(ThanksMessage, thanks),
)
