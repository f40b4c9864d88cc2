"""Ends a pair without fault: one of the two asks for another partner, or none for now; or HR ends it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, update

from bot.domain.calendar import next_working
from bot.domain.messages.care import PairEndedByHrMessage, PairPartedHrMessage, PairPartedMessage
from bot.domain.sessions import Side
from bot.services.access import audit
from bot.services.caller import Caller, HrCaller, Rejected
from bot.services.matching.unmatched_followup import plan_followup
from bot.services.pair_context import PairContext, active_couple_of_hr, end_slot, my_couple
from bot.services.sessions.called_off import CalledOff, Why, call_off
from bot.services.working_hours import office_hours
from storage.outbox import Outgoing, outgoing
from storage.queries import pairs_of
from storage.tables import EndedBy, PairState, Rhythm, RhythmState
from storage.unit_of_work import Store, UnitOfWork

LONGEST = 500
"""Maximum length of the reason for HR, in characters."""


@dataclass(frozen=True)
class Wish:
    """What the asking person wants next. `why` goes to HR, with their name; "" tells HR only that the pair ended."""

    another: bool
    why: str = ""


async def partner_of(store: Store, caller: Caller, pair_id: int) -> tuple[PairContext, Side]:
    """The pair to end. Raises `Rejected` as `my_couple`."""
    async with store.read(caller.now) as work:
        return await my_couple(work.session, caller, pair_id)


async def end_own_pair(
    store: Store, caller: Caller, pair_id: int, wish: Wish
) -> tuple[PairContext, Side, list[CalledOff]]:
    """End the caller's pair. The partner is notified, HR is asked to match again; both can be paired again.

    If the caller wants no other partner for now, they have one place less in that role; changing the sign-up restores
    it. Returns also the sessions that lost their time. Raises `Rejected`: too_long, and those of `my_couple`.
    """
    if len(wish.why) > LONGEST:
        raise Rejected("too_long", longest=LONGEST)
    async with store.write(caller.now, receipt=caller.signed) as work:
        found, side = await my_couple(work.session, caller, pair_id, lock=True)
        if wish.why:
            found.pair.ended_side, found.pair.ended_why = side, wish.why
        off = await _end(work, found)
        await work.send(_to_person(found, side.other, off))
        await work.send(_to_hr(found, another=wish.another))
        for one in Side:
            await plan_followup(work, found.part(one), one, f"{found.pair.id}{end_slot(found.pair)}")
        if not wish.another:
            await _take_no_more(work, found, side)
        await work.commit()
    return found, side, off


async def end_pair_by_hr(store: Store, hr: HrCaller, pair_id: int, why: str = "") -> PairContext:
    """HR ends a pair, and can restore it (`restoring`); both are notified. `why` is shown to HR alone.

    Raises `Rejected`: not_your_pair, pair_ended, too_long.
    """
    if len(why) > LONGEST:
        raise Rejected("too_long", longest=LONGEST)
    async with store.write(hr.now, receipt=hr.signed) as work:
        couple = await active_couple_of_hr(work.session, hr, pair_id)
        await audit(work, hr, "end_pair", {"pair": pair_id})
        off = await _end(work, couple, EndedBy.HR)
        couple.pair.hr_ended_why = why or None
        again = end_slot(couple.pair)
        for side in Side:
            await work.send(_to_person(couple, side, off))
            await plan_followup(work, couple.part(side), side, f"{couple.pair.id}{again}")
        programme = couple.programme
        to_hr = PairEndedByHrMessage(pair_id, again)
        await work.send(outgoing(to_hr, programme.team_id, programme.id, channel=programme.hr_channel))
        await work.commit()
    return couple


async def _end(work: UnitOfWork, couple: PairContext, ended_by: EndedBy | None = None) -> list[CalledOff]:
    """End a pair; the sessions that lost their time by it."""
    pair = couple.pair
    off = await call_off(work, [pair.id], Why.ENDED)
    pair.state, pair.ended_at, pair.ended_by = PairState.ENDED, work.now, ended_by
    pair.next_check_at, pair.paused_until = None, None
    waiting = update(Rhythm).where(col(Rhythm.pair_id) == pair.id, col(Rhythm.state) == RhythmState.OPEN)
    await work.session.exec(waiting.values(state=RhythmState.REPLACED, answered_at=work.now))
    await work.session.flush()
    return off


async def _take_no_more(work: UnitOfWork, couple: PairContext, side: Side) -> None:
    part = couple.part(side)
    left = await pairs_of(work.session, part.id)
    if side is Side.MENTOR:
        part.mentor_capacity = sum(pair.mentor_id == part.id for pair in left)
    else:
        part.leader_capacity = sum(pair.leader_id == part.id for pair in left)


def _to_person(couple: PairContext, reader: Side, off: Sequence[CalledOff]) -> Outgoing:
    person = couple.person(reader)
    parted = PairPartedMessage(couple.pair.id, tuple(one.change for one in off), end_slot(couple.pair))
    return outgoing(parted, couple.programme.team_id, couple.programme.id, person_id=person.id)


def _to_hr(couple: PairContext, *, another: bool) -> Outgoing:
    programme = couple.programme
    return outgoing(
        PairPartedHrMessage(couple.pair.id, another, end_slot(couple.pair)),
        programme.team_id,
        programme.id,
        channel=programme.hr_channel,
        due_at=next_working(couple.pair.ended_at, office_hours(programme), couple.off)
        if couple.pair.ended_at
        else None,
    )
