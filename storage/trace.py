"""How one table's rows are personal data; the tables are listed in `storage.personal_data`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import SQLModel

from storage.owners import Owner, Where


@dataclass(frozen=True)
class Trace:
    """The entry of one table. Columns in neither `blank` nor `kept` are ids, moments, numbers and states."""

    table: type[SQLModel]
    mine: Callable[[Owner], Where]
    """Which rows are about them."""
    exported: tuple[str, ...] = ()
    """The columns of the person's copy; none if the rows are not for them, which docs/privacy.md explains."""
    blank: dict[str, Any] = field(default_factory=dict)
    """The value of each column after erasing."""
    kept: tuple[str, ...] = ()
    """Texts that stay: codes, which identify nobody once the rest is deleted."""
    delete: bool = False
    """The rows are deleted."""

    @property
    def name(self) -> str:
        return str(self.table.__tablename__)

    def column_name(self, attribute: str) -> str:
        """The name in the database, by which a column is exported: `leader_capacity` is stored as `mentee_capacity`."""
        return str(SQLModel.metadata.tables[self.name].c[attribute].name)
