from collections.abc import AsyncIterator

import pytest_asyncio

from storage.unit_of_work import Store
from tests.delivery.harness import Office, open_office


@pytest_asyncio.fixture
async def office(store: Store) -> AsyncIterator[Office]:
    """On SQLite and on PostgreSQL."""
    async with open_office(store) as opened:
        yield opened


@pytest_asyncio.fixture
async def one_office(sqlite_store: Store) -> AsyncIterator[Office]:
    """On SQLite only: for what the database has no part in."""
    async with open_office(sqlite_store) as opened:
        yield opened
