"""A person asks HR for another partner.

HR is told that the pair should change, and by when they were promised a call; never who asked. Until that day nothing
prompts that person, and only them, to meet; asking again gives the same answer. Then HR is reminded.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.calendar import CalendarError, local, morning, to_utc, working_days_after
from bot.domain.messages.care import RematchDueMessage, RematchWantedMessage
from bot.domain.sessions import Side
from bot.services.access import audit
from bot.services.caller import Caller, HrCaller
from bot.services.care.due_rows import handle_due
from bot.services.pair_context import COUPLE, PairContext, active_couple_of_hr, around_pairs, my_couple
from bot.services.working_hours import days_off, office_hours
from storage.outbox import outgoing
from storage.tables import AuditEntry, Pair, PairState, Participant, PartnerRequest, Programme
from storage.unit_of_work import Store, UnitOfWork

HR_LEARNS = 1
"""Working days until HR is told: the hour at which a person asked says nothing."""
CALL_WITHIN = 2
"""Working days within which HR calls each of the two."""
BATCH = 100
TALKED = "talked_to_pair"
"""What the audit log says once HR has talked to both."""


@dataclass(frozen=True)
class Asked:
    """A request for another partner, or what one would promise. `again`: the person had asked already."""

    couple: PairContext
    side: Side
    call_by: date
    again: bool


async def read_request(store: Store, caller: Caller, pair_id: int) -> Asked:
    """What asking would promise, or what was promised. Raises `Rejected` as `my_couple`."""
    async with store.read(caller.now) as work:
        couple, side = await my_couple(work.session, caller, pair_id)
        known = await _open_request(work.session, couple, side, caller.now)
        return Asked(
            couple, side, known.call_by if known else day_to_call(couple.programme, caller.now), known is not None
        )


async def ask_for_partner(store: Store, caller: Caller, pair_id: int) -> Asked:
    """The caller asks for another partner. Asking again changes nothing. Raises `Rejected` as `my_couple`."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        couple, side = await my_couple(work.session, caller, pair_id, lock=True)
        if known := await _open_request(work.session, couple, side, caller.now):
            return Asked(couple, side, known.call_by, again=True)
        programme, told = couple.programme, await _is_known(work.session, pair_id, caller.now)
        request = PartnerRequest(
            team_id=programme.team_id,
            programme_id=programme.id,
            pair_id=pair_id,
            participant_id=couple.part(side).id,
            at=caller.now,
            call_by=day_to_call(programme, caller.now),
        )
        work.session.add(request)
        await work.session.flush()
        if not told:  # a second request must not tell HR that both asked, nor when
            request.next_at = _morning(programme, request.call_by, 1)
            message = RematchWantedMessage(pair_id, request.call_by.isoformat(), question=f"r{request.id}")
            await work.send(
                outgoing(
                    message,
                    programme.team_id,
                    programme.id,
                    channel=programme.hr_channel,
                    due_at=_morning(programme, local(caller.now, programme.zone).date(), HR_LEARNS),
                )
            )
        await work.commit()
    return Asked(couple, side, request.call_by, again=False)


