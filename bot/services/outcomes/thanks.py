"""Thanks: one person of a pair thanks the other, at any time, in words that only the partner reads."""

from datetime import timedelta

from sqlalchemy import func
from sqlmodel import col, select

from bot.domain.messages.outcomes import ThanksMessage
from bot.domain.sessions import Side
from bot.services.caller import Caller, Rejected
from bot.services.pair_context import PairContext, my_couple
from storage.outbox import outgoing
from storage.tables import Thanks
from storage.unit_of_work import Store, UnitOfWork

LONGEST = 500
MOST, WITHIN = 3, timedelta(days=1)
"""Maximum number of thanks from one to the other within a day."""


async def partner_to_thank(store: Store, caller: Caller, pair_id: int) -> tuple[PairContext, Side]:
    """The pair and the caller's side. Raises `Rejected` as `thank`."""
    async with store.read(caller.now) as work:
        return await _may_thank(work, caller, pair_id)


async def thank(
    store: Store, caller: Caller, pair_id: int, text: str, *, offered: bool = False
) -> tuple[PairContext, Side]:
    """Send thanks to the partner of a pair that is active or completed. `offered`: others may see it if both agree.

    Raises `Rejected`: those of `my_couple`, partner_gone, thanked_enough, too_long.
    """
    if not 0 < len(text.strip()) <= LONGEST:
        raise Rejected("too_long", longest=LONGEST)
    async with store.write(caller.now, receipt=caller.signed) as work:
        one, side = await _may_thank(work, caller, pair_id, lock=True)
        words = Thanks(team_id=caller.team_id, pair_id=pair_id, side=side, text=text.strip(), at=caller.now)
        words.offered_at = work.now if offered else None
        work.session.add(words)
        await work.session.flush()
        await work.send(
            outgoing(
                ThanksMessage(pair_id, words.id),
                one.programme.team_id,
                one.programme.id,
                person_id=one.person(side.other).id,
            )
        )
        await work.commit()
    return one, side


async def _may_thank(work: UnitOfWork, caller: Caller, pair_id: int, *, lock: bool = False) -> tuple[PairContext, Side]:
    one, side = await my_couple(work.session, caller, pair_id, lock=lock, after_the_end=True)
    if not one.person(side.other).active:
        raise Rejected("partner_gone")
    lately = select(func.count()).where(
        Thanks.pair_id == pair_id, Thanks.side == side, col(Thanks.at) > work.now - WITHIN
    )
    if (await work.session.exec(lately)).one() >= MOST:
        raise Rejected("thanked_enough")
    return one, side
