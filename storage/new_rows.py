"""Statements that insert rows whose key may exist already."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite


def inserts_unless_known(table: Table, columns: Sequence[str], key: Sequence[str] | None = None) -> dict[str, Any]:
    """For each kind of database, by the name of its dialect, an insert with a parameter for each of `columns`. A row
    with a known `key` is left as it is; None: with any unique key.

    For constants: building a statement takes longer than executing it.
    """
    return {
        dialect: insert(table)
        .values({name: bindparam(name) for name in columns})
        .on_conflict_do_nothing(index_elements=key)
        for dialect, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
    }
