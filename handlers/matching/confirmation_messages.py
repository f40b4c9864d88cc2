"""Messages about pairs that HR made by hand: the question to the two, its withdrawal, and the result for HR."""

from bot.domain.messages.matching import (
    ConfirmationMessage,
    PairQuestionMessage,
    PairSettledMessage,
    PairWithdrawnMessage,
)
from bot.services.matching.confirmations import Question, question_of
from bot.services.matching.solver_input import newest_draft
from bot.slack.gateway import Message
from handlers.kit.messages import MessageContext, renders
from handlers.matching import confirmation_views
from storage.queries import person_of
from storage.tables import ConfirmationState, DraftState, PairConfirmation, ProgrammeState


async def question(message: MessageContext[PairQuestionMessage]) -> Message | None:
    """While it can be answered."""
    asked = await _asked(message)
    if asked is None or asked.confirmation.state != ConfirmationState.WAITING:
        return None
    closes_at = asked.confirmation.closes_at
    if closes_at is None or closes_at <= message.work.now or asked.programme.state == ProgrammeState.CLOSED:
        return None
    return confirmation_views.question(message.texts, asked)


async def withdrawn(message: MessageContext[PairWithdrawnMessage]) -> Message | None:
    asked = await _asked(message)
    return confirmation_views.withdrawn(message.texts, asked) if asked else None


async def settled(message: MessageContext[PairSettledMessage]) -> Message | None:
    """To HR's channel, with the current draft."""
    session = message.work.session
    confirmation = await session.get(PairConfirmation, message.payload.confirmation)
    if confirmation is None or message.programme.state == ProgrammeState.CLOSED:
        return None
    mentor, leader = [await person_of(session, part) for part in (confirmation.mentor_id, confirmation.leader_id)]
    newest = await newest_draft(session, message.programme.id)
    draft_id = newest.id if newest and newest.state == DraftState.OPEN else None
    return confirmation_views.settled(message.texts, confirmation.state, mentor, leader, draft_id)


async def _asked(message: MessageContext[ConfirmationMessage]) -> Question | None:
    confirmation = await message.work.session.get(PairConfirmation, message.payload.confirmation)
    return await question_of(message.work.session, confirmation, message.row.person_id or 0) if confirmation else None


RENDERERS = (
    renders(PairQuestionMessage, question),
    renders(PairWithdrawnMessage, withdrawn),
    renders(PairSettledMessage, settled),
)
