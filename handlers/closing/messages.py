"""Messages at a programme's end: farewells, and HR's final message."""

from bot.domain.messages.closing import ClosingMessage, ManagerNoteMessage, ProgrammeClosedMessage
from bot.domain.messages.outcomes import ThanksMessage, ThanksPostMessage, ThanksShownMessage
from bot.domain.sessions import Side
from bot.services.closing.closing import totals
from bot.services.closing.farewell import read_farewell
from bot.services.closing.manager_note import note_for
from bot.services.outcomes.public_thanks import ThanksView, read_shown
from bot.services.pair_context import PairContext, couple
from bot.services.surveys.results_due import awaited
from bot.slack.gateway import Message
from handlers.closing import manager_note_views, public_thanks_views, views
from handlers.kit.messages import MessageContext, renders
from storage.tables import PairState, ParticipantState, Thanks


async def closing(message: MessageContext[ClosingMessage]) -> Message | None:
    couple_and_side = await _pair_of(message, PairState.COMPLETED)
    if couple_and_side is None:
        return None
    return views.person(message.texts, await read_farewell(message.work.session, *couple_and_side))


async def programme_closed(message: MessageContext[ProgrammeClosedMessage]) -> Message | None:
    found, waits = await totals(message.work, message.programme), await awaited(message.work, message.programme)
    return views.hr(message.texts, message.programme, found, waits)


async def thanks(message: MessageContext[ThanksMessage]) -> Message | None:
    words = await message.work.session.get(Thanks, message.payload.thanks)
    couple_and_side = await _pair_of(message, PairState.ACTIVE, PairState.COMPLETED)
    if couple_and_side is None or words is None or not words.text:
        return None
    return public_thanks_views.for_reader(message.texts, ThanksView(*couple_and_side, words))


async def thanks_post(message: MessageContext[ThanksPostMessage]) -> Message | None:
    found = await read_shown(message.work.session, message.payload.thanks)
    return public_thanks_views.post(message.texts, found[1], found[0]) if found else None


async def thanks_shown(message: MessageContext[ThanksShownMessage]) -> Message | None:
    found = await read_shown(message.work.session, message.payload.thanks)
    side = found[1].side_of(message.row.person_id) if found else None
    return public_thanks_views.shown(message.texts, ThanksView(found[1], side, found[0])) if found and side else None


async def _pair_of(
    message: MessageContext[ClosingMessage | ThanksMessage], *states: PairState
) -> tuple[PairContext, Side] | None:
    one = await couple(message.work.session, message.payload.pair)
    side = one.side_of(message.row.person_id) if one else None
    if one is None or side is None or one.pair.state not in states:
        return None
    return (one, side) if one.part(side).state != ParticipantState.LEFT else None


async def manager_note(message: MessageContext[ManagerNoteMessage]) -> Message | None:
    found = await note_for(message.work.session, message.payload.note)
    return manager_note_views.message(message.texts, *found) if found else None


RENDERERS = (
    renders(ManagerNoteMessage, manager_note),
    renders(ClosingMessage, closing),
    renders(ProgrammeClosedMessage, programme_closed),
    renders(ThanksMessage, thanks),
    renders(ThanksPostMessage, thanks_post),
    renders(ThanksShownMessage, thanks_shown),
)
