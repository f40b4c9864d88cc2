"""Messages about pairs that end or pause."""

from bot.domain.calendar import local
from bot.domain.messages.care import PairPartedHrMessage, PairPartedMessage, PairRestedMessage, PairRestsMessage
from bot.domain.messages.matching import StillLookingMessage
from bot.services.care.at_risk import open_session
from bot.services.matching.introductions import was_introduced
from bot.services.matching.unmatched_followup import still_waiting
from bot.services.pair_context import couple
from bot.services.sessions.resumption import to_book
from bot.slack.gateway import Message
from handlers.care import parting_views as partings
from handlers.kit.messages import MessageContext, renders
from storage.tables import PairState


async def pair_parted(letter: MessageContext[PairPartedMessage]) -> Message | None:
    """To the partner; to both, if HR ended the pair. Not to people who were never introduced."""
    found = await couple(letter.work.session, letter.payload.pair)
    side = found.side_of(letter.row.person_id) if found else None
    if found is None or side is None:
        return None
    if not await was_introduced(letter.work.session, found.pair, letter.row.person_id or 0):
        return None
    return partings.told(letter.texts, found, side)


async def pair_parted_hr(letter: MessageContext[PairPartedHrMessage]) -> Message | None:
    found = await couple(letter.work.session, letter.payload.pair)
    return partings.told_hr(letter.texts, found, another=letter.payload.another) if found else None


async def pair_rests(letter: MessageContext[PairRestsMessage]) -> Message | None:
    """Only while the pair pauses."""
    found = await couple(letter.work.session, letter.payload.pair)
    side = found.side_of(letter.row.person_id) if found else None
    if found is None or side is None or found.pair.state != PairState.ACTIVE or found.pair.paused_until is None:
        return None
    until = letter.texts.day(local(found.pair.paused_until, found.programme.zone).date())
    return partings.rests(letter.texts, found, side, until, await open_session(letter.work, found.pair.id))


async def pair_rested(letter: MessageContext[PairRestedMessage]) -> Message | None:
    found = await couple(letter.work.session, letter.payload.pair)
    side = found.side_of(letter.row.person_id) if found else None
    if found is None or side is None or not found.under_way:
        return None
    return partings.rested(letter.texts, found, side, await to_book(letter.work, found))


async def still_looking(letter: MessageContext[StillLookingMessage]) -> Message | None:
    """To a person who stays without a partner."""
    found = await still_waiting(letter.work, letter.row, letter.payload)
    return partings.still_looking(letter.texts, found) if found else None


RENDERERS = (
    renders(PairPartedMessage, pair_parted),
    renders(PairPartedHrMessage, pair_parted_hr),
    renders(PairRestsMessage, pair_rests),
    renders(PairRestedMessage, pair_rested),
    renders(StillLookingMessage, still_looking),
)
