"""Passing a concern on is done wholly or not at all, wherever the process dies; and once, however often it is asked."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.services.alerts.undelivered import report_trouble
from bot.services.care import concerns
from storage.tables import Concern, Outbox, OutboxState, Person, Programme
from storage.unit_of_work import Store
from tests.storage.test_killed_anywhere import wholly_or_not
from tests.storage.test_people import NOW, by, programme

LATER = NOW + timedelta(hours=2)


async def written(store: Store) -> None:
    """Mentor 2 wrote to contact 1, or to 4 who is the second contact; 1 is then no colleague any more."""
    await programme(store)
    async with store.write(NOW) as work:
        work.session.add(Person(id=4, team_id="T", slack_id="U4", name="Four", created_at=NOW))
        await work.session.flush()
        (await work.session.get_one(Programme, 1)).second_contact_id = 4
        await work.commit()
    await concerns.raise_concern(store, by(2), "x")


@pytest.mark.parametrize("how", ["reported", "found"])
async def test_killed_while_it_is_passed_on(sqlite_store: Store, how: str) -> None:
    store = sqlite_store
    await written(store)
    async with store.write(NOW) as work:
        (row,) = (await work.session.exec(select(Outbox).where(Outbox.kind == "concern_contact"))).all()
        row.state = OutboxState.DEAD
        await work.commit()

    async def report(store: Store) -> None:
        async with store.write(LATER) as work:
            await report_trouble(work, "dead", await work.session.get_one(Outbox, row.id))
            await work.commit()

    async def find(store: Store) -> None:
        await concerns.tick_concerns(store, LATER)

    await wholly_or_not(store, report if how == "reported" else find)
    async with store.read(NOW) as work:
        wanted = select(Outbox).where(Outbox.kind == "concern_contact").order_by(col(Outbox.id))
        assert [one.person_id for one in (await work.session.exec(wanted)).all()] == [1, 4]
        told = select(Outbox.person_id).where(Outbox.kind == "concern_passed_on")
        assert (await work.session.exec(told)).all() == [2]
        assert (await work.session.exec(select(Concern.contact_id))).one() == 4
