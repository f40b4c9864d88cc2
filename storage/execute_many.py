"""Executes one statement for many rows, prepared once.

SQLAlchemy determines the parameters of a statement and their types again for every row. That takes longer than the
database takes to write the row, and a bulk insert of messages has a hundred thousand of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlalchemy import Dialect, Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.types import UTCDateTime

AT_ONCE = 250
"""Rows per batch: other tasks run between batches."""

Parameter = tuple[str, Callable[[Any], Any] | None]


def insert_for(session: AsyncSession) -> Callable[[type[SQLModel]], Any]:
    """The `insert` of the session's database, which knows what to do `on_conflict`."""
    return sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert


async def execute_many(session: AsyncSession, statement: Executable, rows: Iterable[Mapping[str, Any]]) -> None:
    """Run `statement`, a constant of its module with named parameters, for each of the rows."""
    await session.flush()  # what the rows refer to
    connection = await session.connection()
    text, parameters = _prepared(statement, connection.dialect)
    converted = _converted(rows, parameters)
    while some := list(islice(converted, AT_ONCE)):
        await connection.exec_driver_sql(text, some)


@lru_cache(maxsize=32)
def _prepared(statement: Any, dialect: Dialect) -> tuple[str, tuple[Parameter, ...]]:
    """The statement as the driver takes it, and its parameters in order, each with its type's conversion."""
    compiled = statement.compile(dialect=dialect)
    return str(compiled), tuple((name, _stored(compiled.binds[name].type, dialect)) for name in compiled.positiontup)


def _stored(kind: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    convert: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    # Many rows share the same few moments.
    return lru_cache(maxsize=1024)(convert) if convert and isinstance(kind, UTCDateTime) else convert


def _converted(rows: Iterable[Mapping[str, Any]], parameters: tuple[Parameter, ...]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield tuple(convert(row[name]) if convert else row[name] for name, convert in parameters)
