"""The agreement to sign, and the notice that both have signed. Only the current version is sent."""

from bot.domain.agreement import State
from bot.domain.messages.agreement import AgreementMessage, AgreementProposedMessage, AgreementSignedMessage
from bot.services.agreement.agreement import AgreementView, seen_by
from bot.slack.gateway import Message
from handlers.agreement import views
from handlers.kit.messages import MessageContext, renders


async def agreement_proposed(letter: MessageContext[AgreementProposedMessage]) -> Message | None:
    seen = await _seen(letter)
    return views.proposed(letter.texts, seen) if seen and seen.state is State.YOURS else None


async def agreement_signed(letter: MessageContext[AgreementSignedMessage]) -> Message | None:
    seen = await _seen(letter)
    return views.signed(letter.texts, seen) if seen and seen.state is State.SIGNED else None


async def _seen(letter: MessageContext[AgreementMessage]) -> AgreementView | None:
    about = letter.payload
    return await seen_by(letter.work.session, about.pair, letter.row.person_id, about.version)


RENDERERS = (
    renders(AgreementProposedMessage, agreement_proposed),
    renders(AgreementSignedMessage, agreement_signed),
)
