"""Handles rows whose time has come, each by one process."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.services.pair_context import PairContext, couples
from storage.tables import Pair
from storage.unit_of_work import Store, UnitOfWork

BATCH = 500
Row = TypeVar("Row")


class OfPair(Protocol):
    """A row that belongs to a pair."""

    id: int
    pair_id: int


RowOfPair = TypeVar("RowOfPair", bound=OfPair)


async def handle_due(
    store: Store, now: datetime, due: SelectOfScalar[Row], handle: Callable[[UnitOfWork, Row], Awaitable[None]]
) -> int:
    """Handle the rows of `due` in one transaction; how many. Nothing is locked while there are none.

    `due` may be a constant of its module with a parameter `now`.
    """
    moment = {"now": now}
    async with store.read(now) as work:
        if (await work.session.exec(due.limit(1), params=moment)).first() is None:
            return 0
    async with store.write(now) as work:
        rows = (await work.session.exec(due.with_for_update(skip_locked=True), params=moment)).all()
        for row in rows:
            await handle(work, row)
        await work.commit()
    return len(rows)


async def handle_due_of_pairs(
    store: Store,
    now: datetime,
    table: type[RowOfPair],
    next_at: Any,
    handle: Callable[[UnitOfWork, RowOfPair, PairContext], Awaitable[None]],
) -> int:
    """Handle the rows of a table whose column `next_at` is due, in batches, each with its locked pair; how many."""
    due = select(table).where(col(next_at) <= now).order_by(col(next_at), col(table.id)).limit(BATCH)
    handled = 0
    while True:
        async with store.write(now) as work:
            rows = (await work.session.exec(due.with_for_update(skip_locked=True))).all()
            ids = {one.pair_id for one in rows}
            found = await couples(work.session, col(Pair.id).in_(ids), limit=BATCH, order=col(Pair.id)) if ids else []
            of = {one.pair.id: one for one in found}
            # The other pairs are locked by another process: the next run handles their rows.
            mine = [one for one in rows if one.pair_id in of]
            for row in mine:
                await handle(work, row, of[row.pair_id])
            await work.commit()
        handled += len(mine)
        if len(mine) < BATCH:
            return handled
