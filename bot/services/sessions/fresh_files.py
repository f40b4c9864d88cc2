"""Calendar files again: who took a session's file gets the new one after its time or place has changed, once."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.calendar import local, morning, working_days_after
from bot.domain.messages.registry import read_payload
from bot.domain.messages.sessions import CalendarFileMessage, FreshCalendarFilesMessage
from bot.domain.sessions import Side
from bot.services.pair_context import Meeting
from bot.services.sessions.calendar_files import Appointment, appointment
from bot.services.working_hours import cannot_wait, hours_of
from storage.outbox import outgoing
from storage.tables import Outbox, OutboxState, PairState
from storage.unit_of_work import UnitOfWork

MOST_FILES = FreshCalendarFilesMessage.kind.uploads
"""Sessions in one message."""
_TAKEN = CalendarFileMessage.kind.name
_FRESH = FreshCalendarFilesMessage.kind.name
_NOT_THERE = (OutboxState.DEAD, OutboxState.DROPPED, OutboxState.EXPIRED, OutboxState.HELD)


async def plan_fresh_files(work: UnitOfWork, of: Meeting) -> None:
    """Enqueue the new file for each of the two who took an older one.

    It comes with the reader's next working day, so that several changes are one file and several sessions one message;
    at once if that would be too late.
    """
    entry = await appointment(work.session, of)
    if entry is None or entry.cancelled or entry.starts_at <= work.now or of.pair.state != PairState.ACTIVE:
        return
    for side in Side:
        reader = of.person(side)
        taken = await taken_sequence(work.session, of.session.id, reader.id)
        if taken is not None and taken < entry.sequence:
            await _enqueue(work, of, side, entry)


async def taken_sequence(
    session: AsyncSession, session_id: int, person_id: int, but: Collection[int] = ()
) -> int | None:
    """The number of the newest calendar file of a session that a person got, or gets; None if they took none.

    `but`: ids of messages that do not count.
    """
    theirs = select(Outbox).where(
        Outbox.person_id == person_id,
        col(Outbox.kind).in_((_TAKEN, _FRESH)),
        col(Outbox.state).not_in(_NOT_THERE),
        col(Outbox.id).not_in(but),
    )
    numbers: list[int] = []
    for row in (await session.exec(theirs)).all():
        told = read_payload(row.kind, row.data)
        if isinstance(told, CalendarFileMessage) and told.session == session_id:
            numbers.append(told.sequence)
        elif isinstance(told, FreshCalendarFilesMessage) and str(session_id) in told.sequences:
            numbers.append(told.sequences[str(session_id)])
    return max(numbers, default=None)


async def _enqueue(work: UnitOfWork, of: Meeting, side: Side, entry: Appointment) -> None:
    reader, programme = of.person(side), of.programme
    for row in await _waiting(work, reader.id):
        told = read_payload(row.kind, row.data)
        assert isinstance(told, FreshCalendarFilesMessage)
        known = str(of.session.id) in told.sequences
        if told.pair != of.pair.id or told.files or not (known or len(told.sequences) < MOST_FILES):
            continue
        sequences = told.sequences | {str(of.session.id): entry.sequence}
        row.data = FreshCalendarFilesMessage(told.pair, sequences).stored()
        row.due_at = min(row.due_at, _moment(of, side, entry.starts_at, work.now))
        row.expires_at = max(row.expires_at or entry.starts_at, entry.starts_at)
        return
    message = FreshCalendarFilesMessage(
        of.pair.id, {str(of.session.id): entry.sequence}, slot=f"{of.session.id}-{entry.sequence}"
    )
    due_at = _moment(of, side, entry.starts_at, work.now)
    await work.send(
        outgoing(
            message, programme.team_id, programme.id, person_id=reader.id, due_at=due_at, expires_at=entry.starts_at
        )
    )


async def _waiting(work: UnitOfWork, person_id: int) -> Collection[Outbox]:
    statement = select(Outbox).where(
        Outbox.person_id == person_id, Outbox.kind == _FRESH, Outbox.state == OutboxState.PENDING
    )
    return (await work.session.exec(statement.with_for_update())).all()


def _moment(of: Meeting, side: Side, starts_at: datetime, now: datetime) -> datetime:
    hours = hours_of(of.person(side))
    if cannot_wait(starts_at, now, hours, of.off):
        return now
    tomorrow = working_days_after(local(now, hours.zone).date(), 1, hours.own(of.off))
    return morning(tomorrow, hours, of.off)
