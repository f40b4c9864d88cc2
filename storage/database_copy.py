"""Copies all rows from one database to another, of either kind."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlmodel import SQLModel, col

from storage import tables  # noqa: F401  fills the metadata
from storage.migrate import check, upgrade
from storage.tables import DatabaseMark, Outbox, OutboxState, Person

_MARK: Table = DatabaseMark.__table__  # type: ignore[attr-defined]  # SQLModel puts it there
"""The table in which a bot that ran on an otherwise empty database left its mark."""
ROWS = 500
"""Rows per statement."""


class NotUpToDate(Exception):
    """The source is at an older revision than this code, so its tables may differ."""


class NotEmpty(Exception):
    """The target is not empty: nothing was written."""


async def copy(source: AsyncEngine, target: AsyncEngine) -> int:
    """Copy every row into an empty database, and create its tables first; the number of rows.

    The source is read as of one moment, the target written in one transaction, completely or not at all. Raises
    `NotUpToDate`, `NotEmpty`, `storage.migrate.DatabaseNewer`.
    """
    if not await check(source):
        raise NotUpToDate
    await upgrade(target)
    count = 0
    async with source.connect() as reading, target.begin() as writing:
        await _as_of_now(reading)
        if await _holds_something(writing):
            raise NotEmpty
        await writing.execute(delete(_MARK))
        for table in SQLModel.metadata.sorted_tables:
            count += await _copy_table(table, reading, writing)
        if writing.dialect.name == "postgresql":
            await count_on(writing)
    return count


async def look_before_sending(target: AsyncEngine, now: datetime, since: datetime) -> tuple[int, int]:
    """After a copy from `since` replaced a lost database: messages that are due may have been sent after the copy.

    Messages to one person are looked up in Slack before they are sent; those that cannot be looked up are held. The
    number of each.
    """
    rows = Outbox.__table__  # type: ignore[attr-defined]  # SQLModel puts it there
    due = (rows.c.state.in_((OutboxState.PENDING, OutboxState.SENDING)), rows.c.due_at <= now)
    known = select(col(Person.dm_channel)).where(col(Person.id) == rows.c.person_id).scalar_subquery()
    async with target.begin() as writing:
        unsure = update(rows).where(*due, rows.c.person_id.is_not(None))
        looked = await writing.execute(
            unsure.values(
                state=OutboxState.UNKNOWN,
                channel=func.coalesce(rows.c.channel, known),
                started_at=since,
                due_at=now,
                lease_until=None,
                error="restored",
            )
        )
        held = update(rows).where(*due, rows.c.person_id.is_(None))
        kept = await writing.execute(held.values(state=OutboxState.HELD, lease_until=None, error="restored"))
    return looked.rowcount, kept.rowcount


async def _as_of_now(reading: AsyncConnection) -> None:
    if reading.dialect.name == "postgresql":
        await reading.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))


async def _holds_something(connection: AsyncConnection) -> bool:
    for table in SQLModel.metadata.sorted_tables:
        if table is not _MARK and (await connection.execute(select(1).select_from(table).limit(1))).first():
            return True
    return False


async def _copy_table(table: Table, reading: AsyncConnection, writing: AsyncConnection) -> int:
    """Columns that refer to rows of the same table that may be inserted later: they are filled in afterwards."""
    own = [column for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]
    stored = (await reading.execute(select(table))).mappings()
    rows = [{column.key: row[column] for column in table.columns} for row in stored]
    for some in _some(rows):
        await writing.execute(insert(table), [row | {column.key: None for column in own} for row in some])
    for column in own:
        pointing = [{"row": row["id"], "to": row[column.key]} for row in rows if row[column.key] is not None]
        for some in _some(pointing):
            where = table.c.id == bindparam("row")
            await writing.execute(update(table).where(where).values({column.key: bindparam("to")}), some)
    return len(rows)


def _some(rows: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    return (rows[start : start + ROWS] for start in range(0, len(rows), ROWS))


async def count_on(writing: AsyncConnection) -> None:
    """Let PostgreSQL number new rows after the copied ones."""
    for table in SQLModel.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            highest = (await writing.execute(select(func.max(column)))).scalar_one()
            if highest:
                sequence = func.pg_get_serial_sequence(f'"{table.name}"', column.name)
                await writing.execute(select(func.setval(sequence, highest)))
