"""A task that is cancelled in the middle of a transaction leaves nothing behind."""

import asyncio
import random
import sqlite3

from sqlmodel import col, select, update

from storage.outbox import Outgoing
from storage.tables import Outbox
from storage.unit_of_work import Store
from tests.storage.test_outbox import NOW


async def _busy(store: Store) -> None:
    while True:
        async with store.write(NOW) as work:
            for row in (await work.session.exec(select(Outbox).order_by(col(Outbox.id)).limit(50))).all():
                row.attempt += 1
            await work.session.flush()
            await work.session.exec(update(Outbox).where(col(Outbox.id) == 1).values(error="x"))
            await work.commit()


async def test_nobody_stays_locked_out(sqlite_store: Store) -> None:
    async with sqlite_store.write(NOW) as work:
        for number in range(200):
            await work.send(Outgoing("T1", str(number), "hello", channel="C1"))
        await work.commit()
    other = sqlite3.connect(str(sqlite_store.engine.url.database), timeout=1, isolation_level=None)
    moments = random.Random(5)
    for _ in range(60):
        task = asyncio.create_task(_busy(sqlite_store))
        await asyncio.sleep(moments.random() * 0.03)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        other.execute("BEGIN IMMEDIATE")  # "database is locked" after a second, if anything was left open
        other.execute("ROLLBACK")
    other.close()
