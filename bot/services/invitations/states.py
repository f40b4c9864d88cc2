"""The state of each invitation of a programme, as HR sees it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.invitations import InvitationState
from bot.domain.messages.invitations import InvitationMessage, InvitationReminderMessage
from storage.outbox import UNDER_WAY
from storage.queries import in_parts
from storage.tables import Invitation, Outbox, OutboxState, Participant, Person, RosterEntry


@dataclass(frozen=True)
class Invited:
    """An invitation with its person, its state, and when it and its reminder arrived.

    `level` and `department` are HR's roster's.
    """

    invitation: Invitation
    person: Person
    state: InvitationState
    sent_at: datetime | None = None
    reminded_at: datetime | None = None
    level: int | None = None
    department: str = ""


@dataclass(frozen=True)
class Delivery:
    """How far a message got; `sent_at` only if it arrived."""

    state: OutboxState
    sent_at: datetime | None


async def invitations_of(session: AsyncSession, programme_id: int, *only: ColumnElement[bool]) -> list[Invited]:
    """The invitations of a programme that meet the conditions; without those of people who were erased."""
    joined = and_(
        col(Participant.person_id) == col(Person.id), col(Participant.programme_id) == col(Invitation.programme_id)
    )
    listed = and_(
        col(RosterEntry.person_id) == col(Person.id),
        col(RosterEntry.programme_id) == col(Invitation.programme_id),
        col(RosterEntry.listed_at).is_not(None),
    )
    statement = (
        select(Invitation, Person, Participant.id, RosterEntry)
        .join(Person, col(Person.id) == col(Invitation.person_id))
        .outerjoin(Participant, joined)
        .outerjoin(RosterEntry, listed)
        .where(Invitation.programme_id == programme_id, col(Person.erased_at).is_(None), *only)
        .order_by(col(Invitation.id))
    )
    rows = (await session.exec(statement)).all()
    invitations = [row[0] for row in rows]
    sent = await deliveries(session, invitations, InvitationMessage)
    reminded = await deliveries(session, invitations, InvitationReminderMessage)
    found = []
    for invitation, person, part_id, entry in rows:
        delivery, reminder = sent.get(invitation.id), reminded.get(invitation.id)
        level, department = (entry.level, entry.department) if entry else (None, "")
        state = state_of(invitation, delivery, joined=part_id is not None)
        at = delivery.sent_at if delivery else None
        found.append(Invited(invitation, person, state, at, reminder.sent_at if reminder else None, level, department))
    return found


def state_of(invitation: Invitation, delivery: Delivery | None, *, joined: bool) -> InvitationState:
    """The state of an invitation whose message got so far."""
    if joined:
        return InvitationState.JOINED
    if invitation.declined_at:
        return InvitationState.DECLINED
    if invitation.withdrawn_at:
        return InvitationState.WITHDRAWN
    if delivery and delivery.state == OutboxState.SENT:
        return InvitationState.SENT
    return InvitationState.PLANNED if delivery and delivery.state in UNDER_WAY else InvitationState.NOT_DELIVERED


async def deliveries(
    session: AsyncSession,
    invitations: Collection[Invitation],
    kind: type[InvitationMessage] | type[InvitationReminderMessage],
) -> dict[int, Delivery]:
    """How far the messages of a kind got that belong to the latest of each of these invitations, by its id."""
    keys = {kind(one.id, one.times).key(one.programme_id, one.person_id): (one.team_id, one.id) for one in invitations}
    found: dict[int, Delivery] = {}
    for some in in_parts(sorted(keys)):
        statement = select(Outbox.team_id, Outbox.key, Outbox.state, Outbox.sent_at).where(col(Outbox.key).in_(some))
        for team_id, key, state, sent_at in (await session.exec(statement)).all():
            if keys[key][0] == team_id:
                found[keys[key][1]] = Delivery(OutboxState(state), sent_at)
    return found
