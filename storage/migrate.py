"""Migrates a database to the tables of this version of the code.

    python -m storage.migrate new "give pairs a colour"

writes the next migration from what changed in `storage.tables`; read it before you commit it.
"""

import asyncio
import re
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, Enum, event, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import AutoString

from storage.engine import make_engine
from storage.types import UTCDateTime

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic is imported only where it is needed: a bot with a current database starts sooner, and needs less memory.

FOLDER = Path(__file__).parent / "migrations"
_REVISION = re.compile(r'^(revision|down_revision) = ("\w+"|None)$', re.MULTILINE)
LOCK = 7_264_001
"""Key of PostgreSQL's advisory lock: of replicas that start together, one migrates."""


class DatabaseNewer(Exception):
    """The database was migrated by a newer version of the code than this one."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"the database is at revision {revision}, which this version of Balik does not know: it was migrated by a "
            "newer one. Run that version, or restore the backup made before the upgrade."
        )
        self.revision = revision


class BrokenReferences(Exception):
    """After a migration of SQLite, rows would refer to deleted rows; nothing was changed."""


def head() -> str:
    """The revision of this code."""
    return revisions()[-1]


@cache
def revisions() -> tuple[str, ...]:
    """Every revision that this code knows, oldest first: the chain of `down_revision`, whatever their numbers."""
    after = {}
    for path in (FOLDER / "versions").glob("[0-9]*.py"):
        found = dict(_REVISION.findall(path.read_text("utf-8")))
        after[found["down_revision"].strip('"')] = found["revision"].strip('"')
    chain, last = [], "None"
    while last := after.get(last, ""):
        chain.append(last)
    return tuple(chain)


async def current(engine: AsyncEngine) -> str | None:
    """The revision of the database; None if it is empty."""
    async with engine.connect() as connection:
        return await connection.run_sync(_revision_of)


async def check(engine: AsyncEngine) -> bool:
    """Whether the database is at `head()`; raises `DatabaseNewer`."""
    revision = await current(engine)
    _refuse_newer(revision)
    return revision == head()


async def upgrade(engine: AsyncEngine, to: str = "head") -> None:
    """Migrate the database in one transaction, completely or not at all; raises `DatabaseNewer`."""
    if to == "head" and await check(engine):
        return
    ours = make_engine(engine.url.render_as_string(hide_password=False))
    if ours.dialect.name == "sqlite":
        # Copying a table with foreign keys on would delete the rows that refer to it by cascade.
        event.listen(ours.sync_engine, "connect", _forget_references)
    try:
        async with ours.begin() as connection:
            await connection.run_sync(_upgrade, to)
    finally:
        await ours.dispose()


def types_as_stored(_kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """How a migration writes our column types: as their database types, independent of later code."""
    match thing:
        case UTCDateTime():
            return "sa.DateTime(timezone=True)"
        case Enum():
            return f"sa.String(length={thing.length})"
        case AutoString():
            return "sa.String()"
        case _:
            return False


def _forget_references(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA foreign_keys=OFF")


def _upgrade(connection: Connection, to: str) -> None:
    from alembic import command

    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
    _refuse_newer(_revision_of(connection))
    command.upgrade(_config(connection), to)
    if connection.dialect.name == "sqlite" and (broken := connection.execute(text("PRAGMA foreign_key_check")).all()):
        raise BrokenReferences(", ".join(sorted({str(row[0]) for row in broken})))


def _revision_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return revision


def _refuse_newer(revision: str | None) -> None:
    if revision and revision not in revisions():
        raise DatabaseNewer(revision)


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


async def write_new(message: str) -> Path:
    """Write the migration from the last one to `storage.tables`; its path."""
    number = int(max(revisions())) + 1
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/last.sqlite")
        await upgrade(engine)
        async with engine.begin() as connection:
            script = await connection.run_sync(_revise, message, f"{number:04}")
        await engine.dispose()
    return script


def _revise(connection: Connection, message: str, number: str) -> Path:
    from alembic import command

    config = _config(connection)
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    script = command.revision(config, message, autogenerate=True, rev_id=number)
    assert script
    assert not isinstance(script, list)
    return Path(script.path)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["new", message]:
            print(asyncio.run(write_new(message)))  # noqa: T201  the command's answer
        case _:
            sys.exit('usage: python -m storage.migrate new "what changes"')
