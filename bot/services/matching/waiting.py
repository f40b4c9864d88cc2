"""What is true for a person without a partner: whether HR looked for one yet, and why nobody fits."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import local
from bot.domain.orientation import sides_of
from bot.domain.sessions import Side
from bot.services.matching.draft_review import cause_now
from bot.services.programme.end import last_day
from storage.tables import (
    Draft,
    DraftLeftover,
    DraftState,
    Pair,
    PairState,
    Participant,
    Programme,
    ProgrammeState,
)

LATEST = timedelta(days=30)
"""This long before a programme's end no new partner is promised."""


class WaitingKind(StrEnum):
    """As in `home.waiting`."""

    SOON = "soon"  # HR announces the pairs before the start
    NOT_ANNOUNCED = "not_announced"  # the start has come, and HR has not announced any
    UNSEEN = "unseen"  # pairs were announced, and HR has not looked for this person since they are free
    NOBODY = "nobody"  # HR looked, and nobody fits
    TOO_LATE = "too_late"  # the programme ends too soon for a new partner
    NOT_WANTED = "not_wanted"  # they have no place for one: they ended a pair and want no other


@dataclass(frozen=True)
class WaitingState:
    """Why a person has no partner now. `cause`: why nobody fits, as in `matching.unmatched_message.letter.cause`; of
    `topics`, what they offer or wish for."""

    kind: WaitingKind
    cause: str = ""
    topics: list[str] = field(default_factory=list)


def wants_partner(participant: Participant) -> bool:
    """Whether a person has a place for a partner."""
    places = {Side.MENTOR: participant.mentor_capacity, Side.LEADER: participant.leader_capacity}
    return any(places[side] for side in sides_of(participant.role))


async def waiting_state(
    session: AsyncSession, participant: Participant, programme: Programme, now: datetime
) -> WaitingState:
    """The state of a person without a partner. What an open draft says is nobody's to know."""
    today = local(now, programme.zone).date()
    if not wants_partner(participant):
        return WaitingState(WaitingKind.NOT_WANTED)
    if programme.state == ProgrammeState.RECRUITING:
        soon = programme.starts_on > today
        return WaitingState(WaitingKind.SOON if soon else WaitingKind.NOT_ANNOUNCED)
    if today > last_day(programme) - LATEST:
        return WaitingState(WaitingKind.TOO_LATE)
    draft = await _last_look(session, participant)
    if draft is None:
        return WaitingState(WaitingKind.UNSEEN)
    statement = select(DraftLeftover).where(
        DraftLeftover.draft_id == draft.id, DraftLeftover.participant_id == participant.id
    )
    row = (await session.exec(statement.order_by(col(DraftLeftover.id)))).first()
    if row is None:
        return WaitingState(WaitingKind.NOBODY, "other")
    side = Side(row.side)
    cause = await cause_now(session, row.cause, participant, side)
    topics = participant.wishes if side is Side.LEADER else participant.offers
    return WaitingState(WaitingKind.NOBODY, cause, [one["topic"] for one in topics])


async def _last_look(session: AsyncSession, participant: Participant) -> Draft | None:
    """The newest released draft that was made while they were free."""
    mine = (col(Pair.mentor_id) == participant.id) | (col(Pair.leader_id) == participant.id)
    parted = select(Pair.ended_at).where(mine, Pair.state == PairState.ENDED, col(Pair.ended_at).is_not(None))
    since = max([participant.joined_at, *(at for at in (await session.exec(parted)).all() if at)])
    statement = select(Draft).where(
        Draft.programme_id == participant.programme_id,
        Draft.state == DraftState.RELEASED,
        col(Draft.created_at) >= since,
    )
    return (await session.exec(statement.order_by(col(Draft.released_at).desc()).limit(1))).first()
