"""Sign-ups that wait for HR's approval: which do, how many, and until when."""

from datetime import date

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import local, working_days_after
from bot.services.signup.eligibility import is_invited
from bot.services.working_hours import days_off
from storage.tables import Participant, ParticipantState, Person, Programme


async def needs_approval(session: AsyncSession, programme: Programme, person: Person, part: Participant | None) -> bool:
    """Whether a sign-up waits for HR: not of people whom HR invited, signed up, or approved before."""
    if programme.approve_within is None or (part and part.admitted_at):
        return False
    return not await is_invited(session, programme, person)


def answered_by(programme: Programme, part: Participant) -> date | None:
    """The day by which HR looks at a sign-up that waits; None if HR named none."""
    if part.waits_since is None or not programme.approve_within:
        return None
    since = local(part.waits_since, programme.zone).date()
    return working_days_after(since, programme.approve_within, days_off(programme))


async def waiting_sign_ups(session: AsyncSession, programme_id: int) -> list[Participant]:
    """The sign-ups that wait for HR, the oldest first."""
    statement = select(Participant).where(
        Participant.programme_id == programme_id, Participant.state == ParticipantState.WAITING
    )
    return list((await session.exec(statement.order_by(col(Participant.waits_since), col(Participant.id)))).all())


async def number_waiting(session: AsyncSession, programme_id: int) -> int:
    statement = select(func.count(col(Participant.id))).where(
        Participant.programme_id == programme_id, Participant.state == ParticipantState.WAITING
    )
    return (await session.exec(statement)).one()
