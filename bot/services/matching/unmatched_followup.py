"""People who stay without a partner get a message after two weeks: the search continues, and what happens next.

It is planned when a pair ends, or when pairs are released without the person, and checked again before it
is sent: people who have a partner by then, left, or want none any more get nothing.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, or_
from sqlmodel import col, select

from bot.domain.messages.matching import LeftOverMessage, StillLookingMessage
from bot.domain.orientation import sides_of
from bot.domain.sessions import Side
from bot.services.closing.certificates import earned_sides
from bot.services.programme.end import last_day
from storage.outbox import Outgoing, outgoing
from storage.queries import pairs_of
from storage.tables import Outbox, OutboxState, Pair, PairState, Participant, ParticipantState, Programme
from storage.tables import ProgrammeState as State
from storage.unit_of_work import UnitOfWork

AFTER = timedelta(days=14)
LATEST = timedelta(days=30)
"""This long before a programme's end no new partner is promised."""


@dataclass(frozen=True)
class UnmatchedPerson:
    """A person without a partner, for their message."""

    participant: Participant
    programme: Programme
    ends: date
    late: bool
    """Whether the programme ends too soon for a new partner."""
    certificate: bool
    """Whether they earned a certificate anyway."""


async def plan_followup(work: UnitOfWork, participant: Participant, side: Side, slot: str) -> None:
    """`slot`: the event that left them without one. Once per side and slot."""
    await work.send(_message(work, participant, side, slot))


async def plan_followups(work: UnitOfWork, programme: Programme, slot: str) -> None:
    """The same for all participants who are in no pair."""
    here = select(Participant).where(
        Participant.programme_id == programme.id, Participant.state != ParticipantState.LEFT
    )
    pairs = select(Pair.mentor_id, Pair.mentee_id).where(
        Pair.programme_id == programme.id, Pair.state != PairState.ENDED
    )
    paired = {one for both in (await work.session.exec(pairs)).all() for one in both}
    alone = [one for one in (await work.session.exec(here.order_by(col(Participant.id)))).all() if one.id not in paired]
    await work.send_all([_message(work, one, sides_of(one.role)[0], slot) for one in alone])


def _message(work: UnitOfWork, participant: Participant, side: Side, slot: str) -> Outgoing:
    return outgoing(
        StillLookingMessage(participant.id, side, slot=slot),
        participant.team_id,
        participant.programme_id,
        person_id=participant.person_id,
        due_at=work.now + AFTER,
    )


async def still_waiting(work: UnitOfWork, row: Outbox, about: StillLookingMessage) -> UnmatchedPerson | None:
    """The person of the message; None if it is no longer relevant, or they got one lately."""
    participant = await work.session.get(Participant, about.participant)
    programme = await work.session.get(Programme, row.programme_id or 0)
    if participant is None or programme is None or programme.state != State.RUNNING:
        return None
    places = participant.mentor_capacity if about.side is Side.MENTOR else participant.mentee_capacity
    if participant.state == ParticipantState.LEFT or places == 0:
        return None
    if await pairs_of(work.session, participant.id) or await _told_lately(work, row):
        return None
    ends = last_day(programme)
    earned = bool(await earned_sides(work.session, participant))
    return UnmatchedPerson(participant, programme, ends, work.now.date() > ends - LATEST, earned)


async def _told_lately(work: UnitOfWork, row: Outbox) -> bool:
    """By HR, or by one of these: several releases may leave a person without a partner several times."""
    statement = select(Outbox.id).where(
        Outbox.person_id == row.person_id,
        Outbox.programme_id == row.programme_id,
        Outbox.state == OutboxState.SENT,
        or_(
            and_(col(Outbox.kind) == LeftOverMessage.kind.name, col(Outbox.sent_at) > work.now - AFTER),
            and_(col(Outbox.kind) == StillLookingMessage.kind.name, col(Outbox.sent_at) > work.now - 2 * AFTER),
        ),
    )
    return (await work.session.exec(statement.limit(1))).first() is not None
