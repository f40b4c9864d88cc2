"""The one reminder of an invitation without an answer."""

from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.invitations import InvitationState
from bot.domain.messages.invitations import InvitationMessage, InvitationReminderMessage
from bot.services.invitations.inviting import remind_at
from bot.services.invitations.states import deliveries, state_of
from bot.services.signup.open_to import sign_up_is_open
from storage.outbox import outgoing
from storage.queries import participation
from storage.tables import Invitation, Person, Programme
from storage.unit_of_work import Store

BATCH = 500
LOOK_AGAIN = timedelta(days=1)
"""An invitation that has not been sent yet."""


async def tick_invitations(store: Store, now: datetime) -> int:
    """Remind everyone who is due; how many invitations were checked."""
    async with store.write(now) as work:
        due = select(Invitation).where(col(Invitation.remind_at) <= now).order_by(col(Invitation.id)).limit(BATCH)
        rows = (await work.session.exec(due.with_for_update(skip_locked=True))).all()
        sent = await deliveries(work.session, rows, InvitationMessage)
        for row in rows:
            programme = await work.session.get_one(Programme, row.programme_id)
            person = await work.session.get_one(Person, row.person_id)
            delivery, row.remind_at = sent.get(row.id), None
            if not await is_open(work.session, row, programme, now):
                continue
            state = state_of(row, delivery, joined=False)
            if state is InvitationState.PLANNED:
                row.remind_at = now + LOOK_AGAIN
            elif delivery and delivery.sent_at and state is InvitationState.SENT:
                at = remind_at(programme, person, delivery.sent_at, programme.sign_up_closes_on)
                if at is None or at > now:
                    row.remind_at = at
                    continue
                reminder = InvitationReminderMessage(row.id, row.times)
                await work.send(outgoing(reminder, row.team_id, row.programme_id, person_id=row.person_id))
        await work.commit()
    return len(rows)


async def is_open(session: AsyncSession, invitation: Invitation, programme: Programme, now: datetime) -> bool:
    """Whether an invitation still waits for an answer that would count."""
    if invitation.declined_at or invitation.withdrawn_at or not sign_up_is_open(programme, now):
        return False
    return await participation(session, invitation.person_id, programme.id) is None
