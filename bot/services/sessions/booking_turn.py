"""Whose turn it is to arrange a session's date, according to the agreement."""

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.agreement import Books
from bot.domain.messages.sessions import PollLeaderMessage, PollMentorMessage
from bot.domain.sessions import Side
from bot.services.agreement.agreement import newest
from bot.services.pair_context import Meeting
from storage.tables import MentoringSession, Outbox, OutboxState, PairState, SessionChange, SessionState
from storage.unit_of_work import UnitOfWork

A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Turn:
    """The side; with `in_turn` the one whose turn it is now."""

    side: Side
    in_turn: bool = False


async def turn_of(session: AsyncSession, meeting: Meeting) -> Turn | None:
    """None while nothing is signed, or if those who take turns have never booked: then it is up to both."""
    row = await newest(session, meeting.pair.id)
    if row is None or not (row.mentor_signed_at and row.leader_signed_at):
        return None
    if row.books != Books.IN_TURN:
        return Turn(Side(row.books))
    last = await _booked_last(session, meeting)
    return Turn(last.other, in_turn=True) if last else None


def is_asked(turn: Turn | None, side: Side) -> bool:
    """Whether `side` is asked to arrange the date: the mentor is, as long as it is up to both."""
    return side is (turn.side if turn else Side.MENTOR)


async def next_to_book(work: UnitOfWork, meeting: Meeting, side: Side) -> MentoringSession | None:
    """The session after that of `meeting`, if `side` is asked to arrange its date and it has none."""
    statement = select(MentoringSession).where(
        MentoringSession.pair_id == meeting.pair.id, MentoringSession.number == meeting.session.number + 1
    )
    row = (await work.session.exec(statement)).first()
    if row is None or meeting.pair.state != PairState.ACTIVE or row.state != SessionState.PLANNED or row.settled_at:
        return None
    turn = await turn_of(work.session, replace(meeting, session=row))
    return row if is_asked(turn, side) else None


async def asks_in_poll(work: UnitOfWork, meeting: Meeting, side: Side) -> bool:
    """Whether the poll after the last session of a weekly pair, a few days ago, offers to pick this session's time."""
    if not meeting.meets_weekly:
        return False
    last = select(MentoringSession.id).where(
        MentoringSession.pair_id == meeting.pair.id, MentoringSession.number == meeting.session.number - 1
    )
    last_id = (await work.session.exec(last)).first()
    polls = select(Outbox.data).where(
        Outbox.person_id == meeting.person(side).id,
        Outbox.programme_id == meeting.programme.id,
        col(Outbox.kind).in_((PollMentorMessage.kind.name, PollLeaderMessage.kind.name)),
        Outbox.state == OutboxState.SENT,
        col(Outbox.sent_at) > work.now - A_WEEK,
    )
    return any(data.get("session") == last_id for data in (await work.session.exec(polls)).all())


async def meets_before(work: UnitOfWork, meeting: Meeting) -> bool:
    """Whether an earlier session of the pair is still to take place: the poll after it offers to pick this one's
    time."""
    ahead = select(MentoringSession.id).where(
        MentoringSession.pair_id == meeting.pair.id,
        MentoringSession.number < meeting.session.number,
        MentoringSession.state == SessionState.BOOKED,
        col(MentoringSession.starts_at) > work.now,
    )
    return (await work.session.exec(ahead.limit(1))).first() is not None


async def _booked_last(session: AsyncSession, meeting: Meeting) -> Side | None:
    """The side that first booked the last earlier session with a date."""
    statement = (
        select(SessionChange.side)
        .join(MentoringSession, col(MentoringSession.id) == col(SessionChange.session_id))
        .where(
            MentoringSession.pair_id == meeting.pair.id,
            MentoringSession.number < meeting.session.number,
            SessionChange.kind == "booked",
        )
        .order_by(col(MentoringSession.number).desc(), col(SessionChange.id))
    )
    side = (await session.exec(statement.limit(1))).first()
    return Side(side) if side else None