async def note_talk(store: Store, hr: HrCaller, pair_id: int) -> PairContext:
    """HR has talked to both: it is not reminded. Raises `Rejected`: not_your_pair, pair_ended."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        couple = await active_couple_of_hr(work.session, hr, pair_id)
        await audit(work, hr, TALKED, {"pair": pair_id})
        for request in (await work.session.exec(_unsettled(pair_id))).all():
            request.settled_at, request.next_at = hr.now, None
        await work.commit()
    return couple


async def promised_calls(work: UnitOfWork, programme: Programme) -> list[tuple[PairContext, date]]:
    """The active pairs whose people HR promised a call and has not talked to, with the day by which; oldest first.

    Only those of which HR was told by now: the first open request of each pair is the one that HR was told of.
    """
    waiting = select(PartnerRequest).where(
        PartnerRequest.programme_id == programme.id, col(PartnerRequest.settled_at).is_(None)
    )
    first: dict[int, PartnerRequest] = {}
    for request in (await work.session.exec(waiting.order_by(col(PartnerRequest.id)))).all():
        first.setdefault(request.pair_id, request)
    told = {
        pair_id: request.call_by
        for pair_id, request in first.items()
        if _morning(programme, local(request.at, programme.zone).date(), HR_LEARNS) <= work.now
    }
    active = around_pairs(*COUPLE).where(Pair.state == PairState.ACTIVE, col(Pair.id).in_(told))
    couples = [PairContext(*row) for row in (await work.session.exec(active)).all()] if told else []
    return sorted([(one, told[one.pair.id]) for one in couples], key=lambda one: (one[1], one[0].pair.id))


async def talked_at(work: UnitOfWork, programme: Programme) -> dict[int, datetime]:
    """By pair, when HR last said that they have talked to both."""
    said = select(AuditEntry).where(AuditEntry.programme_id == programme.id, AuditEntry.what == TALKED)
    return {one.details["pair"]: one.at for one in (await work.session.exec(said.order_by(col(AuditEntry.id)))).all()}


async def is_left_alone(session: AsyncSession, pair_id: int, person_id: int, now: datetime) -> bool:
    """Whether nothing is to prompt a person to meet: they asked for another partner, and HR has time to call."""
    statement = (
        select(col(PartnerRequest.call_by), col(Programme.zone))
        .join(Participant, col(Participant.id) == col(PartnerRequest.participant_id))
        .join(Programme, col(Programme.id) == col(PartnerRequest.programme_id))
        .where(
            PartnerRequest.pair_id == pair_id,
            Participant.person_id == person_id,
            col(PartnerRequest.settled_at).is_(None),
        )
    )
    return any(local(now, zone).date() <= day for day, zone in (await session.exec(statement)).all())


UNSETTLED_OF = (
    select(PartnerRequest)
    .where(col(PartnerRequest.participant_id) == bindparam("participant"), col(PartnerRequest.settled_at).is_(None))
    .order_by(col(PartnerRequest.call_by))
)
"""Built once, because each Home tab needs it."""


async def asked_until(session: AsyncSession, participant_id: int) -> dict[int, date]:
    """By pair, the day by which HR is to call a person who asked for another partner and whom HR has not talked to."""
    rows = await session.exec(UNSETTLED_OF, params={"participant": participant_id})
    return {one.pair_id: one.call_by for one in rows}


async def tick_partner_requests(store: Store, now: datetime) -> int:
    """Remind HR of requests whose day is over; how many there were."""
    due = select(PartnerRequest).where(col(PartnerRequest.next_at) <= now)
    return await handle_due(store, now, due.order_by(col(PartnerRequest.next_at)).limit(BATCH), _remind)


async def _remind(work: UnitOfWork, request: PartnerRequest) -> None:
    programme = await work.session.get_one(Programme, request.programme_id)
    pair = await work.session.get_one(Pair, request.pair_id)
    request.next_at = None
    if pair.state != PairState.ACTIVE:
        request.settled_at = work.now
        return
    due = RematchDueMessage(pair.id, request.call_by.isoformat())
    await work.send(outgoing(due, programme.team_id, programme.id, channel=programme.hr_channel))


async def _open_request(session: AsyncSession, couple: PairContext, side: Side, now: datetime) -> PartnerRequest | None:
    """The person's request whose day is not over."""
    mine = _unsettled(couple.pair.id).where(PartnerRequest.participant_id == couple.part(side).id)
    today = local(now, couple.programme.zone).date()
    return next((one for one in (await session.exec(mine)).all() if one.call_by >= today), None)


async def _is_known(session: AsyncSession, pair_id: int, now: datetime) -> bool:
    """Whether HR was told of the pair, or will be, and is still to be reminded."""
    return any(one.next_at and one.next_at > now for one in (await session.exec(_unsettled(pair_id))).all())


def _unsettled(pair_id: int) -> SelectOfScalar[PartnerRequest]:
    return (
        select(PartnerRequest)
        .where(PartnerRequest.pair_id == pair_id, col(PartnerRequest.settled_at).is_(None))
        .order_by(col(PartnerRequest.id))
    )


def day_to_call(programme: Programme, now: datetime) -> date:
    """The last day on which HR is to call: the same rule for all, no matter who asked before."""
    today = local(now, programme.zone).date()
    try:
        return working_days_after(today, CALL_WITHIN, days_off(programme))
    except CalendarError:
        return today + timedelta(days=CALL_WITHIN)


def _morning(programme: Programme, day: date, later: int) -> datetime:
    """The beginning of the `later`-th working day after `day`."""
    off = days_off(programme)
    try:
        return morning(working_days_after(day, later, off), office_hours(programme), off)
    except CalendarError:
        return to_utc(day + timedelta(days=later), time(), programme.zone)
