"""The last day of sign-up: HR sets, moves and removes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import update
from sqlmodel import col, select

from bot.domain.calendar import local
from bot.domain.invitations import InvitationState
from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller, InvalidInput
from bot.services.invitations.inviting import remind_at
from bot.services.invitations.states import Invited, invitations_of
from bot.services.recruiting.announcement import next_reminder
from bot.services.signup.waiting import number_waiting
from storage.tables import Invitation, Person, Programme, ProgrammeState
from storage.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class ClosingOutlook:
    """What a last day of sign-up means. `unanswered`: how many invited people have not answered."""

    programme: Programme
    today: date
    unanswered: int
    unapproved: int = 0
    """Sign-ups that wait for HR's approval."""
    untold: int = 0
    """Of the `unanswered`, how many have an invitation that names no day, or a later one, and get no reminder."""


async def read_closing(store: Store, hr: HrCaller, day: date | None = None) -> ClosingOutlook:
    """What `day` would mean, or none. Raises `Rejected`: programme_ended."""
    async with store.read(hr.now) as work:
        programme = await open_programme(work.session, hr)
        invited = await invitations_of(work.session, programme.id)
        unapproved = await number_waiting(work.session, programme.id)
    waiting = sum(one.state in (InvitationState.PLANNED, InvitationState.SENT) for one in invited)
    untold = number_untold(programme, invited, day) if day else 0
    return ClosingOutlook(programme, local(hr.now, programme.zone).date(), waiting, unapproved, untold)


def number_untold(programme: Programme, invited: Iterable[Invited], day: date) -> int:
    """How many invitations were delivered with a later last day, or none, and have no reminder that will name `day`."""
    before = programme.sign_up_closes_on
    if before is not None and day >= before:
        return 0
    return sum(
        one.invitation.remind_at is None or remind_at(programme, one.person, one.invitation.asked_at, day) is None
        for one in invited
        if one.state is InvitationState.SENT
    )


def wrong_day(day: date | None, today: date) -> str:
    """The code of what is wrong with a last day; "" if nothing is."""
    return "past" if day and day < today else ""


async def set_closing_date(store: Store, hr: HrCaller, day: date | None) -> Programme:
    """The last day on which people can join; None: as long as the programme runs. Who takes part stays.

    Raises `InvalidInput`, `Rejected`: programme_ended.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        if wrong := wrong_day(day, local(hr.now, programme.zone).date()):
            raise InvalidInput({"day": wrong})
        await keep_closing_date(work, programme, day)
        await audit(work, hr, "closing_date", {"day": day.isoformat() if day else ""})
        await work.commit()
    return programme


async def keep_closing_date(work: UnitOfWork, programme: Programme, day: date | None) -> None:
    """Store it, and plan the reminders in the channel and of invitations by it. Delivered invitations show it."""
    programme.sign_up_closes_on = day
    if programme.state == ProgrammeState.RECRUITING:
        programme.next_recruit_at = next_reminder(programme, work.now)
    statement = (
        select(Invitation, Person)
        .join(Person, col(Person.id) == col(Invitation.person_id))
        .where(Invitation.programme_id == programme.id, col(Invitation.remind_at).is_not(None))
    )
    for invitation, person in (await work.session.exec(statement)).all():
        invitation.remind_at = remind_at(programme, person, invitation.asked_at, day)
    await refresh_invitations(work, programme)


async def refresh_invitations(work: UnitOfWork, programme: Programme) -> None:
    """Show the programme's current dates in delivered invitations without an answer. Nobody gets a message."""
    unanswered = update(Invitation).where(
        col(Invitation.programme_id) == programme.id,
        col(Invitation.declined_at).is_(None),
        col(Invitation.withdrawn_at).is_(None),
    )
    await work.session.exec(unanswered.values(refresh_at=work.now))
