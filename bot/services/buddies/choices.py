"""A mentor chooses to have a buddy, to be one, or neither; and whether HR may know that they wish help."""

from dataclasses import dataclass

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.buddies import BuddyHelpMessage
from bot.domain.signup import Role
from bot.services.access import own_participation
from bot.services.buddies.introducing import active_buddies, end_unwanted, introduce_everywhere
from bot.services.caller import Caller, Rejected
from storage.outbox import outgoing
from storage.queries import person_of
from storage.tables import (
    NOT_TAKING_PART,
    BuddyChoice,
    Pair,
    PairState,
    Participant,
    Person,
    Programme,
    ProgrammeState,
)
from storage.unit_of_work import Store


@dataclass(frozen=True)
class BuddyState:
    """What a mentor chose, and the buddies they have now. `alumnus`: the programme is over; they can only offer."""

    programme: Programme
    asks: bool
    offers: bool
    help_wished: bool
    buddies: tuple[Person, ...]
    alumnus: bool

    @property
    def waits(self) -> bool:
        """Whether they ask, and nobody was willing yet."""
        return self.asks and not self.buddies


@dataclass(frozen=True)
class BuddyWish:
    asks: bool
    offers: bool
    help_wished: bool


async def read_buddies(store: Store, caller: Caller, programme_id: int) -> BuddyState:
    """The caller's. Raises `Rejected`: not_participant, left_programme, not_a_mentor."""
    async with store.read(caller.now) as work:
        return (await _of_caller(work.session, caller, programme_id))[2]


async def choose_buddies(store: Store, caller: Caller, programme_id: int, wish: BuddyWish) -> BuddyState:
    """Store it, and introduce the pairs of buddies that this makes possible. Raises as `read_buddies`."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        session = work.session
        participant, programme, state = await _of_caller(session, caller, programme_id, lock=True)
        row = await _row(session, participant.id)
        if row is None:
            row = BuddyChoice(team_id=caller.team_id, programme_id=programme.id, participant_id=participant.id)
            session.add(row)
        asks, help_wished = (wish.asks, wish.help_wished) if not state.alumnus else (False, False)
        row.asked_at = (row.asked_at or work.now) if asks else None
        row.offered_at = (row.offered_at or work.now) if wish.offers else None
        if help_wished and row.help_at is None:
            to_hr = BuddyHelpMessage(participant.id, work.now.isoformat())
            await work.send(outgoing(to_hr, programme.team_id, programme.id, channel=programme.hr_channel))
        row.help_at = (row.help_at or work.now) if help_wished else None
        await session.flush()
        await end_unwanted(work, participant.id)
        await introduce_everywhere(work, programme)
        found = await buddy_state(session, participant, programme)
        await work.commit()
    return found or state


async def buddy_state(session: AsyncSession, participant: Participant, programme: Programme) -> BuddyState | None:
    """None for who is no mentor in it: of a programme that is over, for who did not stay a mentor to its end."""
    if not await is_mentor_of(session, participant, programme):
        return None
    row = await _row(session, participant.id)
    rows = await active_buddies(session, [participant.id]) if row else []
    others = [one.buddy_id if one.asker_id == participant.id else one.asker_id for one in rows]
    return BuddyState(
        programme,
        asks=row is not None and row.asked_at is not None,
        offers=row is not None and row.offered_at is not None,
        help_wished=row is not None and row.help_at is not None,
        buddies=tuple([await person_of(session, one) for one in others]),
        alumnus=programme.state == ProgrammeState.CLOSED,
    )


async def is_mentor_of(session: AsyncSession, participant: Participant, programme: Programme) -> bool:
    """Whether they take part as a mentor; of a programme that is over, whether they completed a pair as one."""
    if not Role(participant.role).teaches or participant.state in NOT_TAKING_PART or participant.forgotten_at:
        return False
    return programme.state != ProgrammeState.CLOSED or await _mentored(session, participant.id)


async def _mentored(session: AsyncSession, participant_id: int) -> bool:
    statement = select(Pair.id).where(Pair.mentor_id == participant_id, Pair.state == PairState.COMPLETED)
    return (await session.exec(statement.limit(1))).first() is not None


CHOICE_OF = select(BuddyChoice).where(col(BuddyChoice.participant_id) == bindparam("participant"))
"""Built once, because the Home tab of each mentor needs it."""


async def _row(session: AsyncSession, participant_id: int) -> BuddyChoice | None:
    return (await session.exec(CHOICE_OF, params={"participant": participant_id})).first()


async def _of_caller(
    session: AsyncSession, caller: Caller, programme_id: int, *, lock: bool = False
) -> tuple[Participant, Programme, BuddyState]:
    participant, programme = await own_participation(session, caller, programme_id, lock=lock)
    state = await buddy_state(session, participant, programme)
    if state is None:
        raise Rejected("not_a_mentor")
    return participant, programme, state
