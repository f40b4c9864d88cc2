"""What the outbox promises, on both databases."""

from datetime import UTC, datetime

from sqlmodel import select

from storage.outbox import Outgoing
from storage.tables import Outbox
from storage.unit_of_work import Store

NOW = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)


async def test_a_key_is_enqueued_once(store: Store) -> None:
    for expected in (True, False):
        async with store.write(NOW) as work:
            assert await work.send(Outgoing("T1", "1:hello:7:once", "hello", channel="C1")) is expected
            await work.commit()
    async with store.read(NOW) as work:
        assert len((await work.session.exec(select(Outbox))).all()) == 1
