"""Messages to and about pairs at risk. A signal that is gone before sending is not mentioned."""

from datetime import date

from bot.domain.care import Signal, SignalKind
from bot.domain.messages.care import (
    AskMentorMessage,
    AtRiskMessage,
    PairNudgeMessage,
    RematchDueMessage,
    RematchOfferMessage,
    RematchWantedMessage,
    RiskAskMessage,
    RiskHrMessage,
)
from bot.domain.sessions import Side
from bot.services.agreement.agreement import state_for
from bot.services.care.at_risk import has_denied, may_be_offered, open_session, signals_of
from bot.services.care.concerns import contact_or_none
from bot.services.care.midway import is_asked_by_check_in
from bot.services.pair_context import PairContext, couple
from bot.slack.gateway import Message
from handlers.care import at_risk_views as risk
from handlers.kit.messages import MessageContext, renders
from storage.tables import PairState


async def pair_nudge(message: MessageContext[PairNudgeMessage]) -> Message | None:
    found = await _at_risk(message, anyway=message.payload.by_hr)
    if found is None:
        return None
    one, side, signals = found
    if side is None:
        return None
    pair_id = one.pair.id
    session = await open_session(message.work, pair_id)
    agreement = await state_for(message.work.session, pair_id, side)
    why = signals[0].kind if signals else None
    by_hr = message.payload.by_hr
    if why is SignalKind.MISSED and session and not by_hr and await has_denied(message.work, session, side):
        return None  # they said so themselves, and were offered a new time there
    return risk.nudge(message.texts, one, side, why, session, agreement, message.work.now)


async def risk_ask(message: MessageContext[RiskAskMessage]) -> Message | None:
    found = await _at_risk(message)
    if found is None or found[1] is None:
        return None
    if await is_asked_by_check_in(message.work, message.row.person_id, found[0].pair.id):
        return None
    return risk.ask_each(message.texts, found[0], found[1], [signal.kind for signal in found[2]])


async def rematch_offer(message: MessageContext[RematchOfferMessage]) -> Message | None:
    """Also sent if HR wants it without a signal."""
    one = await couple(message.work.session, message.payload.pair)
    side = one.side_of(message.row.person_id) if one else None
    if one is None or side is None or not one.under_way:
        return None
    if not message.payload.by_hr and not await may_be_offered(message.work, one):
        return None
    return risk.offer(message.texts, one, side)


async def ask_mentor(message: MessageContext[AskMentorMessage]) -> Message | None:
    one = await couple(message.work.session, message.payload.pair)
    if one is None or not one.under_way:
        return None
    return risk.ask_mentor(message.texts, one, await contact_or_none(message.work, one, Side.MENTOR))


async def risk_hr(message: MessageContext[RiskHrMessage]) -> Message | None:
    found = await _at_risk(message)
    return risk.hr(message.texts, found[0], [signal.kind for signal in found[2]]) if found else None


async def rematch_wanted(message: MessageContext[RematchWantedMessage]) -> Message | None:
    one = await couple(message.work.session, message.payload.pair)
    if one is None or one.pair.state != PairState.ACTIVE:
        return None
    by = message.payload.call_by
    return risk.wanted(message.texts, one, date.fromisoformat(by) if by else None)


async def rematch_due(message: MessageContext[RematchDueMessage]) -> Message | None:
    one = await couple(message.work.session, message.payload.pair)
    if one is None or one.pair.state != PairState.ACTIVE:
        return None
    return risk.call_due(message.texts, one, date.fromisoformat(message.payload.call_by))


async def _at_risk(
    message: MessageContext[AtRiskMessage], *, anyway: bool = False
) -> tuple[PairContext, Side | None, list[Signal]] | None:
    """The pair, the reader's side, and the remaining signals; None if there are none, unless it is sent `anyway`."""
    one = await couple(message.work.session, message.payload.pair)
    if one is None or not one.under_way:
        return None
    signals = await signals_of(message.work, one)
    return (one, one.side_of(message.row.person_id), signals) if signals or anyway else None


RENDERERS = (
    renders(PairNudgeMessage, pair_nudge),
    renders(RiskAskMessage, risk_ask),
    renders(RematchOfferMessage, rematch_offer),
    renders(AskMentorMessage, ask_mentor),
    renders(RiskHrMessage, risk_hr),
    renders(RematchWantedMessage, rematch_wanted),
    renders(RematchDueMessage, rematch_due),
)
