"""The state of each invitation of a programme, as HR sees it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.invitations import InvitationState
from bot.domain.messages.invitations import InvitationMessage, InvitationReminderMessage
from storage.outbox import UNDER_WAY
from storage.queries import A_TIME
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


async def invitations_of(session: AsyncSession, programme_id: int, only: int | None = None) -> list[Invited]:
    """All invitations of a programme, or the one with the id `only`; without those of people who were erased."""
    statement = (
        select(Invitation, Person)
        .join(Person, col(Person.id) == col(Invitation.person_id))
        .where(Invitation.programme_id == programme_id, col(Person.erased_at).is_(None))
        .order_by(col(Invitation.id))
    )
    if only is not None:
        statement = statement.where(Invitation.id == only)
    rows = (await session.exec(statement)).all()
    here = select(Participant.person_id).where(Participant.programme_id == programme_id)
    joined = set((await session.exec(here)).all())
    entries = await _entries(session, programme_id)
    sent = await deliveries(session, [invitation for invitation, _ in rows], InvitationMessage)
    reminded = await deliveries(session, [invitation for invitation, _ in rows], InvitationReminderMessage)
    found = []
    for invitation, person in rows:
        delivery, reminder = sent.get(invitation.id), reminded.get(invitation.id)
        level, department = entries.get(person.id, (None, ""))
        state = state_of(invitation, delivery, joined=person.id in joined)
        at = delivery.sent_at if delivery else None
        found.append(
            Invited(invitation, person, state, at, reminder.sent_at if reminder else None, level, department or "")
        )
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
    ordered = sorted(keys)
    for first in range(0, len(ordered), A_TIME):
        some = ordered[first : first + A_TIME]
        statement = select(Outbox.team_id, Outbox.key, Outbox.state, Outbox.sent_at).where(col(Outbox.key).in_(some))
        for team_id, key, state, sent_at in (await session.exec(statement)).all():
            if keys[key][0] == team_id:
                found[keys[key][1]] = Delivery(OutboxState(state), sent_at)
    return found


async def _entries(session: AsyncSession, programme_id: int) -> dict[int, tuple[int | None, str]]:
    statement = select(RosterEntry.person_id, RosterEntry.level, RosterEntry.department).where(
        RosterEntry.programme_id == programme_id, col(RosterEntry.listed_at).is_not(None)
    )
    return {person_id: (level, department) for person_id, level, department in (await session.exec(statement)).all()}
