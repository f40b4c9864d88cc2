"""To people who had no partner, or no answer from HR to their sign-up, when their programme ended."""

from bot.domain.messages.matching import NoPartnerMessage
from bot.services.closing.certificates import earned_sides
from bot.slack.gateway import Message
from handlers.kit.messages import MessageContext, renders
from handlers.matching import unmatched_views
from storage.tables import Participant, ParticipantState


async def no_partner(message: MessageContext[NoPartnerMessage]) -> Message | None:
    participant = await message.work.session.get(Participant, message.payload.participant)
    if participant is None or participant.state == ParticipantState.LEFT or participant.forgotten_at:
        return None
    if participant.state == ParticipantState.WAITING:
        return unmatched_views.not_approved(message.texts, message.programme)
    certificate = bool(await earned_sides(message.work.session, participant))
    return unmatched_views.no_partner(message.texts, message.programme, certificate=certificate)


RENDERERS = (renders(NoPartnerMessage, no_partner),)
