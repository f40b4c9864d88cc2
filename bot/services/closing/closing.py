"""Ends pairs and programmes: each pair by itself when its time is over, with farewells, certificates and questions.

A pair that is late delays nobody else. Once the announced end has passed and no pair is active, the programme is
closed: HR is notified, and nothing more is sent.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import bindparam, func, or_, update
from sqlmodel import col, select

from bot.domain.calendar import next_working, to_utc
from bot.domain.closing import closes_at
from bot.domain.messages.closing import ClosingMessage, ProgrammeClosedMessage
from bot.domain.sessions import Side
from bot.services.closing import certificates
from bot.services.closing.completion import Ending, ending_of
from bot.services.closing.stories import shared_stories
from bot.services.matching.unmatched_followup import messages_at_the_end
from bot.services.pair_context import PairContext, couples
from bot.services.polls.polls import answers_of, verdict
from bot.services.programme.end import ends_at, latest_close
from bot.services.programme.last_days import LastDays, last_days, on_day
from bot.services.sessions.called_off import Why, call_off
from bot.services.surveys.surveys import ask_after, tell_hr_after
from bot.services.working_hours import days_off, office_hours
from storage.outbox import Outgoing, outgoing
from storage.tables import MentoringSession, Pair, PairState, Programme, ProgrammeState, SessionState
from storage.unit_of_work import Store, UnitOfWork

BATCH = 500
LOOK_AGAIN, ASK_AGAIN = timedelta(hours=6), timedelta(days=1)
"""When a programme that is over is looked at again, and a pair that is late."""


# Built once: the job runs every few seconds, and building a statement takes as long as executing it.
_OVER = or_(col(Programme.next_close_at).is_(None), col(Programme.next_close_at) <= bindparam("now"))
ANY_PROGRAMME_DUE = select(Programme.id).where(col(Programme.state) == ProgrammeState.RUNNING, _OVER).limit(1)
PROGRAMME_DUE = (
    select(Programme)
    .where(col(Programme.state) == ProgrammeState.RUNNING, _OVER)
    .limit(1)
    .with_for_update(skip_locked=True)
)
ANY_PAIR_DUE = select(Pair.id).where(col(Pair.next_close_at) <= bindparam("now")).limit(1)


async def tick_closings(store: Store, now: datetime) -> int:
    """Close each pair whose time is over, then each programme that is over and has no active pair; how many were
    checked."""
    handled = 0
    while count := await _close_pairs(store, now):
        handled += count
    while await _close_programme(store, now):
        handled += 1
    return handled


# Pairs


async def _close_pairs(store: Store, now: datetime) -> int:
    async with store.read(now) as work:
        if (await work.session.exec(ANY_PAIR_DUE, params={"now": now})).first() is None:
            return 0
    async with store.write(now) as work:
        batch = await couples(work.session, col(Pair.next_close_at) <= now, limit=BATCH, order=col(Pair.next_close_at))
        if batch:
            await _look_at_pairs(work, batch)
            await work.commit()
    return len(batch)


async def _look_at_pairs(work: UnitOfWork, batch: Sequence[PairContext]) -> None:
    sessions = await _sessions_of(work, batch)
    over: dict[int, list[PairContext]] = defaultdict(list)
    for couple in batch:
        if couple.pair.state != PairState.ACTIVE:
            couple.pair.next_close_at = None
            continue
        moment = _over_at(couple, sessions[couple.pair.id])
        if moment is None or moment <= work.now:
            over[couple.programme.id].append(couple)
        else:
            # The job of the sessions asks for an earlier look when it settles one.
            couple.pair.next_close_at = min(moment, max(ends_at(couple.programme), work.now + ASK_AGAIN))
    for group in over.values():
        await _close(work, group, sessions)


async def _sessions_of(work: UnitOfWork, batch: Sequence[PairContext]) -> dict[int, list[MentoringSession]]:
    statement = select(MentoringSession).where(col(MentoringSession.pair_id).in_([one.pair.id for one in batch]))
    found: dict[int, list[MentoringSession]] = defaultdict(list)
    for row in (await work.session.exec(statement.order_by(col(MentoringSession.number)))).all():
        found[row.pair_id].append(row)
    return found


def _over_at(couple: PairContext, rows: Sequence[MentoringSession]) -> datetime | None:
    programme = couple.programme
    windows = [to_utc(row.closes_on, time(), programme.zone) for row in rows]
    planned_end = min([ends_at(programme), *([max(windows)] if windows else [])])
    return closes_at(
        unsettled=sum(row.settled_at is None for row in rows),
        last_held=bool(rows) and rows[-1].state == SessionState.HELD,
        planned_end=planned_end,
        latest=latest_close(programme, rows),
    )


async def _close(work: UnitOfWork, group: Sequence[PairContext], sessions: dict[int, list[MentoringSession]]) -> None:
    """Close pairs of one programme."""
    programme = group[0].programme
    await call_off(work, [one.pair.id for one in group], Why.ENDED)
    await _settle(work, [row for one in group for row in sessions[one.pair.id] if row.settled_at is None])
    for couple in group:
        pair = couple.pair
        pair.state, pair.ended_at, pair.next_check_at, pair.next_close_at = PairState.COMPLETED, work.now, None, None
    if ends_at(programme) <= work.now:
        programme.next_close_at = work.now
    await work.session.flush()
    days = await last_days(work, programme, (one.part(side).id for one in group for side in Side))
    await work.send_all([message for one in group for message in _farewells(one, days, work.now)])
    holders = {(one.part(side).id, side): (one.part(side), side, one.person(side)) for one in group for side in Side}
    earned = [
        holder for holder in holders.values() if holder[1] in await certificates.earned_sides(work.session, holder[0])
    ]
    await work.send_all(certificates.at_the_end(work.now, programme, earned, days))
    await ask_after(work, programme, group, await _still_meeting(work, programme, holders), days)


async def _settle(work: UnitOfWork, rows: Sequence[MentoringSession]) -> None:
    """Sessions that are still open when their pair's time is over: what was said about them by now decides."""
    said = await answers_of(work, [row.id for row in rows])
    for row in rows:
        answers = [one for one in said if one.session_id == row.id]
        row.state = verdict(row.state, answers, window_open=False).state
        row.settled_at, row.next_at = work.now, None


