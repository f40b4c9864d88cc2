"""The message after a pause: it says that the pair continues, and asks for the missing date."""

from dataclasses import dataclass, fields
from datetime import timedelta

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from bot.domain.calendar import local
from bot.domain.messages.registry import ASKING_FOR_DATE
from bot.domain.programme import Cadence
from bot.services.care.partner_requests import is_left_alone
from bot.services.pair_context import Meeting, PairContext, couple, meeting
from bot.services.sessions.called_off import CALLED_OFF, LEFT_OUT
from storage.tables import (
    MentoringSession,
    Outbox,
    OutboxState,
    Pair,
    PairState,
    Person,
    SessionChange,
    SessionState,
)
from storage.unit_of_work import UnitOfWork

NEWS_FOR = timedelta(days=7)
NOT_SENT = (OutboxState.DROPPED, OutboxState.EXPIRED, OutboxState.DEAD)


@dataclass(frozen=True)
class ToBook(Meeting):
    """A session that should have a date. `left_out`: the numbers of those just before it whose time was called off,
    and whose days are over."""

    left_out: tuple[int, ...] = ()


async def to_book(work: UnitOfWork, couple: PairContext, reader_id: int) -> ToBook | None:
    """The pair's session that should have a date by now, or had one that was called off, for one of the two to book.

    None if the two arrange dates themselves, and none was called off; if an earlier session is still to come, after
    which they are asked; and for a reader who asked for another partner.
    """
    programme, pair = couple.programme, couple.pair
    if not couple.under_way or await is_left_alone(work.session, pair.id, reader_id, work.now):
        return None
    due = _was_called_off()
    if (pair.cadence or programme.cadence) != Cadence.BY_AGREEMENT:
        due = or_(due, col(MentoringSession.opens_on) <= local(work.now, programme.zone).date())
    statement = select(MentoringSession.id).where(
        MentoringSession.pair_id == pair.id,
        MentoringSession.state == SessionState.PLANNED,
        col(MentoringSession.settled_at).is_(None),
        due,
    )
    first = (await work.session.exec(statement.order_by(col(MentoringSession.number)).limit(1))).first()
    one = await meeting(work.session, first) if first else None
    if one is None or await _waits_for_earlier(work, one):
        return None
    values = {each.name: getattr(one, each.name) for each in fields(one)}
    return ToBook(**values, left_out=await _left_out(work, one))


async def _waits_for_earlier(work: UnitOfWork, of: Meeting) -> bool:
    earlier = select(MentoringSession.id).where(
        MentoringSession.pair_id == of.pair.id,
        MentoringSession.number < of.session.number,
        MentoringSession.state == SessionState.BOOKED,
        col(MentoringSession.starts_at) > work.now,
    )
    return (await work.session.exec(earlier.limit(1))).first() is not None


async def _left_out(work: UnitOfWork, before: Meeting) -> tuple[int, ...]:
    earlier = select(MentoringSession.number, MentoringSession.state, _was_called_off()).where(
        MentoringSession.pair_id == before.pair.id, MentoringSession.number < before.session.number
    )
    numbers: list[int] = []
    for number, state, called_off in (
        await work.session.exec(earlier.order_by(col(MentoringSession.number).desc()))
    ).all():
        if state != SessionState.MISSED or not called_off:
            break
        numbers.append(number)
    return tuple(reversed(numbers))


def _was_called_off() -> ColumnElement[bool]:
    """Whether the last change of a session was that it was called off, or left out."""
    last = (
        select(SessionChange.kind)
        .where(col(SessionChange.session_id) == col(MentoringSession.id))
        .order_by(col(SessionChange.id).desc())
        .limit(1)
        .correlate(MentoringSession)
    )
    return last.scalar_subquery().in_((CALLED_OFF, LEFT_OUT))


async def all_to_book(work: UnitOfWork, participant_id: int, reader_id: int) -> list[ToBook]:
    """The same for every pair of a person."""
    mine = (Pair.mentor_id == participant_id) | (Pair.leader_id == participant_id)
    statement = select(Pair.id).where(mine, Pair.state == PairState.ACTIVE).order_by(col(Pair.id))
    found = [await couple(work.session, one) for one in (await work.session.exec(statement)).all()]
    return [one for each in found if each and (one := await to_book(work, each, reader_id))]


async def just_told(work: UnitOfWork, reader: Person, pair: Pair) -> bool:
    """Whether a person was asked today, or will be, for the pair's date by the message that they continue."""
    today = local(work.now, reader.zone).date()
    statement = select(Outbox).where(
        Outbox.person_id == reader.id,
        Outbox.programme_id == pair.programme_id,
        col(Outbox.kind).in_(ASKING_FOR_DATE),
        col(Outbox.state).not_in(NOT_SENT),
        col(Outbox.created_at) > work.now - NEWS_FOR,
    )
    for row in (await work.session.exec(statement)).all():
        fresh = row.sent_at is None or local(row.sent_at, reader.zone).date() == today
        if fresh and row.data.get("pair", pair.id) == pair.id:
            return True
    return False
