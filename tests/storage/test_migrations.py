"""Migrations lead to exactly the tables of the code, on both databases, and refuse what they do not know."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlmodel import SQLModel

from storage.engine import make_engine
from storage.migrate import DatabaseNewer, check, current, head, upgrade
from storage.tables import Outbox
from tests.databases import create_tables


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, SQLModel.metadata))


def _plain(index: Any) -> str:
    """An index in words; the condition of a partial one is an object, which prints its address."""
    return str({**index, "dialect_options": {k: str(v) for k, v in index.get("dialect_options", {}).items()}})


def _shape(connection: Connection) -> dict[str, object]:
    """Every table with its columns, keys and indexes, as the database tells them."""
    seen = inspect(connection)
    return {
        table: (
            {column["name"]: (str(column["type"]), column["nullable"]) for column in seen.get_columns(table)},
            seen.get_pk_constraint(table),
            sorted(map(str, seen.get_foreign_keys(table))),
            sorted(map(str, seen.get_unique_constraints(table))),
            sorted(_plain(index) for index in seen.get_indexes(table)),
        )
        for table in seen.get_table_names()
        if table != "alembic_version"
    }


async def test_migrations_make_the_tables_of_the_code(empty_url: str) -> None:
    engine = make_engine(empty_url)
    assert await current(engine) is None
    assert not await check(engine)
    await upgrade(engine)
    assert await current(engine) == head()
    assert await check(engine)
    async with engine.connect() as connection:
        assert await connection.run_sync(_differences) == []
        migrated = await connection.run_sync(_shape)
    await upgrade(engine)
    async with engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.drop_all)
    await create_tables(empty_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(_shape) == migrated
    assert Outbox.__tablename__ in migrated
    await engine.dispose()


async def test_a_newer_database_is_refused(empty_url: str) -> None:
    engine = make_engine(empty_url)
    await upgrade(engine)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseNewer, match="revision 9999"):
        await check(engine)
    with pytest.raises(DatabaseNewer):
        await upgrade(engine)
    await engine.dispose()
