"""The owner of personal data: a person with some of their sign-ups, and conditions that find their rows."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlmodel import col
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import CoupleMark, DraftPair, MentoringSession, Pair, PairConfirmation, Participant

Where = ColumnElement[bool]
SIDES = ("mentor", "mentee")


@dataclass(frozen=True)
class Owner:
    """A person and some of their sign-ups: all data of the person, or the data of one programme."""

    person_id: int
    participants: tuple[int, ...]
    programmes: tuple[int, ...]
    whole: bool = True
    """All data, also those that belong to no programme."""

    @property
    def pairs(self) -> Select[Any]:
        """Ids of their pairs, on either side."""
        return select(col(Pair.id)).where(self.in_pair(Pair))

    @property
    def sessions(self) -> Select[Any]:
        return select(col(MentoringSession.id)).where(col(MentoringSession.pair_id).in_(self.pairs))

    def in_pair(self, table: type[Pair] | type[DraftPair] | type[CoupleMark] | type[PairConfirmation]) -> Where:
        return or_(col(table.mentor_id).in_(self.participants), col(table.leader_id).in_(self.participants))

    def pairs_as(self, side: str) -> Select[Any]:
        """Ids of the pairs in which they have that role."""
        mine = Pair.mentor_id if side == "mentor" else Pair.leader_id
        return select(col(Pair.id)).where(col(mine).in_(self.participants))

    def sessions_as(self, side: str) -> Select[Any]:
        """Ids of the sessions in which they have that role."""
        return select(col(MentoringSession.id)).where(col(MentoringSession.pair_id).in_(self.pairs_as(side)))


async def owner_of(session: AsyncSession, person_id: int) -> Owner:
    """A person with all their sign-ups."""
    statement = select_rows(Participant).where(Participant.person_id == person_id).order_by(col(Participant.id))
    parts = (await session.exec(statement)).all()
    return Owner(person_id, tuple(one.id for one in parts), tuple(one.programme_id for one in parts))
