"""How far ahead a stored deadline may lie, by its kind. One that lies further was set by a clock that was wrong."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Outbox, OutboxState, RateBucket

log = logging.getLogger(__name__)

STEP = timedelta(seconds=5)
"""How far the ordinary correction of a clock may put it back: nothing is wrong then."""
LONGEST_RETRY = timedelta(hours=1)
"""After a 429 or another refusal, for a message and for a bucket. Reading back never waits longer either."""
LONGEST_WAIT = timedelta(days=3)
"""For working hours. What has to wait longer is looked at again in between."""
LOOK_AGAIN = timedelta(minutes=10)
LONGEST_TURN = timedelta(days=1)
"""Until a piece of work that somebody took up is looked at again."""


def is_over(column: Any, now: datetime, longest: timedelta) -> ColumnElement[bool]:
    """Whether a deadline of a kind that lies `longest` ahead at most has passed, or cannot be true."""
    return or_(col(column) <= now, col(column) > now + longest + STEP)


def possible(moment: datetime | None, now: datetime, longest: timedelta) -> datetime | None:
    """`moment`; None if it lies further ahead than its kind can."""
    return None if moment is None or moment > now + longest + STEP else moment


def latest_pause(now: datetime) -> datetime:
    """The latest moment until which a bucket can be paused."""
    return now + LONGEST_RETRY + STEP


@dataclass
class Deadlines:
    """Finds deadlines that lie further ahead than they can, now and then and whenever the clock went back."""

    settle: timedelta
    """How long after a post its channel may be read back."""
    _looked_at: datetime | None = None

    async def look(self, session: AsyncSession, now: datetime) -> bool:
        """Whether `put_right` has something to do."""
        if self._looked_at and timedelta() <= now - self._looked_at < LOOK_AGAIN:
            return False
        self._looked_at = now
        wrong: Any = or_(*(exists().where(one) for one in (_put_off_too_far(now), _unread_too_long(now), _paused(now))))
        return bool((await session.exec(select(wrong))).one())

    async def put_right(self, session: AsyncSession, now: datetime) -> None:
        """Forget them. A message that was put off is due again when it was planned for.

        What may have been posted settles once more before its channel is read back: nobody knows when it was posted.
        """
        planned, settled = {"due_at": Outbox.planned_at}, {"due_at": now + self.settle}
        messages = [
            await session.exec(update(Outbox).where(_put_off_too_far(now)).values(planned)),
            await session.exec(update(Outbox).where(_unread_too_long(now)).values(settled)),
        ]
        buckets = await session.exec(update(RateBucket).where(_paused(now)).values(paused_until=None))
        count = sum(int(one.rowcount) for one in (*messages, buckets))
        log.warning("%s deadlines were set by a wrong clock: corrected", count)


def _put_off_too_far(now: datetime) -> ColumnElement[bool]:
    # With an error it was put off, without one it waits for working hours.
    return (
        (col(Outbox.state) == OutboxState.PENDING)
        & (col(Outbox.due_at) > now + LONGEST_RETRY + STEP)
        & (col(Outbox.planned_at) < col(Outbox.due_at))
        & or_(col(Outbox.error).is_not(None), col(Outbox.due_at) > now + LONGEST_WAIT + STEP)
    )


def _unread_too_long(now: datetime) -> ColumnElement[bool]:
    return (col(Outbox.state) == OutboxState.UNKNOWN) & (col(Outbox.due_at) > now + LONGEST_RETRY + STEP)


def _paused(now: datetime) -> ColumnElement[bool]:
    return col(RateBucket.paused_until) > latest_pause(now)
