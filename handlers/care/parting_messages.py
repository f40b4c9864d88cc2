"""Messages about pairs that end or pause."""

from bot.domain.calendar import local
from bot.domain.messages.care import PairPartedHrMessage, PairPartedMessage, PairRestedMessage, PairRestsMessage
from bot.domain.messages.matching import StillLookingMessage
from bot.services.care.at_risk import open_session
from bot.services.matching.introductions import was_introduced
from bot.services.matching.unmatched_followup import still_waiting
from bot.services.pair_context import couple
from bot.services.sessions.called_off import read_called_off
from bot.services.sessions.resumption import to_book
from bot.slack.gateway import Message
from handlers.care import parting_views as partings
from handlers.kit.messages import MessageContext, renders
from handlers.sessions.called_off_views import with_called_off
from storage.tables import PairState


async def pair_parted(message: MessageContext[PairPartedMessage]) -> Message | None:
    """To the partner; to both, if HR ended the pair. Not to people who were never introduced."""
    found = await couple(message.work.session, message.payload.pair)
    side = found.side_of(message.row.person_id) if found else None
    if found is None or side is None:
        return None
    if not await was_introduced(message.work.session, found.pair, message.row.person_id or 0):
        return None
    told = partings.told(message.texts, found, side)
    off = await read_called_off(message.work, message.payload.off)
    return with_called_off(message.texts, told, off, found.person(side))


async def pair_parted_hr(message: MessageContext[PairPartedHrMessage]) -> Message | None:
    found = await couple(message.work.session, message.payload.pair)
    return partings.told_hr(message.texts, found, another=message.payload.another) if found else None


async def pair_rests(message: MessageContext[PairRestsMessage]) -> Message | None:
    """Only while the pair pauses."""
    found = await couple(message.work.session, message.payload.pair)
    side = found.side_of(message.row.person_id) if found else None
    if found is None or side is None or found.pair.state != PairState.ACTIVE or found.pair.paused_until is None:
        return None
    until = message.texts.day(local(found.pair.paused_until, found.programme.zone).date())
    session = await open_session(message.work, found.pair.id)
    told = partings.rests(message.texts, found, side, until, session, message.work.now)
    off = await read_called_off(message.work, message.payload.off)
    return with_called_off(message.texts, told, off, found.person(side))


async def pair_rested(message: MessageContext[PairRestedMessage]) -> Message | None:
    found = await couple(message.work.session, message.payload.pair)
    side = found.side_of(message.row.person_id) if found else None
    if found is None or side is None or not found.under_way:
        return None
    meeting = await to_book(message.work, found, found.person(side).id)
    return partings.rested(message.texts, found, side, meeting, message.work.now)


async def still_looking(message: MessageContext[StillLookingMessage]) -> Message | None:
    """To a person who stays without a partner."""
    unmatched = await still_waiting(message.work, message.row, message.payload)
    return partings.still_looking(message.texts, unmatched) if unmatched else None


RENDERERS = (
    renders(PairPartedMessage, pair_parted),
    renders(PairPartedHrMessage, pair_parted_hr),
    renders(PairRestsMessage, pair_rests),
    renders(PairRestedMessage, pair_rested),
    renders(StillLookingMessage, still_looking),
)
