"""Kinds of columns that many tables have."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Enum
from sqlmodel import Field, SQLModel

from storage.types import UTCDateTime

# Explicit names for constraints that each database would name differently: migrations can then refer to them.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
# Rows are created by our code and by the database, and are never validated: validators would only delay each start.
SQLModel.model_config["defer_build"] = True

Record = dict[str, Any]


def stored_as(name: str) -> dict[str, str]:
    """Options of a leader's column, which the database calls by an older word: `mentee_id` is `leader_id` in the code.

    The attribute and the key in SQLAlchemy's Core have the new name; the column, its indexes and its constraints the
    old one.
    """
    return {"name": name, "key": name.replace("mentee", "leader")}


def moment_column(*, index: bool = False, nullable: bool = True, stored: str | None = None) -> Any:
    """A column for an aware moment. A fresh `Column` each, since a column belongs to one table.

    `stored` is its name in the database, if that differs (`stored_as`).
    """
    options: dict[str, Any] = dict(stored_as(stored)) if stored else {}
    return Field(default=None, sa_column=Column(type_=UTCDateTime(), index=index, nullable=nullable, **options))


def json_column(default: type[list[Any]] | type[dict[str, Any]]) -> Any:
    return Field(default_factory=default, sa_column=Column(JSON, nullable=False))


def state_column(default: StrEnum) -> Any:
    """A column for a state, stored as its plain name: a new state needs no change of the schema."""
    names = Enum(
        type(default),
        native_enum=False,
        create_constraint=False,
        length=20,
        values_callable=lambda states: [state.value for state in states],
    )
    return Field(default=default, sa_column=Column(names, nullable=False))
