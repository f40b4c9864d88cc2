"""A pair that planned to meet weekly, and does not book, is asked once whether less often would be easier to keep."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import func
from sqlmodel import col, select

from bot.domain.agreement import Books
from bot.domain.messages.sessions import LessOftenMessage
from bot.domain.programme import Cadence
from bot.domain.sessions import Side
from bot.services.agreement.agreement import newest
from bot.services.pair_context import PairContext, couple
from storage.outbox import outgoing
from storage.tables import MentoringSession, Pair, Programme, Rhythm, RhythmState, SessionState
from storage.unit_of_work import UnitOfWork

WEEKS = 2
"""So many sessions in a row without a time."""


async def ask_less_often(work: UnitOfWork, pair_ids: Collection[int]) -> None:
    """Ask those of the pairs, of which a session was just settled, who books; both, if they did not agree on that."""
    weekly = (
        select(Pair.id)
        .join(Programme, col(Programme.id) == col(Pair.programme_id))
        .where(
            col(Pair.id).in_(pair_ids),
            func.coalesce(col(Pair.cadence), col(Programme.cadence)) == Cadence.WEEKLY,
        )
    )
    ids = (await work.session.exec(weekly.order_by(col(Pair.id)))).all()
    settled = select(MentoringSession).where(
        col(MentoringSession.pair_id).in_(ids), col(MentoringSession.settled_at).is_not(None)
    )
    rows: dict[int, list[MentoringSession]] = defaultdict(list)
    for row in (await work.session.exec(settled.order_by(col(MentoringSession.number)))).all():
        rows[row.pair_id].append(row)
    for pair_id, sessions in rows.items():
        last = sessions[-WEEKS:]
        unbooked = [one for one in last if one.state == SessionState.MISSED and one.starts_at is None]
        if len(unbooked) == WEEKS and (found := await couple(work.session, pair_id)):
            await _ask(work, found)


async def _ask(work: UnitOfWork, couple: PairContext) -> None:
    kept = select(Rhythm.id).where(Rhythm.pair_id == couple.pair.id, Rhythm.state == RhythmState.KEPT)
    if (await work.session.exec(kept.limit(1))).first():
        return  # one of them proposed a change, and the other wanted none
    agreed = await newest(work.session, couple.pair.id)
    signed = agreed is not None and agreed.mentor_signed_at and agreed.leader_signed_at
    books = agreed.books if agreed and signed else Books.IN_TURN
    sides = tuple(Side) if books == Books.IN_TURN else (Side(books),)
    await work.send_all(
        [
            outgoing(
                LessOftenMessage(couple.pair.id),
                couple.programme.team_id,
                couple.programme.id,
                person_id=couple.person(side).id,
            )
            for side in sides
        ]
    )
