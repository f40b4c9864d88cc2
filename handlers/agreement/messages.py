"""The agreement to sign, and the notice that both have signed. Only the current version is sent."""

from bot.domain.agreement import State
from bot.services.agreement.agreement import Seen, seen_by
from bot.slack.gateway import Message
from handlers.agreement import views as agreements
from handlers.kit.messages import MessageContext, Renderer


async def agreement_proposed(letter: MessageContext) -> Message | None:
    seen = await _seen(letter)
    return agreements.proposed(letter.texts, seen) if seen and seen.state is State.YOURS else None


async def agreement_signed(letter: MessageContext) -> Message | None:
    seen = await _seen(letter)
    return agreements.signed(letter.texts, seen) if seen and seen.state is State.SIGNED else None


async def _seen(letter: MessageContext) -> Seen | None:
    data = letter.row.data
    return await seen_by(letter.work.session, data["pair"], letter.row.person_id, data["version"])


RENDERERS: dict[str, Renderer] = {
    "agreement_proposed": agreement_proposed,
    "agreement_signed": agreement_signed,
}
