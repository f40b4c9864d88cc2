"""Whose turn it is to arrange a session's date, according to the agreement."""

from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.agreement import Books
from bot.domain.sessions import Side
from bot.services.agreement.agreement import newest
from bot.services.pair_context import Meeting
from storage.tables import MentoringSession, SessionChange


@dataclass(frozen=True)
class Turn:
    """The side; with `in_turn` the one whose turn it is now."""

    side: Side
    in_turn: bool = False


async def turn_of(session: AsyncSession, meeting: Meeting) -> Turn | None:
    """None while nothing is signed, or if those who take turns have never booked: then it is up to both."""
    row = await newest(session, meeting.pair.id)
    if row is None or not (row.mentor_signed_at and row.mentee_signed_at):
        return None
    if row.books != Books.IN_TURN:
        return Turn(Side(row.books))
    last = await _booked_last(session, meeting)
    return Turn(last.other, in_turn=True) if last else None


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
