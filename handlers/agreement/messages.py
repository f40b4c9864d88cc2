"""The agreement to sign, and the notice that both have signed. Only the current version is sent."""

from bot.domain.agreement import State
from bot.domain.messages.agreement import AgreementMessage, AgreementProposedMessage, AgreementSignedMessage
from bot.services.agreement.agreement import AgreementView, seen_by
from bot.slack.gateway import Message
from handlers.agreement import views
from handlers.kit.messages import MessageContext, renders


async def agreement_proposed(message: MessageContext[AgreementProposedMessage]) -> Message | None:
    seen = await _seen(message)
    return views.proposed(message.texts, seen) if seen and seen.state is State.YOURS else None


async def agreement_signed(message: MessageContext[AgreementSignedMessage]) -> Message | None:
    seen = await _seen(message)
    return views.signed(message.texts, seen) if seen and seen.state is State.SIGNED else None


async def _seen(message: MessageContext[AgreementMessage]) -> AgreementView | None:
    about = message.payload
    return await seen_by(message.work.session, about.pair, message.row.person_id, about.version)


RENDERERS = (
    renders(AgreementProposedMessage, agreement_proposed),
    renders(AgreementSignedMessage, agreement_signed),
)
