"""A sign-up with its person, for lists that HR reads."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Participant, Person


@dataclass(frozen=True)
class Member:
    part: Participant
    person: Person


async def members(session: AsyncSession, which: ColumnElement[bool]) -> dict[int, Member]:
    """The sign-ups of a condition with their people, by the ids of the sign-ups."""
    statement = select(Participant, Person).join(Person, col(Person.id) == col(Participant.person_id)).where(which)
    return {part.id: Member(part, person) for part, person in (await session.exec(statement)).all()}
