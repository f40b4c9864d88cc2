"""Updates delivered invitations and their reminders that nobody has answered, when the last day to join has moved.

Nobody gets a message by it. It can be interrupted anywhere: repeating an update is harmless.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col, select

from bot.domain.messages.invitations import InvitationMessage, InvitationReminderMessage
from bot.jobs.per_workspace import PerWorkspace, due_in
from bot.jobs.refresh_session_messages import AGAIN, SentMessages
from bot.jobs.refresh_signup_count import Compose
from bot.slack.gateway import Message, SlackRefused, SlackUnavailable
from storage.deadlines import LONGEST_TURN, is_over
from storage.tables import Invitation, Outbox, OutboxState
from storage.unit_of_work import Store, UnitOfWork

KINDS = (InvitationMessage, InvitationReminderMessage)


@dataclass
class InvitationMessages:
    """The function of the job "invitation_messages"."""

    store: Store
    sent: SentMessages
    compose: Compose
    """Renders a row as it would be sent now; None if it would not be sent any more."""
    workspaces: PerWorkspace = field(default_factory=PerWorkspace)

    async def tick(self, now: datetime) -> int:
        """Update the messages of the invitation that has waited longest in each workspace; how many invitations were
        processed."""
        team_ids = await due_in(self.store, now, Invitation, Invitation.refresh_at)
        return await self.workspaces.each(team_ids, lambda team_id: self._refresh(team_id, now))

    async def _refresh(self, team_id: str, now: datetime) -> int:
        due = select(Invitation).where(is_over(Invitation.refresh_at, now, LONGEST_TURN), Invitation.team_id == team_id)
        first = due.order_by(col(Invitation.refresh_at), col(Invitation.id)).limit(1)
        async with self.store.write(now) as work:
            invitation = (await work.session.exec(first.with_for_update(skip_locked=True))).first()
            if invitation is None:
                return 0
            invitation.refresh_at, changed = None, list[tuple[Outbox, Message]]()
            try:
                for row in await _delivered(work, invitation):
                    if message := await self.compose(work, row):
                        changed.append((row, message))
            except (SlackRefused, SlackUnavailable):
                invitation.refresh_at = now + AGAIN
            await work.commit()
        for row, message in changed:
            if not await self.sent.update(row, message, now):
                await self._later(invitation.id, now)
                break
        return 1

    async def _later(self, invitation_id: int, now: datetime) -> None:
        async with self.store.write(now) as work:
            invitation = await work.session.get(Invitation, invitation_id)
            if invitation is not None:  # the invited person can be erased in between
                invitation.refresh_at = now + AGAIN
                await work.commit()


async def _delivered(work: UnitOfWork, invitation: Invitation) -> list[Outbox]:
    keys = [kind(invitation.id, invitation.times).key(invitation.programme_id, invitation.person_id) for kind in KINDS]
    statement = select(Outbox).where(
        Outbox.team_id == invitation.team_id,
        col(Outbox.key).in_(keys),
        Outbox.state == OutboxState.SENT,
        col(Outbox.ts).is_not(None),
    )
    return list((await work.session.exec(statement.order_by(col(Outbox.id)))).all())
