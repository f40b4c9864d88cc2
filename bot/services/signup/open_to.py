"""Which programme a person could join now."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import local
from bot.services.programme.end import ends_at
from bot.services.signup.eligibility import may_fit
from storage.tables import Participant, ParticipantState, Person, Programme, ProgrammeState

# Built once, because each Home tab needs it: building a statement takes as long as executing it.
HERE = select(Participant.programme_id).where(
    col(Participant.person_id) == bindparam("person"), Participant.state != ParticipantState.LEFT
)
NOT_TAKEN_PART_IN = (
    select(Programme)
    .where(
        col(Programme.team_id) == bindparam("team"),
        Programme.state != ProgrammeState.CLOSED,
        col(Programme.id).not_in(HERE),
    )
    .order_by(col(Programme.id).desc())
)


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
    rows = (await session.exec(NOT_TAKEN_PART_IN, params={"person": person.id, "team": person.team_id})).all()
    return await open_of(session, rows, person, now)


async def open_of(
    session: AsyncSession, programmes: Iterable[Programme], person: Person, now: datetime
) -> tuple[tuple[Programme, ...], bool]:
    """As `programmes_open_to`, given the programmes that are not over in which the person does not take part."""
    found = [one for one in programmes if sign_up_is_open(one, now) and await may_fit(session, one, person)]
    welcome = [one for one in found if one.guests or not person.is_guest]
    return tuple(welcome), len(welcome) < len(found)
