"""Upper bounds of stored deadlines, by kind. A deadline beyond its bound was set by a wrong clock."""

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
"""How far the ordinary correction of a clock may set it back: that is not treated as wrong."""
LONGEST_RETRY = timedelta(hours=1)
"""After a 429 or another refusal, for a message and for a bucket. Reading back never waits longer either."""
LONGEST_WAIT = timedelta(days=3)
"""For working hours. A message that has to wait longer is checked again in between."""
LOOK_AGAIN = timedelta(minutes=10)
LONGEST_TURN = timedelta(days=1)
"""Until a claimed piece of work is checked again."""


def is_over(column: Any, now: datetime, longest: timedelta) -> ColumnElement[bool]:
    """Whether a deadline whose bound is `longest` has passed, or is beyond its bound."""
    return or_(col(column) <= now, col(column) > now + longest + STEP)


def possible(moment: datetime | None, now: datetime, longest: timedelta) -> datetime | None:
    """`moment`; None if it is beyond its bound."""
    return None if moment is None or moment > now + longest + STEP else moment


def latest_pause(now: datetime) -> datetime:
    """The latest moment until which a bucket can be paused."""
    return now + LONGEST_RETRY + STEP


@dataclass
class Deadlines:
    """Finds deadlines beyond their bounds, periodically and whenever the clock went back."""

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
        """Reset them. A postponed message is due again when it was planned for.

        A message that may have been posted waits for one more settle time before its channel is read back.
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
    # With an error it was postponed, without one it waits for working hours.
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
