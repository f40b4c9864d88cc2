"""Messages about pauses and concerns."""

from bot.domain.messages.care import (
    PartnerBackMessage,
    PartnerMessage,
    PartnerPausedMessage,
    PauseOverMessage,
)
from bot.services.pair_context import couple
from bot.services.sessions.resumption import all_to_book, to_book
from bot.slack.gateway import Message
from handlers.care import views as care
from handlers.kit.messages import MessageContext, renders
from storage.queries import participation, person_of
from storage.tables import Pair, PairState, Participant, ParticipantState, Person


async def partner_paused(letter: MessageContext[PartnerPausedMessage]) -> Message | None:
    found = await _partner(letter, ParticipantState.PAUSED)
    if found is None or letter.reader is None:
        return None
    participant, person = found
    return care.partner_paused(letter.texts, person, letter.reader, participant.paused_until)


async def partner_back(letter: MessageContext[PartnerBackMessage]) -> Message | None:
    found = await _partner(letter, ParticipantState.ACTIVE)
    pair = await couple(letter.work.session, letter.payload.pair)
    if found is None or pair is None or letter.reader is None:
        return None
    missing = await to_book(letter.work, pair)
    return care.partner_back(letter.texts, found[1], letter.reader.id, [missing] if missing else [])


async def _partner(
    letter: MessageContext[PartnerMessage], state: ParticipantState
) -> tuple[Participant, Person] | None:
    """The partner in question, if still active and if the message is still relevant."""
    session = letter.work.session
    pair = await session.get(Pair, letter.payload.pair)
    participant = await session.get(Participant, letter.payload.participant)
    if pair is None or pair.state != PairState.ACTIVE or participant is None or participant.state != state:
        return None
    return participant, await person_of(session, participant.id)


async def pause_over(letter: MessageContext[PauseOverMessage]) -> Message | None:
    if letter.reader is None:
        return None
    mine = await participation(letter.work.session, letter.reader.id, letter.programme.id)
    missing = await all_to_book(letter.work, mine.id) if mine else []
    return care.pause_over(letter.texts, letter.reader.id, missing)


RENDERERS = (
    renders(PartnerPausedMessage, partner_paused),
    renders(PartnerBackMessage, partner_back),
    renders(PauseOverMessage, pause_over),
)
