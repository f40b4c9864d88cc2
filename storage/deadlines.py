"""Upper bounds of stored deadlines, by kind. A deadline beyond its bound was set by a wrong clock."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, or_, update
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
        return bool((await session.exec(ANY_WRONG, params=_bounds(now))).one())

    async def put_right(self, session: AsyncSession, now: datetime) -> None:
        """Reset them. A postponed message is due again when it was planned for.

        A message that may have been posted waits for one more settle time before its channel is read back.
        """
        planned, settled = {"due_at": Outbox.planned_at}, {"due_at": now + self.settle}
        bounds = _bounds(now)
        messages = [
            await session.exec(update(Outbox).where(_put_off_too_far(bounds)).values(planned)),
            await session.exec(update(Outbox).where(_unread_too_long(bounds)).values(settled)),
        ]
        buckets = await session.exec(update(RateBucket).where(_paused(bounds)).values(paused_until=None))
        count = sum(int(one.rowcount) for one in (*messages, buckets))
        log.warning("%s deadlines were set by a wrong clock: corrected", count)


Bounds = Mapping[str, ColumnElement[datetime] | datetime]
"""The latest possible moments by the names in `_bounds`, or parameters of a statement for them."""


def _bounds(now: datetime) -> dict[str, datetime]:
    return {
        "latest_retry": now + LONGEST_RETRY + STEP,
        "latest_wait": now + LONGEST_WAIT + STEP,
        "latest_pause": latest_pause(now),
    }


def _put_off_too_far(bounds: Bounds) -> ColumnElement[bool]:
    # With an error it was postponed, without one it waits for working hours.
    return (
        (col(Outbox.state) == OutboxState.PENDING)
        & (col(Outbox.due_at) > bounds["latest_retry"])
        & (col(Outbox.planned_at) < col(Outbox.due_at))
        & or_(col(Outbox.error).is_not(None), col(Outbox.due_at) > bounds["latest_wait"])
    )


def _unread_too_long(bounds: Bounds) -> ColumnElement[bool]:
    return (col(Outbox.state) == OutboxState.UNKNOWN) & (col(Outbox.due_at) > bounds["latest_retry"])


def _paused(bounds: Bounds) -> ColumnElement[bool]:
    return col(RateBucket.paused_until) > bounds["latest_pause"]


def _any_wrong() -> Any:
    names: dict[str, ColumnElement[datetime]] = {
        name: bindparam(name) for name in ("latest_retry", "latest_wait", "latest_pause")
    }
    wrong: Any = or_(*(exists().where(one(names)) for one in (_put_off_too_far, _unread_too_long, _paused)))
    return select(wrong)


ANY_WRONG = _any_wrong()
"""Built once: delivery looks every few minutes, and building a statement takes as long as executing it."""
