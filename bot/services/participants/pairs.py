"""Pairs as HR reads them: when one ended, and by what, as far as that is not private."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.services.participants.members import Member, members
from storage.tables import Pair, PairState, Participant, Person, Programme


class PairEnd(StrEnum):
    """What ended a pair, in the words for HR. Who of the two asked for it, or left, is never among them."""

    COMPLETED = "completed"
    """Its time was over."""
    HR = "hr"
    TAKEN_OUT = "taken_out"
    """HR took one of the two out of the programme."""
    ACCOUNT = "account"
    """A Slack account was deactivated: a person left the company."""
    CANCELLED = "cancelled"
    """HR cancelled the programme."""
    ERASED = "erased"
    """One of the two had their data erased."""
    ENDED = "ended"
    """One of the two asked for it, or left."""


@dataclass(frozen=True)
class PairOver:
    how: PairEnd
    at: datetime


@dataclass(frozen=True)
class PairRow:
    """A pair of a programme; `over` once it is."""

    pair: Pair
    mentor: Member
    leader: Member
    over: PairOver | None


def pair_over(pair: Pair, people: Iterable[Person]) -> PairOver | None:
    """How a pair of these people ended; None while it goes on, and for one of which no day is known."""
    if pair.ended_at is None:
        return None
    if pair.state == PairState.COMPLETED:
        return PairOver(PairEnd.COMPLETED, pair.ended_at)
    if pair.state != PairState.ENDED:
        return None
    if pair.ended_by:
        return PairOver(PairEnd(pair.ended_by), pair.ended_at)
    # Erasing and ending are one transaction. A pair that ended before stays one that ended for a private reason.
    erased = any(person.erased_at == pair.ended_at for person in people)
    return PairOver(PairEnd.ERASED if erased else PairEnd.ENDED, pair.ended_at)


async def pair_rows(session: AsyncSession, programme: Programme) -> list[PairRow]:
    """All pairs that were introduced, in that order."""
    pairs = select(Pair).where(Pair.programme_id == programme.id).order_by(col(Pair.introduced_at), col(Pair.id))
    people = await members(session, col(Participant.programme_id) == programme.id)
    rows = []
    for pair in (await session.exec(pairs)).all():
        mentor, leader = people[pair.mentor_id], people[pair.leader_id]
        rows.append(PairRow(pair, mentor, leader, pair_over(pair, (mentor.person, leader.person))))
    return rows
