"""HR restores a pair: one that HR ended, or that ended because a Slack account was deactivated that is active again.

Sessions, agreement and notes are as they were. Times that were called off stay so, and are asked for again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.agreement import GoalDateMessage
from bot.domain.messages.care import MidwayMessage, PairAccountBackMessage, PairPartedMessage, PairRestoredMessage
from bot.domain.messages.signup import PairEndedMessage
from bot.domain.outcomes import State as CardState
from bot.domain.sessions import Side
from bot.domain.surveys import FIRST_SET
from bot.services.access import audit, open_programme
from bot.services.agreement.agreement import newest, version_of
from bot.services.agreement.goal_records import plan
from bot.services.caller import HrCaller, Rejected
from bot.services.orientation.orientation import plan_early_reminders
from bot.services.pair_context import COUPLE, LEADER, MENTOR, PairContext, around_pairs, couple_of_hr, end_slot
from bot.services.programme.end import ends_at
from bot.services.recruiting.announcement import count_soon
from bot.services.sessions.called_off import CALLED_OFF, Why
from bot.services.sessions.schedule import recompute_for_pair
from storage.outbox import NOT_POSTED, outgoing
from storage.tables import (
    ActionCard,
    EndedBy,
    MentoringSession,
    Outbox,
    OutboxState,
    Pair,
    PairState,
    Participant,
    ParticipantState,
    Person,
    Programme,
    ProgrammeState,
    SessionChange,
)
from storage.unit_of_work import Store, UnitOfWork

RESTORABLE = {EndedBy.HR: timedelta(days=7), EndedBy.ACCOUNT: timedelta(days=30)}
"""How long HR can restore a pair, by what ended it."""
ASKED_ONCE = (MidwayMessage.kind.name, GoalDateMessage.kind.name)
"""Questions to the two of a pair that nothing plans again."""
TOLD_OF_THE_END = (PairPartedMessage.kind.name, PairEndedMessage.kind.name)


async def restore_pair(store: Store, hr: HrCaller, pair_id: int) -> PairContext:
    """The pair continues; both are told once, unless they were not told of its end.

    Raises `Rejected`: programme_ended, not_your_pair, pair_together, restorable_no_more, not_restorable.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        await open_programme(work.session, hr, lock=True)
        couple = await couple_of_hr(work.session, hr, pair_id, lock=True)
        if couple.pair.state == PairState.ACTIVE:
            raise Rejected("pair_together")
        until = _until(couple.pair)
        if until is not None and until <= work.now:
            raise Rejected("restorable_no_more")
        if await restorable_until(work.session, couple, work.now) is None:
            raise Rejected("not_restorable")
        await audit(work, hr, "restore_pair", {"pair": pair_id})
        await _restore(work, couple)
        await work.commit()
    return couple


async def restorable_until(session: AsyncSession, couple: PairContext, now: datetime) -> datetime | None:
    """Until when HR can restore the pair; None if one of the two ended it, left, or has no place any more."""
    until = _until(couple.pair)
    if until is None or until <= now or not _takes_place(couple.programme, now):
        return None
    for side in Side:
        if not _is_here(couple, side) or not await _has_place(session, couple.part(side), side):
            return None
    return until


async def offer_restoring(work: UnitOfWork, person: Person) -> None:
    """The person's account is active again: tell HR of each pair that its deactivation ended, and that can continue.

    Once for each end of a pair.
    """
    if not _may_take_part(person):
        return
    mine = (col(MENTOR.id) == person.id) | (col(LEADER.id) == person.id)
    statement = around_pairs(*COUPLE).where(mine, Pair.state == PairState.ENDED, Pair.ended_by == EndedBy.ACCOUNT)
    for row in (await work.session.exec(statement.order_by(col(Pair.id)))).all():
        couple = PairContext(*row)
        if couple.pair.ended_at and await restorable_until(work.session, couple, work.now):
            back = PairAccountBackMessage(couple.pair.id, person.id, couple.pair.ended_at.isoformat())
            programme = couple.programme
            await work.send(outgoing(back, programme.team_id, programme.id, channel=programme.hr_channel))


def _until(pair: Pair) -> datetime | None:
    if pair.state != PairState.ENDED or pair.ended_at is None or pair.ended_by is None:
        return None
    while_possible = RESTORABLE.get(EndedBy(pair.ended_by))
    return pair.ended_at + while_possible if while_possible else None


def _takes_place(programme: Programme, now: datetime) -> bool:
    return programme.state != ProgrammeState.CLOSED and now < ends_at(programme)


def _may_take_part(person: Person) -> bool:
    return person.active and not person.is_stranger and not person.is_bot


def _is_here(couple: PairContext, side: Side) -> bool:
    """Whether a person can continue: they did not leave, unless it was their account that ended this pair."""
    part, person, pair = couple.part(side), couple.person(side), couple.pair
    if not _may_take_part(person) or person.erased_at or part.forgotten_at:
        return False
    by_account = pair.ended_by == EndedBy.ACCOUNT and part.left_at == pair.ended_at
    return part.state != ParticipantState.LEFT or by_account


