"""HR invites people, and takes back what was not sent yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import morning, workday, working_days_after, working_days_before
from bot.domain.invitations import CLOSING_REMINDER, REMIND_AFTER, InvitationState
from bot.domain.messages.invitations import InvitationMessage
from bot.domain.signup import Role
from bot.services.access import audit, open_programme
from bot.services.caller import HrCaller, Rejected
from bot.services.invitations.choosing import Outlook, Selection, outlook_in
from bot.services.invitations.states import Invited, invitations_of
from bot.services.signup.open_to import sign_up_is_open
from bot.services.working_hours import days_off, hours_of
from storage.outbox import UNSENT, outgoing
from storage.tables import Invitation, Outbox, OutboxState, Person, Programme
from storage.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True)
class InvitationText:
    """What the invitation says: the role that HR would like them in, and why, in HR's words."""

    role: Role
    reason: str


class OutlookChanged(Exception):
    """Other people would be invited than HR saw. Nothing was stored."""

    def __init__(self, outlook: Outlook) -> None:
        super().__init__(len(outlook.invited))
        self.found = outlook


async def invite(
    store: Store,
    hr: HrCaller,
    selection: Selection,
    text: InvitationText,
    newcomers: Mapping[str, Person],
    expected: int,
) -> Outlook:
    """Invite everyone whom `selection` means and who is not left out, in one commit.

    `expected`: how many HR confirmed. Raises `OutlookChanged`, `Rejected`: programme_ended, sign_up_over_hr.
    """
    async with store.write(hr.now, receipt=hr.signed) as work:
        programme = await open_programme(work.session, hr, lock=True)
        if not sign_up_is_open(programme, hr.now):
            raise Rejected("sign_up_over_hr")
        outlook = await outlook_in(work.session, hr, programme, selection, newcomers)
        if len(outlook.invited) != expected:
            raise OutlookChanged(outlook)
        work.session.add_all([one for one in outlook.invited if one.id is None])
        await work.session.flush()
        rows = await _store(work, programme, outlook.invited, text)
        await work.send_all(
            [
                outgoing(InvitationMessage(one.id, one.times), programme.team_id, programme.id, person_id=one.person_id)
                for one in rows
            ]
        )
        await audit(work, hr, "invited", {"count": len(rows)})
        await work.commit()
    return outlook


async def _store(
    work: UnitOfWork, programme: Programme, people: tuple[Person, ...], text: InvitationText
) -> list[Invitation]:
    """An invitation for each; who was invited before has the same row with the next number."""
    statement = select(Invitation).where(Invitation.programme_id == programme.id)
    before = {one.person_id: one for one in (await work.session.exec(statement)).all()}
    rows = []
    for person in people:
        row = before.get(person.id)
        if row is None:
            row = Invitation(
                team_id=programme.team_id,
                programme_id=programme.id,
                person_id=person.id,
                role=text.role,
                reason=text.reason,
                asked_at=work.now,
            )
            work.session.add(row)
        else:
            row.role, row.reason, row.asked_at, row.times = text.role, text.reason, work.now, row.times + 1
            row.declined_at = row.withdrawn_at = None
            row.nominated = False
        row.remind_at = remind_at(programme, person, work.now, programme.sign_up_closes_on)
        rows.append(row)
    await work.session.flush()
    return rows


def remind_at(programme: Programme, person: Person, sent_at: datetime, closes_on: date | None) -> datetime | None:
    """When a person is reminded, once, of an invitation that they got at `sent_at`: before sign-up closes, if it does.

    None if it closes too soon.
    """
    hours, off = hours_of(person), days_off(programme)
    sent_on, own = workday(sent_at, hours, off), hours.own(off)
    if closes_on is None:
        return morning(working_days_after(sent_on, REMIND_AFTER, own), hours, off)
    day = max(working_days_before(closes_on, CLOSING_REMINDER, own), working_days_after(sent_on, 1, own))
    return morning(day, hours, off) if day <= closes_on else None


async def read_invited(store: Store, hr: HrCaller, invitation_id: int) -> tuple[Programme, Invited]:
    """An invitation of the caller's programme. Raises `Rejected`: outdated."""
    async with store.read(hr.now) as work:
        return await work.session.get_one(Programme, hr.programme_id), await _invited(work.session, hr, invitation_id)


async def withdraw(store: Store, hr: HrCaller, invitation_id: int) -> Person:
    """Take an invitation back that was not sent yet. Raises `Rejected`: programme_ended, outdated, invitation_sent."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        await open_programme(work.session, hr, lock=True)
        invited = await _invited(work.session, hr, invitation_id)
        if not await withdraw_unsent(work, invited.invitation):
            raise Rejected("invitation_sent")
        await audit(work, hr, "invitation_withdrawn", {"person": invited.person.id})
        await work.commit()
    return invited.person


async def withdraw_all(store: Store, hr: HrCaller) -> int:
    """Take back all invitations that were not sent yet; how many there were. Raises `Rejected`: programme_ended."""
    async with store.write(hr.now, receipt=hr.signed) as work:
        await open_programme(work.session, hr, lock=True)
        waiting = [
            one.invitation
            for one in await invitations_of(work.session, hr.programme_id)
            if one.state is InvitationState.PLANNED
        ]
        count = sum([await withdraw_unsent(work, one) for one in waiting])
        if count:
            await audit(work, hr, "invitations_withdrawn", {"count": count})
        await work.commit()
    return count


async def withdraw_unsent(work: UnitOfWork, invitation: Invitation, why: str = "withdrawn") -> bool:
    """Withdraw an invitation unless its message was sent; whether it was withdrawn. `why` is kept with the message."""
    unsent = (*message_of(invitation), col(Outbox.state).in_(UNSENT))
    taken = update(Outbox).where(*unsent).values(state=OutboxState.DROPPED, error=why)
    if not (await work.session.exec(taken)).rowcount:
        return False
    invitation.withdrawn_at, invitation.remind_at = work.now, None
    work.session.add(invitation)
    return True


def message_of(invitation: Invitation) -> tuple[ColumnElement[bool], ...]:
    """The conditions that select the outbox row of its latest message."""
    key = InvitationMessage(invitation.id, invitation.times).key(invitation.programme_id, invitation.person_id)
    return col(Outbox.team_id) == invitation.team_id, col(Outbox.key) == key


async def _invited(session: AsyncSession, hr: HrCaller, invitation_id: int) -> Invited:
    invitations = await invitations_of(session, hr.programme_id, col(Invitation.id) == invitation_id)
    if not invitations or invitations[0].invitation.team_id != hr.team_id:
        raise Rejected("outdated")
    return invitations[0]
