"""A session as a calendar file: booked or cancelled."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.messages.sessions import CalendarFileMessage
from bot.services.caller import Caller, Rejected
from bot.services.pair_context import Meeting, my_meeting
from bot.services.sessions.called_off import CALLED_OFF
from bot.services.sessions.places import place_changes
from storage.outbox import outgoing
from storage.tables import SessionChange
from storage.unit_of_work import Store

_IN_CALENDARS = ("booked", "moved", "cancelled", CALLED_OFF, "held", "corrected", "not_held")
"""The changes that a calendar has to follow."""


@dataclass(frozen=True)
class Appointment:
    """When a session takes place, or would have. `sequence` increases with each change."""

    starts_at: datetime
    sequence: int
    cancelled: bool


async def ask_for_file(store: Store, caller: Caller, session_id: int) -> None:
    """Send the caller the session's calendar file. Raises `Rejected`: not_booked, and those of `my_meeting`."""
    async with store.write(caller.now, receipt=caller.signed) as work:
        meeting, side = await my_meeting(work.session, caller, session_id, even_over=True)
        entry = await appointment(work.session, meeting)
        if entry is None:
            raise Rejected("not_booked")
        person = meeting.person(side)
        await work.send(
            outgoing(
                CalendarFileMessage(session_id, sequence=entry.sequence, receipt=caller.receipt),
                caller.team_id,
                meeting.programme.id,
                person_id=person.id,
            )
        )
        await work.commit()


async def appointment(session: AsyncSession, meeting: Meeting) -> Appointment | None:
    """The session's current calendar entry; None if it never had a time."""
    placed = place_changes(meeting)
    statement = select(SessionChange).where(
        SessionChange.session_id == meeting.session.id, col(SessionChange.kind).in_(_IN_CALENDARS)
    )
    changes = (await session.exec(statement.order_by(col(SessionChange.id)))).all()
    if meeting.session.starts_at:
        return Appointment(meeting.session.starts_at, max(len(changes) - 1, 0) + placed, cancelled=False)
    if not changes:
        return None
    # The poll can reopen a session without a change of its time: that counts as one more change.
    unsaid = changes[-1].after is not None
    was = next((moment for one in reversed(changes) if (moment := one.after or one.before)), None)
    return Appointment(was, len(changes) - 1 + unsaid + placed, cancelled=True) if was else None
