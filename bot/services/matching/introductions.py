"""The content of an introduction, current at the moment when it is sent."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.matching import INTRODUCTIONS
from bot.domain.sessions import Side
from bot.services.caller import Caller
from bot.services.pair_context import PairContext, couple, days_to_book, my_couple
from storage.outbox import NOT_POSTED
from storage.tables import (
    MentoringSession,
    Outbox,
    OutboxState,
    Pair,
    PairState,
    ParticipantState,
    SessionState,
)
from storage.unit_of_work import Store


@dataclass(frozen=True)
class Introduced:
    """A pair to introduce, its first session if that can be booked, and the last day for it."""

    couple: PairContext
    first: MentoringSession | None
    last_day: date


async def introduced(session: AsyncSession, pair_id: int, now: datetime) -> Introduced | None:
    """The current pair; None if it ended, or one of the two left or was deactivated."""
    found = await couple(session, pair_id)
    if found is None or found.pair.state != PairState.ACTIVE:
        return None
    if any(found.part(side).state == ParticipantState.LEFT or not found.person(side).active for side in Side):
        return None
    statement = select(MentoringSession).where(MentoringSession.pair_id == pair_id, col(MentoringSession.number) == 1)
    first = (await session.exec(statement)).first()
    last_day = days_to_book(first, found, now).closes if first else found.programme.starts_on
    bookable = first is not None and first.state == SessionState.PLANNED
    return Introduced(found, first if bookable else None, last_day)


STATES = select(Outbox.state).where(
    col(Outbox.team_id) == bindparam("team"), col(Outbox.key).in_(bindparam("keys", expanding=True))
)
INTRODUCTIONS_WAITING = select(Outbox.id).where(
    col(Outbox.person_id) == bindparam("person"),
    col(Outbox.state) == OutboxState.PENDING,
    col(Outbox.kind).in_([kind.kind.name for kind in INTRODUCTIONS.values()]),
)
"""All those of a person, of whatever pair."""


async def was_introduced(session: AsyncSession, pair: Pair, person_id: int) -> bool:
    """Whether a person knows, or may know, of their pair: nobody is notified of the end of an unknown pair."""
    state = await _state(session, pair, person_id)
    return state not in NOT_POSTED


async def is_introduction_waiting(session: AsyncSession, pair: Pair, person_id: int) -> bool:
    """Whether a person's introduction still waits: until then HR may undo it, and nothing shows the pair."""
    return await _state(session, pair, person_id) == OutboxState.PENDING


async def _state(session: AsyncSession, pair: Pair, person_id: int) -> OutboxState | None:
    keys = [INTRODUCTIONS[side](pair.id).key(pair.programme_id, person_id) for side in Side]
    found = (await session.exec(STATES, params={"team": pair.team_id, "keys": keys})).first()
    return OutboxState(found) if found else None


async def my_pair(store: Store, caller: Caller, pair_id: int) -> tuple[PairContext, Side]:
    """The caller's pair and side. Raises `Rejected`: not_participant, not_your_pair, left_programme, pair_ended."""
    async with store.read(caller.now) as work:
        return await my_couple(work.session, caller, pair_id, after_the_end=True)