async def _still_meeting(
    work: UnitOfWork, programme: Programme, sides: Collection[tuple[int, Side]]
) -> set[tuple[int, Side]]:
    """Those of `sides` that have another active pair: they are asked once that is over, too."""
    active = select(Pair.mentor_id, Pair.leader_id).where(
        Pair.programme_id == programme.id, Pair.state == PairState.ACTIVE
    )
    rows = (await work.session.exec(active)).all()
    return {one for mentor, leader in rows for one in ((mentor, Side.MENTOR), (leader, Side.LEADER)) if one in sides}


def _farewells(couple: PairContext, days: LastDays, now: datetime) -> list[Outgoing]:
    return [
        outgoing(
            ClosingMessage(couple.pair.id),
            couple.programme.team_id,
            couple.programme.id,
            person_id=couple.person(side).id,
            due_at=on_day(
                now, days.farewell(couple.part(side).id or 0, couple.pair.id), couple.person(side), couple.programme
            ),
        )
        for side in Side
    ]


# Programmes


async def _close_programme(store: Store, now: datetime) -> bool:
    async with store.read(now) as work:
        if (await work.session.exec(ANY_PROGRAMME_DUE, params={"now": now})).first() is None:
            return False
    async with store.write(now) as work:
        programme = (await work.session.exec(PROGRAMME_DUE, params={"now": now})).first()
        if programme is None:
            return False
        if work.now < ends_at(programme):
            programme.next_close_at = ends_at(programme)
        elif await _active_pairs(work, programme):
            programme.next_close_at = work.now + LOOK_AGAIN
        else:
            await _end(work, programme)
        await work.commit()
    return True


async def _active_pairs(work: UnitOfWork, programme: Programme) -> int:
    """How many pairs are not over yet."""
    active = (col(Pair.programme_id) == programme.id, col(Pair.state) == PairState.ACTIVE)
    # Pairs that an older version released have no moment yet.
    unplanned = update(Pair).where(*active, col(Pair.next_close_at).is_(None)).values(next_close_at=work.now)
    await work.session.exec(unplanned.execution_options(synchronize_session=False))
    return (await work.session.exec(select(func.count()).select_from(Pair).where(*active))).one()


async def _end(work: UnitOfWork, programme: Programme) -> None:
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
    await work.send_all(await messages_at_the_end(work, programme))
    await tell_hr_after(work, programme)


@dataclass(frozen=True)
class Totals:
    """HR's message at the end: pairs that were introduced, that completed, and sessions held."""

    pairs: int
    completed: int
    held: int
    has_story: bool = False
    """Whether a story of a pair was posted already."""


async def totals(work: UnitOfWork, programme: Programme) -> Totals:
    """What came of a programme."""
    statement = select(Pair).where(Pair.programme_id == programme.id)
    pairs = (await work.session.exec(statement)).all()
    of_pair = select(MentoringSession).join(Pair, col(Pair.id) == col(MentoringSession.pair_id))
    sessions: dict[int, list[MentoringSession]] = defaultdict(list)
    for row in (await work.session.exec(of_pair.where(Pair.programme_id == programme.id))).all():
        sessions[row.pair_id].append(row)
    return Totals(
        pairs=len(pairs),
        completed=sum(ending_of(pair, sessions[pair.id]) is Ending.COMPLETED for pair in pairs),
        held=sum(row.state == SessionState.HELD for rows in sessions.values() for row in rows),
        has_story=bool(await shared_stories(work.session, programme.id)),
    )
