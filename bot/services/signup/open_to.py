"""Which programme a person could join now."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Participant, ParticipantState, Person, Programme, ProgrammeState


async def programmes_open_to(session: AsyncSession, person: Person) -> tuple[Programme | None, bool]:
    """The newest programme that accepts a person who does not take part in it, and whether there is one that does not
    accept them as a guest."""
    here = select(Participant.programme_id).where(
        Participant.person_id == person.id, Participant.state != ParticipantState.LEFT
    )
    statement = select(Programme).where(
        Programme.team_id == person.team_id,
        Programme.state != ProgrammeState.CLOSED,
        col(Programme.id).not_in(here),
    )
    found = (await session.exec(statement.order_by(col(Programme.id).desc()))).all()
    welcome = [one for one in found if one.guests or not person.is_guest]
    return (welcome[0] if welcome else None), len(welcome) < len(found)
