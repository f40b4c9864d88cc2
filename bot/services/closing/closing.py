"""Ends a programme: participants get a farewell, HR is notified, and nothing more is sent."""

from datetime import datetime, time, timedelta

from sqlalchemy import func, or_
from sqlmodel import col, select

from bot.domain.calendar import next_working, to_utc
from bot.domain.messages.closing import ClosingMessage, ProgrammeClosedMessage
from bot.domain.sessions import Side, add_months
from bot.services.closing import certificates
from bot.services.pair_context import PairContext, couples
from bot.services.programme.last_days import LastDays, last_days, on_day
from bot.services.surveys.surveys import ask_after, tell_hr_after
from bot.services.working_hours import days_off, office_hours
from storage.outbox import Outgoing, outgoing
from storage.tables import MentoringSession, Pair, PairState, Programme, ProgrammeState, SessionState
from storage.unit_of_work import Store, UnitOfWork

BATCH = 500
LOOK_AGAIN = timedelta(hours=1)


async def tick_closings(store: Store, now: datetime) -> int:
    """End each programme that is over and whose polls are all closed; how many were checked."""
    handled = 0
    while True:
        async with store.write(now) as work:
            programme = await _next_to_look_at(work)
            if programme is not None:
                await _look_at(work, programme)
                await work.commit()
        if programme is None:
            return handled
        handled += 1


def ends_at(programme: Programme) -> datetime:
    """The first moment after a programme, as planned."""
    return to_utc(add_months(programme.starts_on, programme.months), time(), programme.zone)


async def _next_to_look_at(work: UnitOfWork) -> Programme | None:
    due = or_(col(Programme.next_close_at).is_(None), col(Programme.next_close_at) <= work.now)
    statement = select(Programme).where(Programme.state == ProgrammeState.RUNNING, due).limit(1)
    return (await work.session.exec(statement.with_for_update(skip_locked=True))).first()


async def _look_at(work: UnitOfWork, programme: Programme) -> None:
    if work.now < ends_at(programme):
        programme.next_close_at = ends_at(programme)
        return
    last = await _last_unsettled(work, programme)
    if last is not None:
        programme.next_close_at = max(last, work.now + LOOK_AGAIN)
        return
    batch = await couples(
        work.session,
        Pair.programme_id == programme.id,
        Pair.state == PairState.ACTIVE,
        limit=BATCH,
        order=col(Pair.id),
    )
    days = await last_days(work, programme, (one.part(side).id for one in batch for side in Side))
    await work.send_all([message for one in batch for message in _farewells(one, days, work.now)])
    completed = [(one.part(side), side, one.person(side)) for one in batch for side in Side]
    await work.send_all(certificates.at_the_end(work.now, programme, completed, days))
    await ask_after(work, programme, batch, days)
    for one in batch:
        one.pair.state, one.pair.ended_at, one.pair.next_check_at = PairState.COMPLETED, work.now, None
    if len(batch) < BATCH:
        await _close(work, programme)


async def _last_unsettled(work: UnitOfWork, programme: Programme) -> datetime | None:
    """When the last open session is due; None once all are settled."""
    statement = (
        select(func.count(), func.max(MentoringSession.next_at))
        .join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
        .where(
            Pair.programme_id == programme.id,
            Pair.state == PairState.ACTIVE,
            col(MentoringSession.settled_at).is_(None),
        )
    )
    count, last = (await work.session.exec(statement)).one()
    return (last or work.now) if count else None


async def _close(work: UnitOfWork, programme: Programme) -> None:
    programme.state, programme.next_close_at = ProgrammeState.CLOSED, None
    stayed = await certificates.of_ended_pairs(work.session, programme.id)
    days = await last_days(work, programme, (part.id for part, _, _ in stayed))
    await work.send_all(certificates.at_the_end(work.now, programme, stayed, days))
    message = outgoing(
        ProgrammeClosedMessage(),
        programme.team_id,
        programme.id,
        channel=programme.hr_channel,
        due_at=next_working(work.now, office_hours(programme), days_off(programme)),
    )
    await work.send(message)
    await tell_hr_after(work, programme)


def _farewells(one: PairContext, days: LastDays, now: datetime) -> list[Outgoing]:
    return [
        outgoing(
            ClosingMessage(one.pair.id),
            one.programme.team_id,
            one.programme.id,
            person_id=one.person(side).id,
            due_at=on_day(now, days.farewell(one.part(side).id or 0, one.pair.id), one.person(side), one.programme),
        )
        for side in Side
    ]


async def totals(work: UnitOfWork, programme: Programme) -> dict[str, int]:
    """HR's message at the end: pairs that were introduced, that completed, and sessions held."""
    pairs = select(Pair.state, func.count()).where(Pair.programme_id == programme.id).group_by(col(Pair.state))
    by_state = dict((await work.session.exec(pairs)).all())
    held = (
        select(func.count())
        .select_from(MentoringSession)
        .join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
        .where(Pair.programme_id == programme.id, MentoringSession.state == SessionState.HELD)
    )
    return {
        "pairs": sum(by_state.values()),
        "completed": by_state.get(PairState.COMPLETED, 0),
        "held": (await work.session.exec(held)).one(),
    }


async def held_by(work: UnitOfWork, pair: Pair) -> int:
    """How many sessions a pair held."""
    statement = select(func.count()).where(
        MentoringSession.pair_id == pair.id, MentoringSession.state == SessionState.HELD
    )
    return (await work.session.exec(statement)).one()
