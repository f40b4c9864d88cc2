"""The job that ends a programme's pause on the day that HR announced."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import col, select

from bot.domain.messages.course import ProgrammeResumedMessage
from bot.services.care.due_rows import handle_due
from bot.services.course.facts import people_of
from bot.services.sessions.schedule import recompute_for_programme
from storage.outbox import outgoing
from storage.tables import Pair, PairState, Programme, ProgrammeState
from storage.unit_of_work import Store, UnitOfWork

BATCH = 50


async def tick_course(store: Store, now: datetime) -> int:
    """End the pauses that are over; how many."""
    over = select(Programme).where(col(Programme.paused_until) <= now).order_by(col(Programme.id)).limit(BATCH)
    return await handle_due(store, now, over, _resume)


async def _resume(work: UnitOfWork, programme: Programme) -> None:
    """End the pause: each participant gets one message, which asks pairs for the dates that are missing."""
    slot = programme.paused_until.isoformat() if programme.paused_until else ""
    programme.paused_at = programme.paused_until = None
    if programme.state == ProgrammeState.CLOSED:
        return
    active = (col(Pair.programme_id) == programme.id, col(Pair.state) == PairState.ACTIVE)
    await work.session.exec(update(Pair).where(*active).values(resumed_at=work.now))
    await work.session.flush()
    await recompute_for_programme(work, programme.id)
    message = ProgrammeResumedMessage(slot)
    await work.send_all(
        [
            outgoing(message, programme.team_id, programme.id, person_id=person_id)
            for person_id in await people_of(work.session, programme.id)
        ]
    )
