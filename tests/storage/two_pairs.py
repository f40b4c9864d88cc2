"""A company of two mentors and two leaders whose best pairs are known."""

from typing import Any

from storage.tables import Outbox, Pair
from storage.unit_of_work import Store
from tests.storage.drafts import NOW, rows

SARI, BAYU, BUDI, RINA = range(2, 6)
"""Persons' ids."""


async def change(store: Store, table: Any, row_id: int, **values: Any) -> None:
    async with store.write(NOW) as work:
        row = await work.session.get_one(table, row_id)
        for name, value in values.items():
            setattr(row, name, value)
        await work.commit()


async def couples(store: Store) -> list[tuple[int, int]]:
    return [(pair.mentor_id // 10, pair.leader_id // 10) for pair in await rows(store, Pair)]


async def letters(store: Store) -> list[str]:
    return sorted(row.kind for row in await rows(store, Outbox) if row.kind.startswith("intro"))
