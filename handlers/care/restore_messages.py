"""Messages about pairs that HR can restore, or restored."""

from datetime import datetime

from bot.domain.messages.care import PairAccountBackMessage, PairEndedByHrMessage, PairMessage, PairRestoredMessage
from bot.services.care.restoring import restorable_until
from bot.services.pair_context import PairContext, couple
from bot.services.sessions.called_off import read_called_off
from bot.services.sessions.resumption import to_book
from bot.slack.gateway import Message
from handlers.care import restore_views as views
from handlers.kit.messages import MessageContext, renders
from handlers.sessions.called_off_views import with_called_off
from storage.tables import PairState, Person


async def ended_by_hr(message: MessageContext[PairEndedByHrMessage]) -> Message | None:
    """To HR's channel, while the pair can be restored."""
    found, until = await _restorable(message)
    return views.ended_by_hr(message.texts, found, until) if found and until else None


async def account_back(message: MessageContext[PairAccountBackMessage]) -> Message | None:
    """To HR's channel, while the pair can be restored."""
    found, until = await _restorable(message)
    person = await message.work.session.get(Person, message.payload.person)
    return views.account_back(message.texts, found, person, until) if found and until and person else None


async def restored(message: MessageContext[PairRestoredMessage]) -> Message | None:
    """To each of the two, unless the pair ended again."""
    found = await couple(message.work.session, message.payload.pair)
    side = found.side_of(message.row.person_id) if found else None
    if found is None or side is None or found.pair.state != PairState.ACTIVE:
        return None
    meeting = await to_book(message.work, found, found.person(side).id)
    told = views.restored(message.texts, found, side, meeting, message.work.now, knew=message.payload.knew)
    return with_called_off(
        message.texts, told, await read_called_off(message.work, message.payload.off), found.person(side)
    )


async def _restorable(
    message: MessageContext[PairEndedByHrMessage] | MessageContext[PairAccountBackMessage],
) -> tuple[PairContext | None, datetime | None]:
    pair: PairMessage = message.payload
    found = await couple(message.work.session, pair.pair)
    return found, await restorable_until(message.work.session, found, message.work.now) if found else None


RENDERERS = (
    renders(PairEndedByHrMessage, ended_by_hr),
    renders(PairAccountBackMessage, account_back),
    renders(PairRestoredMessage, restored),
)
