"""A commit wakes delivery if there is something new to deliver, and no other commit does."""

from datetime import UTC, datetime

from storage.outbox import Outgoing
from storage.unit_of_work import Store

NOW = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)


class Alarm:
    """Counts how often delivery was woken."""

    def __init__(self, store: Store) -> None:
        self.rung = 0
        store.wake_delivery = self.ring

    def ring(self) -> None:
        self.rung += 1


def message(key: str) -> Outgoing:
    return Outgoing("T", key, "welcome", channel="C1")


async def test_once_for_a_commit_and_only_for_what_is_new(store: Store) -> None:
    alarm = Alarm(store)
    async with store.write(NOW) as work:
        for number in (1, 2):
            assert await work.send(message(f"1:welcome:{number}:"))
        assert alarm.rung == 0, "nothing is there before the commit"
        await work.commit()
        assert alarm.rung == 1
        await work.commit()
    async with store.write(NOW) as work:
        assert not await work.send(message("1:welcome:1:"))
        await work.commit()
    assert alarm.rung == 1
    async with store.write(NOW) as work:
        await work.send_all([message("1:welcome:3:")])
        await work.commit()
    assert alarm.rung == 2


async def test_not_for_what_was_rolled_back(store: Store) -> None:
    alarm = Alarm(store)
    async with store.write(NOW) as work:
        await work.send(message("1:welcome:1:"))
    async with store.write(NOW) as work:
        await work.commit()
    assert alarm.rung == 0


async def test_for_messages_that_may_go_from_now_on(store: Store) -> None:
    alarm = Alarm(store)
    async with store.write(NOW) as work:
        work.deliver_at_once()
        await work.commit()
    assert alarm.rung == 1
