"""Hands a message of HR to delivery, at once or when its time has come, and cancels those that are not sent."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import col, select

from bot.domain.broadcasts import CancelledWhy
from bot.domain.messages.broadcasts import BroadcastCancelledMessage, BroadcastMessage
from bot.services.broadcasts.recipients import Recipients, recipients_of
from bot.services.care.due_rows import handle_due
from storage.outbox import outgoing
from storage.tables import (
    AuditEntry,
    Broadcast,
    BroadcastReader,
    BroadcastState,
    HrMember,
    Programme,
    ProgrammeState,
)
from storage.unit_of_work import Store, UnitOfWork

BATCH = 20


async def tick_broadcasts(store: Store, now: datetime) -> int:
    """Send the scheduled messages whose time has come; how many there were. Each is checked again before."""
    due = select(Broadcast).where(col(Broadcast.send_at) <= now)
    return await handle_due(store, now, due.order_by(col(Broadcast.send_at)).limit(BATCH), _send_scheduled)


async def send_to(work: UnitOfWork, programme: Programme, broadcast: Broadcast, recipients: Recipients) -> None:
    """Hand a message to delivery: each person gets it in their next working hour."""
    people = [one.person for one in recipients.rows]
    for person in people:
        work.session.add(
            BroadcastReader(
                team_id=programme.team_id,
                programme_id=programme.id,
                broadcast_id=broadcast.id,
                person_id=person.id,
                at=work.now,
            )
        )
    message = BroadcastMessage(broadcast.id)
    await work.send_all(outgoing(message, programme.team_id, programme.id, person_id=one.id) for one in people)
    broadcast.state, broadcast.sent_at, broadcast.send_at = BroadcastState.SENT, work.now, None
    broadcast.people = len(people)


def cancel(broadcast: Broadcast, why: CancelledWhy, now: datetime) -> None:
    broadcast.state, broadcast.send_at = BroadcastState.CANCELLED, None
    broadcast.cancelled_at, broadcast.cancelled_why = now, why


async def cancel_of_former_hr(work: UnitOfWork, programme: Programme, person_ids: Collection[int]) -> None:
    """These people are not HR of the programme any more: what they scheduled is not sent, and HR learns of it."""
    theirs = select(Broadcast).where(
        Broadcast.programme_id == programme.id,
        Broadcast.state == BroadcastState.SCHEDULED,
        col(Broadcast.author_id).in_(person_ids),
    )
    for broadcast in (await work.session.exec(theirs.order_by(col(Broadcast.id)))).all():
        await _cancel_and_tell(work, programme, broadcast, CancelledWhy.AUTHOR_LEFT)


async def _send_scheduled(work: UnitOfWork, broadcast: Broadcast) -> None:
    programme = await work.session.get_one(Programme, broadcast.programme_id)
    if programme.state == ProgrammeState.CLOSED:
        await _cancel_and_tell(work, programme, broadcast, CancelledWhy.PROGRAMME_ENDED)
        return
    author = select(HrMember.id).where(HrMember.programme_id == programme.id, HrMember.person_id == broadcast.author_id)
    if (await work.session.exec(author)).first() is None:
        await _cancel_and_tell(work, programme, broadcast, CancelledWhy.AUTHOR_LEFT)
        return
    recipients = await recipients_of(work.session, programme, broadcast, work.now)
    if not recipients.rows:
        await _cancel_and_tell(work, programme, broadcast, CancelledWhy.NOBODY)
        return
    await send_to(work, programme, broadcast, recipients)
    work.session.add(
        AuditEntry(
            team_id=programme.team_id,
            programme_id=programme.id,
            person_id=broadcast.author_id,
            what="broadcast_sent",
            details={"broadcast": broadcast.id, "people": broadcast.people},
            at=work.now,
        )
    )


async def _cancel_and_tell(work: UnitOfWork, programme: Programme, broadcast: Broadcast, why: CancelledWhy) -> None:
    cancel(broadcast, why, work.now)
    message = BroadcastCancelledMessage(broadcast.id, why, slot=work.now.isoformat())
    await work.send(outgoing(message, programme.team_id, programme.id, channel=programme.hr_channel))