async def _has_place(session: AsyncSession, part: Participant, side: Side) -> bool:
    mine, places = (
        (Pair.mentor_id, part.mentor_capacity) if side is Side.MENTOR else (Pair.leader_id, part.leader_capacity)
    )
    taken = select(func.count()).where(mine == part.id, Pair.state != PairState.ENDED)
    return (await session.exec(taken)).one() < places


async def _restore(work: UnitOfWork, couple: PairContext) -> None:
    pair, ended_at = couple.pair, couple.pair.ended_at
    again = end_slot(pair)
    knew = {side: await _forget_news(work, couple, side) for side in Side}
    off = await _called_off(work, pair.id, ended_at)
    for side in Side:
        part = couple.part(side)
        if part.state == ParticipantState.LEFT:
            part.state, part.left_at, knew[side] = ParticipantState.ACTIVE, None, True
        elif part.state == ParticipantState.WAITING:  # HR decides about their sign-up by this
            part.state, part.waits_since, part.admitted_at = ParticipantState.ACTIVE, None, work.now
            knew[side] = True
    pair.state, pair.ended_at, pair.ended_by, pair.hr_ended_why = PairState.ACTIVE, None, None, None
    pair.resumed_at = pair.restored_at = pair.next_check_at = pair.next_close_at = work.now
    await work.session.flush()
    await recompute_for_pair(work, pair.id)
    await _ask_again(work, couple, ended_at)
    await count_soon(work, couple.programme.id)
    for side in Side:
        if knew[side] or off:
            untold = () if knew[side] else tuple(off)
            news = PairRestoredMessage(pair.id, knew[side], untold, at=f"{work.now.isoformat()}{again}")
            programme = couple.programme
            await work.send(outgoing(news, programme.team_id, programme.id, person_id=couple.person(side).id))


async def _ask_again(work: UnitOfWork, couple: PairContext, ended_at: datetime | None) -> None:
    """Plan what was not asked while the pair was over: goals on their dates, cards, the first session's preparation,
    and questions that were dropped: those that came due meanwhile now, others on their day."""
    session, pair_id = work.session, couple.pair.id
    agreement = await newest(session, pair_id)
    if agreement and version_of(agreement).signed_at:
        plan(agreement, couple)
    states = [CardState.OPEN] if couple.programme.survey_set == FIRST_SET else [CardState.OPEN, CardState.DONE]
    cards = update(ActionCard).where(col(ActionCard.pair_id) == pair_id, col(ActionCard.state).in_(states))
    await session.exec(cards.values(next_follow_at=work.now))
    first = select(MentoringSession.id).where(
        MentoringSession.pair_id == pair_id, MentoringSession.number == 1, col(MentoringSession.settled_at).is_(None)
    )
    if (await session.exec(first)).first() is not None:
        people = {couple.part(side).id: couple.person(side) for side in Side}
        await plan_early_reminders(work, couple.programme, [couple.pair], people)
    dropped = select(Outbox).where(
        col(Outbox.person_id).in_([couple.person(side).id for side in Side]),
        Outbox.programme_id == couple.programme.id,
        Outbox.state == OutboxState.DROPPED,
        col(Outbox.kind).in_(ASKED_ONCE),
        col(Outbox.due_at) >= ended_at,
    )
    for row in (await session.exec(dropped)).all():
        if row.data.get("pair") == pair_id:
            row.state, row.error = OutboxState.PENDING, None
            if row.due_at < work.now:  # however long ago: its time limit counts from its day
                row.due_at, row.expires_at = work.now, None


async def _forget_news(work: UnitOfWork, couple: PairContext, side: Side) -> bool:
    """Drop a waiting message about the end; whether the person knows of it."""
    statement = select(Outbox).where(
        Outbox.person_id == couple.person(side).id,
        Outbox.programme_id == couple.programme.id,
        col(Outbox.kind).in_(TOLD_OF_THE_END),
        col(Outbox.created_at) >= couple.pair.ended_at,
    )
    rows = [one for one in (await work.session.exec(statement)).all() if one.data.get("pair") == couple.pair.id]
    waiting = [one.id for one in rows if one.state == OutboxState.PENDING]
    drop = update(Outbox).where(col(Outbox.id).in_(waiting), col(Outbox.state) == OutboxState.PENDING)
    await work.session.exec(drop.values(state=OutboxState.DROPPED, error="restored"))
    return any(one.state not in NOT_POSTED for one in rows)


async def _called_off(work: UnitOfWork, pair_id: int, ended_at: datetime | None) -> Sequence[int]:
    """The changes by which the end took the times of the pair's sessions."""
    statement = (
        select(SessionChange.id)
        .join(MentoringSession, col(MentoringSession.id) == col(SessionChange.session_id))
        .where(
            MentoringSession.pair_id == pair_id,
            SessionChange.kind == CALLED_OFF,
            SessionChange.reason == Why.ENDED,
            SessionChange.at == ended_at,
        )
    )
    return (await work.session.exec(statement.order_by(col(SessionChange.id)))).all()
