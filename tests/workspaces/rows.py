"""A row of every table for a workspace, made from the tables themselves: tables that are added later, too."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    LargeBinary,
    Table,
    func,
    insert,
    select,
)
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.purge import OF_NO_WORKSPACE
from storage.types import UTCDateTime

NOW = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)


async def fill(session: AsyncSession, team_id: str) -> None:
    """One row of each table for `team_id`, each referring to the others of the same workspace."""
    ids: dict[str, Any] = {}
    connection = await session.connection()
    for table in SQLModel.metadata.sorted_tables:
        if table.name in OF_NO_WORKSPACE:
            continue
        values = {column.key: _value(column, ids, team_id) for column in table.columns if not _is_number(column)}
        await connection.execute(insert(table).values(values))
        if "id" in table.c and _is_number(table.c.id):
            ids[table.name] = (await connection.execute(select(func.max(table.c.id)))).scalar_one()


async def rows_of(session: AsyncSession, team_id: str) -> dict[str, int]:
    """How many rows of each table say anything of `team_id`; tables without one are left out."""
    told: dict[str, int] = {}
    connection = await session.connection()
    for table in SQLModel.metadata.sorted_tables:
        rows = (await connection.execute(select(table))).all()
        if count := sum(team_id in repr(tuple(row)) for row in rows):
            told[table.name] = count
    return told


def _is_number(column: Column[Any]) -> bool:
    """Whether the database numbers the rows itself."""
    return isinstance(column.table, Table) and column is column.table.autoincrement_column


def _value(column: Column[Any], ids: dict[str, Any], team_id: str) -> Any:
    for key in column.foreign_keys:
        return ids.get(key.column.table.name)  # None for the first row of a table that refers to itself
    match column.type:
        case _ if column.name == "team_id":
            return team_id
        case _ if column.name == "is_enterprise_install":
            return False
        case Boolean():
            return False
        case Integer() | Float():
            return 1
        case UTCDateTime():
            return NOW
        case DateTime():
            return NOW.replace(tzinfo=None)
        case Date():
            return date(2026, 11, 30)
        case JSON():
            return {"of": team_id}
        case LargeBinary():
            return team_id.encode()
        case Enum() as kinds:
            return kinds.python_type(kinds.enums[0]) if kinds.enum_class else kinds.enums[0]
        case _:
            return f"{column.name} {team_id}"
