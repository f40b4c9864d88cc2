"""The answer to an invitation."""

from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.services.caller import Caller, Rejected
from bot.services.signup.contact import asks_whom
from bot.services.signup.open_to import sign_up_is_open
from storage.queries import participation, person_by_slack
from storage.tables import Invitation, ParticipantState, Person, Programme, ProgrammeState
from storage.unit_of_work import Store


@dataclass(frozen=True)
class OwnInvitation:
    """An invitation as the invited person reads it. `hr`: whom to ask, if they are still there."""

    invitation: Invitation
    programme: Programme
    hr: Person | None


async def read_own(store: Store, caller: Caller, invitation_id: int) -> OwnInvitation:
    """The caller's invitation. Raises `Rejected`: outdated."""
    async with store.read(caller.now) as work:
        return await _own(work.session, caller, invitation_id)


def refuse_if_cancelled(invitation: OwnInvitation) -> None:
    """Raises `Rejected`: invited_to_cancelled."""
    if invitation.programme.cancelled_at:
        raise Rejected("invited_to_cancelled", programme=invitation.programme.name)


async def decline(store: Store, caller: Caller, invitation_id: int) -> OwnInvitation:
    """Not this time. Saying so again changes nothing.

    Raises `Rejected`: outdated, invitation_joined (they take part), invited_to_cancelled,
    recruiting_closed, sign_up_over.
    """
    async with store.write(caller.now, receipt=caller.signed) as work:
        invitation = await _own(work.session, caller, invitation_id)
        part = await participation(work.session, invitation.invitation.person_id, invitation.programme.id)
        if part is not None and part.state != ParticipantState.LEFT:
            raise Rejected("invitation_joined", programme=invitation.programme.name)
        refuse_if_cancelled(invitation)
        if invitation.programme.state == ProgrammeState.CLOSED:
            raise Rejected("recruiting_closed")
        if not sign_up_is_open(invitation.programme, work.now):
            name = invitation.hr.name if invitation.hr else ""
            raise Rejected("sign_up_over", programme=invitation.programme.name, hr=name)
        if invitation.invitation.declined_at is None:
            invitation.invitation.declined_at, invitation.invitation.remind_at = work.now, None
        await work.commit()
    return invitation


async def _own(session: AsyncSession, caller: Caller, invitation_id: int) -> OwnInvitation:
    person = await person_by_slack(session, caller.team_id, caller.slack_id)
    invitation = await session.get(Invitation, invitation_id)
    if person is None or invitation is None or invitation.person_id != person.id:
        raise Rejected("outdated")
    programme = await session.get_one(Programme, invitation.programme_id)
    return OwnInvitation(invitation, programme, await asks_whom(session, programme))
