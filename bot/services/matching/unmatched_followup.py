"""People who wait for a partner get a message when pairs are released without them, then monthly, and at the end.

They are planned when a pair ends, when pairs are released without the person, or when they join later. They are checked
again before they are sent: people who have a partner by then, left, or want none any more get nothing.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, or_
from sqlmodel import col, select

from bot.domain.messages.matching import LeftOverMessage, NoPartnerMessage, StillLookingMessage
from bot.domain.orientation import sides_of
from bot.domain.sessions import Side
from bot.services.closing.certificates import earned_sides
from bot.services.matching.waiting import WaitingState, waiting_state, wants_partner
from bot.services.programme.end import ends_at, last_day
from storage.outbox import Outgoing, outgoing
from storage.tables import (
    NOT_TAKING_PART,
    Outbox,
    OutboxState,
    Pair,
    PairState,
    Participant,
    ParticipantState,
    Programme,
)
from storage.tables import ProgrammeState as State
from storage.unit_of_work import UnitOfWork

AFTER = timedelta(days=14)
"""When who lost a partner, or joined later, gets the first message."""
AFTER_RELEASE = timedelta(days=1)
"""When whom a release leaves without a partner does: the others were introduced the day before."""
AGAIN = timedelta(days=30)


@dataclass(frozen=True)
class UnmatchedPerson:
    """A person without a partner, for their message."""

    participant: Participant
    programme: Programme
    ends: date
    state: WaitingState
    certificate: bool
    """Whether they earned a certificate anyway."""


async def plan_followup(work: UnitOfWork, participant: Participant, side: Side, slot: str) -> None:
    """`slot`: the event that left them without one. Once per side and slot."""
    programme = await work.session.get_one(Programme, participant.programme_id)
    await work.send_all(_messages(work, programme, participant, side, slot, AFTER))


async def plan_followups(work: UnitOfWork, programme: Programme, slot: str) -> None:
    """The same for all participants who are in no pair. For a sign-up that waits for HR it is planned on approval."""
    here = select(Participant).where(
        Participant.programme_id == programme.id, col(Participant.state).not_in(NOT_TAKING_PART)
    )
    pairs = select(Pair.mentor_id, Pair.leader_id).where(
        Pair.programme_id == programme.id, Pair.state != PairState.ENDED
    )
    paired = {one for both in (await work.session.exec(pairs)).all() for one in both}
    alone = [one for one in (await work.session.exec(here.order_by(col(Participant.id)))).all() if one.id not in paired]
    await work.send_all(
        [
            message
            for one in alone
            for message in _messages(work, programme, one, sides_of(one.role)[0], slot, AFTER_RELEASE)
        ]
    )


def _messages(
    work: UnitOfWork, programme: Programme, participant: Participant, side: Side, slot: str, first: timedelta
) -> list[Outgoing]:
    """The first one and those of the months until the programme's end, which has a message of its own."""
    messages: list[Outgoing] = []
    due_at, latest = work.now + first, ends_at(programme) - AFTER
    while not messages or due_at < latest:
        number = f".{len(messages)}" if messages else ""
        messages.append(
            outgoing(
                StillLookingMessage(participant.id, side, slot=f"{slot}{number}"),
                participant.team_id,
                participant.programme_id,
                person_id=participant.person_id,
                due_at=due_at,
            )
        )
        due_at += AGAIN
    return messages


async def messages_at_the_end(work: UnitOfWork, programme: Programme) -> list[Outgoing]:
    """To all who still wait when the programme is closed, for a partner or for HR's approval of their sign-up."""
    together = select(Pair.mentor_id, Pair.leader_id).where(
        Pair.programme_id == programme.id, Pair.state != PairState.ENDED
    )
    paired = {one for both in (await work.session.exec(together)).all() for one in both}
    here = select(Participant).where(
        Participant.programme_id == programme.id, Participant.state != ParticipantState.LEFT
    )
    return [
        outgoing(NoPartnerMessage(one.id), one.team_id, programme.id, person_id=one.person_id)
        for one in (await work.session.exec(here.order_by(col(Participant.id)))).all()
        if one.id not in paired and wants_partner(one)
    ]


async def still_waiting(work: UnitOfWork, row: Outbox, about: StillLookingMessage) -> UnmatchedPerson | None:
    """The person of the message; None if it is no longer relevant, or they got one lately."""
    participant = await work.session.get(Participant, about.participant)
    programme = await work.session.get(Programme, row.programme_id or 0)
    if participant is None or programme is None or programme.state != State.RUNNING:
        return None
    places = participant.mentor_capacity if about.side is Side.MENTOR else participant.leader_capacity
    if participant.state in NOT_TAKING_PART or places == 0:
        return None
    mine = (col(Pair.mentor_id) == participant.id) | (col(Pair.leader_id) == participant.id)
    together = select(Pair.id).where(mine, Pair.state != PairState.ENDED)
    if (await work.session.exec(together.limit(1))).first() or await _told_lately(work, row):
        return None
    earned = bool(await earned_sides(work.session, participant))
    state = await waiting_state(work.session, participant, programme, work.now)
    return UnmatchedPerson(participant, programme, last_day(programme), state, earned)


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
