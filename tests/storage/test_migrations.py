"""Migrations lead to exactly the tables of the code, on both databases, and refuse what they do not know."""

import ast
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlmodel import SQLModel

from storage.engine import make_engine
from storage.migrate import FOLDER, DatabaseNewer, check, current, head, revisions, upgrade
from storage.tables import Outbox
from tests.databases import create_tables

MIGRATIONS = sorted((FOLDER / "versions").glob("0*.py"))


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


def test_the_revisions_are_one_chain_of_files() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    scripts = list(ScriptDirectory.from_config(config).walk_revisions())
    assert revisions() == tuple(one.revision for one in reversed(scripts))
    assert sorted(revisions()) == sorted(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("0*.py"))
    assert head() == scripts[0].revision


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


@pytest.mark.parametrize("path", MIGRATIONS[1:], ids=lambda path: path.stem)
def test_a_migration_only_adds(path: Path) -> None:
    """Replicas are updated one after the other: until the last one is, older code works on the newer database."""
    module = ast.parse(path.read_text())
    (up,) = [one for one in module.body if isinstance(one, ast.FunctionDef) and one.name == "upgrade"]
    calls = [one for one in ast.walk(up) if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)]
    names = {one.func.attr for one in calls if isinstance(one.func, ast.Attribute)}
    assert not {name for name in names if name.startswith(("drop_", "alter_column", "rename_"))}
    statements = {
        target.id: one.value.value
        for one in module.body
        if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    for call in calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr.startswith("execute"):
            (statement,) = call.args
            assert isinstance(statement, ast.Name), "name the statement, so that it can be looked at here"
            words = str(statements[statement.id]).upper().split()
            assert words[:2] == ["INSERT", "INTO"], statement.id
            assert not {"UPDATE", "DELETE", "DROP", "ALTER", "REPLACE", "TRUNCATE"} & set(words), statement.id
    for call in calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "add_column":
            column = ast.unparse(call.args[-1])
            assert "nullable=False" not in column or "server_default" in column, column
