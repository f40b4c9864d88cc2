"""Spreads the backlog of one workspace over the time that Slack's limit needs for it.

Otherwise each claim of the other workspaces' messages would look through all that this one has due. It is done beside
the claims, a few messages in each transaction: within a claim the messages of the others would wait for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.execute_many import execute_many
from storage.tables import Outbox, OutboxState

ROWS = 200
"""Messages that are put off in one transaction, besides those to the same recipients."""
FARTHEST = timedelta(minutes=50)
"""How far they are put off: less than an hour, after which a deadline is taken for wrong."""

_TABLE = SQLModel.metadata.tables[str(Outbox.__tablename__)]
_LATER = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("row"))
    .values(due_at=bindparam("due"), planned_at=bindparam("planned"))
)
_DUE = (
    col(Outbox.state) == OutboxState.PENDING,
    col(Outbox.bulk) == bindparam("is_bulk"),
    col(Outbox.team_id) == bindparam("team"),
    col(Outbox.due_at) <= bindparam("now"),
)
_FIRST_LANES = (
    select(Outbox.lane)
    .where(*_DUE, col(Outbox.lane).not_in(bindparam("kept", expanding=True)))
    .order_by(col(Outbox.due_at), col(Outbox.id))
    .limit(ROWS)
)
_COLUMNS: list[Any] = [Outbox.id, Outbox.lane, Outbox.due_at, Outbox.planned_at]
_ROWS: Any = (
    select(*_COLUMNS)
    .where(*_DUE, col(Outbox.lane).in_(_FIRST_LANES.scalar_subquery()))
    .order_by(col(Outbox.due_at), col(Outbox.id))
    .with_for_update(skip_locked=True)
)


@dataclass(frozen=True)
class Overload:
    """A workspace that has so much due that the messages of others would wait."""

    team_id: str
    bulk: bool
    keep: frozenset[str]
    """The recipients (lanes) that are about to be served."""


def overloads(rows: Iterable[Any], least: int, *, bulk: bool) -> list[Overload]:
    """The workspaces that have at least so many of the messages that a claim looked at: they may have much more due.
    `rows` have a message each, and how many of its sort are `waiting`."""
    kept: dict[str, set[str]] = {}
    for row in rows:
        if row.waiting >= least:
            kept.setdefault(row.Outbox.team_id, set()).add(row.Outbox.lane)
    return [Overload(team_id, bulk, frozenset(lanes)) for team_id, lanes in kept.items()]


async def spread(
    session: AsyncSession,
    overload: Overload,
    began: datetime,
    now: datetime,
    interval: timedelta,
    after: datetime | None,
) -> datetime | None:
    """Put off the first messages that a workspace had due when spreading `began`, one recipient after the other every
    `interval`, behind `after`, up to which others were put off before. The last moment; None if none are left.

    Messages to one recipient (lane) stay together, so that a day's message is not divided, and in their order. When
    each was planned for is kept.
    """
    values = {"team": overload.team_id, "is_bulk": overload.bulk, "now": began, "kept": sorted(overload.keep)}
    rows = (await session.exec(_ROWS, params=values)).all()
    places: dict[str, int] = {}
    for row in rows:
        places.setdefault(row.lane, len(places) + 1)
    base, latest = max(now, after or now), now + FARTHEST
    moments = {lane: min(base + interval * place, latest) for lane, place in places.items()}
    later = ({"row": row.id, "due": moments[row.lane], "planned": row.planned_at or row.due_at} for row in rows)
    await execute_many(session, _LATER, later)
    return max(moments.values(), default=None)
