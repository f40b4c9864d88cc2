"""Pauses of a pair by HR until a date: nothing is asked of the two; booking a session ends the pause."""

from datetime import datetime

from sqlmodel import col

from bot.domain.messages.care import A_WEEK, PairRestedMessage, PairRestsMessage, RestMessage
from bot.domain.sessions import Side
from bot.services.access import audit
from bot.services.caller import HrCaller
from bot.services.pair_context import PairContext, active_couple_of_hr, couples
from bot.services.sessions.called_off import Why, call_off, news_until, told_at_once
from bot.services.sessions.schedule import ask_after_pause, recompute_for_pair
from storage.outbox import Outgoing, outgoing
from storage.tables import Pair
from storage.unit_of_work import Store, UnitOfWork

BATCH = 500
"""How long a notice about a pair's pause is relevant."""


async def pause_pair(store: Store, hr: HrCaller, pair_id: int, until: datetime) -> PairContext:
    """Pause a pair; both are notified. Raises `Rejected`: not_your_pair, pair_ended."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        couple = await active_couple_of_hr(work.session, hr, pair_id)
        await audit(work, hr, "rest_pair", {"pair": pair_id})
        couple.pair.paused_until = until
        called_off = await call_off(work, [pair_id], Why.REST, until)
        off = tuple(one.change for one in called_off)
        await ask_after_pause(work, col(Pair.id) == pair_id)
        await recompute_for_pair(work, pair_id)
        for side in Side:
            message = PairRestsMessage(couple.pair.id, off, until=until.isoformat())
            urgent = told_at_once(called_off, couple.person(side), couple.programme, hr.now)
            expires_at = news_until(called_off, A_WEEK, hr.now)
            await work.send(_letter(couple, side, message, expires_at=expires_at, urgent=urgent))
        await work.commit()
    return couple


async def tick_rests(store: Store, now: datetime) -> int:
    """End pauses of pairs that are over, and notify both once; how many there were."""
    async with store.write(now) as work:
        over = await couples(work.session, col(Pair.paused_until) <= now, limit=BATCH, order=col(Pair.paused_until))
        for couple in over:
            until = couple.pair.paused_until or now
            await resume_pair(work, couple)
            if couple.under_way:
                for side in Side:
                    await work.send(_letter(couple, side, PairRestedMessage(couple.pair.id, until=until.isoformat())))
        if over:
            await work.commit()
    return len(over)


async def resume_pair(work: UnitOfWork, couple: PairContext) -> None:
    """The pair meets again: waiting steps are checked again."""
    couple.pair.paused_until, couple.pair.resumed_at = None, work.now
    await work.session.flush()
    await ask_after_pause(work, col(Pair.id) == couple.pair.id)
    await recompute_for_pair(work, couple.pair.id)


def _letter(
    couple: PairContext,
    reader: Side,
    message: RestMessage,
    *,
    expires_at: datetime | None = None,
    urgent: bool = False,
) -> Outgoing:
    programme, person_id = couple.programme, couple.person(reader).id
    return outgoing(message, programme.team_id, programme.id, person_id=person_id, expires_at=expires_at, urgent=urgent)
