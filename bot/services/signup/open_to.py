"""Which programme a person could join now."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import local
from bot.services.programme.end import ends_at
from bot.services.signup.eligibility import may_fit
from storage.tables import Participant, ParticipantState, Person, Programme, ProgrammeState


def sign_up_is_open(programme: Programme, now: datetime) -> bool:
    """Whether people can still join by themselves."""
    if programme.state == ProgrammeState.CLOSED or ends_at(programme) <= now:
        return False
    closes_on = programme.sign_up_closes_on
    return closes_on is None or local(now, programme.zone).date() <= closes_on


async def programmes_open_to(
    session: AsyncSession, person: Person, now: datetime
) -> tuple[tuple[Programme, ...], bool]:
    """The programmes that accept a person who does not take part in them, the newest first, and whether there is one
    that does not accept them as a guest."""
    here = select(Participant.programme_id).where(
        Participant.person_id == person.id, Participant.state != ParticipantState.LEFT
    )
    statement = select(Programme).where(
        Programme.team_id == person.team_id,
        Programme.state != ProgrammeState.CLOSED,
        col(Programme.id).not_in(here),
    )
    rows = (await session.exec(statement.order_by(col(Programme.id).desc()))).all()
    found = [one for one in rows if sign_up_is_open(one, now) and await may_fit(session, one, person)]
    welcome = [one for one in found if one.guests or not person.is_guest]
    return tuple(welcome), len(welcome) < len(found)
