"""How far a pair has come with its sessions."""

from datetime import datetime

from bot.domain.care_check_ins import SessionsSoFar
from bot.services.sessions.bookings import sessions_of
from storage.tables import MentoringSession, SessionState
from storage.unit_of_work import UnitOfWork


def is_ahead(row: MentoringSession, now: datetime) -> bool:
    """Whether a session is still to come: its poll may be open for days after it took place."""
    if row.settled_at or row.state not in (SessionState.PLANNED, SessionState.BOOKED):
        return False
    return row.starts_at is None or row.starts_at > now


async def sessions_so_far(work: UnitOfWork, pair_id: int) -> SessionsSoFar:
    """Of one pair, now."""
    rows = await sessions_of(work, pair_id)
    ahead = [row for row in rows if is_ahead(row, work.now)]
    held = sum(row.state == SessionState.HELD for row in rows)
    return SessionsSoFar(held, len(ahead), booked=any(row.starts_at for row in ahead))
