"""Messages of an erased person are deleted in Slack, whatever interrupts it."""

from datetime import timedelta

from sqlmodel import select

from bot.jobs.delete_erased_dms import Cleaner
from bot.services.privacy import erasure as erasing
from bot.slack.gateway import SlackRefused, SlackUnavailable
from bot.slack.turns import Turns
from storage.tables import (
    Outbox,
    OutboxState,
)
from storage.unit_of_work import Store
from tests.storage.test_erasing import Gateway, company, dump, traces
from tests.storage.test_people import NOW, by


async def test_deleting_goes_on_where_it_was_stopped(sqlite_store: Store) -> None:
    store, gateway = sqlite_store, Gateway()
    await company(store)
    await erasing.erase(store, by(2))
    cleaner = Cleaner(store, gateway, Turns(store))  # type: ignore[arg-type]  # it only deletes
    gateway.fails = [SlackUnavailable("chat.delete", "ratelimited", 90, limited=True)]
    assert await cleaner.tick(NOW) == 0
    assert await cleaner.tick(NOW + timedelta(seconds=60)) == 0, "not before Slack said so"
    gateway.fails = [SlackRefused("chat.delete", "cant_delete_message")]
    assert await cleaner.tick(NOW + timedelta(seconds=91)) == 12
    assert await cleaner.tick(NOW + timedelta(seconds=92)) == 0, "slowly"
    assert await cleaner.tick(NOW + timedelta(seconds=120)) == 3
    assert len(gateway.deleted) == 14
    assert traces(await dump(store)) == []


async def test_what_may_still_arrive_is_waited_for(sqlite_store: Store) -> None:
    store, gateway = sqlite_store, Gateway()
    await company(store)
    async with store.write(NOW) as work:
        row = (await work.session.exec(select(Outbox).where(Outbox.kind == "old"))).first()
        assert row
        row.state, row.ts = OutboxState.UNKNOWN, None
        await work.commit()
    await erasing.erase(store, by(2))
    cleaner = Cleaner(store, gateway, Turns(store))  # type: ignore[arg-type]  # it only deletes
    for seconds in (0, 20, 40):
        await cleaner.tick(NOW + timedelta(seconds=seconds))
    assert len(gateway.deleted) == 14
    async with store.write(NOW) as work:
        found = await work.session.get(Outbox, row.id)
        assert found
        found.state, found.ts = OutboxState.SENT, "late"
        await work.commit()
    for seconds in (60, 80):
        await cleaner.tick(NOW + timedelta(seconds=seconds))
    assert gateway.deleted[-1] == "D-SARI:late"
    assert traces(await dump(store)) == []
