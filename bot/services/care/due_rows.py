"""Handles rows whose time has come, each by one process."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from sqlmodel.sql.expression import SelectOfScalar

from storage.unit_of_work import Store, UnitOfWork

Row = TypeVar("Row")


async def handle_due(
    store: Store, now: datetime, due: SelectOfScalar[Row], handle: Callable[[UnitOfWork, Row], Awaitable[None]]
) -> int:
    """Handle the rows of `due` in one transaction; how many. Nothing is locked while there are none."""
    async with store.read(now) as work:
        if (await work.session.exec(due.limit(1))).first() is None:
            return 0
    async with store.write(now) as work:
        rows = (await work.session.exec(due.with_for_update(skip_locked=True))).all()
        for row in rows:
            await handle(work, row)
        await work.commit()
    return len(rows)
