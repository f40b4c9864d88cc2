"""Buckets that another replica removes, because they are unused, while they are being locked."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.rate_limits import POSTS, lock_buckets
from storage.tables import RateBucket
from storage.unit_of_work import Store

NOW = datetime(2026, 10, 5, 3, 0, tzinfo=UTC)
KEYS = [("T0001", POSTS), ("T0001", "person:1")]


class Interrupted(AsyncSession):
    """A session, after whose first statement another one removes all buckets."""

    other: Store | None = None

    async def exec(self, *arguments: Any, **more: Any) -> Any:
        done = await super().exec(*arguments, **more)
        other, self.other = self.other, None
        if other:
            async with other.write(NOW) as work:
                await work.session.exec(delete(RateBucket))
                await work.commit()
        return done


async def test_a_bucket_that_is_removed_meanwhile_is_there_all_the_same(postgres_store: Store) -> None:
    async with postgres_store.write(NOW) as work:
        await lock_buckets(work.session, KEYS, NOW)
        await work.commit()
    async with Interrupted(postgres_store.engine) as session:
        session.other = postgres_store
        assert set(await lock_buckets(session, KEYS, NOW)) == set(KEYS)
