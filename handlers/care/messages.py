"""Messages about pauses and concerns."""

from bot.domain.messages.care import (
    PartnerBackMessage,
    PartnerMessage,
    PartnerPausedMessage,
    PauseOverMessage,
)
from bot.services.pair_context import couple
from bot.services.sessions.called_off import read_called_off
from bot.services.sessions.resumption import all_to_book, to_book
from bot.services.signup.which_programme import names_for
from bot.slack.gateway import Message
from handlers.care import views as care
from handlers.kit.messages import MessageContext, renders
from handlers.sessions.called_off_views import with_called_off
from storage.queries import participation, person_of
from storage.tables import Pair, PairState, Participant, ParticipantState, Person


async def partner_paused(message: MessageContext[PartnerPausedMessage]) -> Message | None:
    found = await _partner(message, ParticipantState.PAUSED)
    if found is None or message.reader is None:
        return None
    participant, person = found
    until, now = participant.paused_until, message.work.now
    told = care.partner_paused(message.texts, person, message.reader, message.programme, until, now)
    off = await read_called_off(message.work, message.payload.off)
    return with_called_off(message.texts, told, off, message.reader)


async def partner_back(message: MessageContext[PartnerBackMessage]) -> Message | None:
    found = await _partner(message, ParticipantState.ACTIVE)
    pair = await couple(message.work.session, message.payload.pair)
    if found is None or pair is None or message.reader is None:
        return None
    missing = await to_book(message.work, pair, message.reader.id)
    dates = [missing] if missing else []
    return care.partner_back(message.texts, found[1], message.reader.id, message.programme, dates, message.work.now)


async def _partner(
    message: MessageContext[PartnerMessage], state: ParticipantState
) -> tuple[Participant, Person] | None:
    """The partner in question, if still active and if the message is still relevant."""
    session = message.work.session
    pair = await session.get(Pair, message.payload.pair)
    participant = await session.get(Participant, message.payload.participant)
    if pair is None or pair.state != PairState.ACTIVE or participant is None or participant.state != state:
        return None
    return participant, await person_of(session, participant.id)


async def pause_over(message: MessageContext[PauseOverMessage]) -> Message | None:
    if message.reader is None:
        return None
    mine = await participation(message.work.session, message.reader.id, message.programme.id)
    missing = await all_to_book(message.work, mine.id, message.reader.id) if mine else []
    named = await names_for(message.work.session, message.reader, [message.programme.id])
    return care.pause_over(message.texts, message.reader.id, missing, message.work.now, message.programme, named)


RENDERERS = (
    renders(PartnerPausedMessage, partner_paused),
    renders(PartnerBackMessage, partner_back),
    renders(PauseOverMessage, pause_over),
)
