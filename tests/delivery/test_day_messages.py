"""The one message of a day: its parts are sent together, exactly once, whatever happens in between."""

import asyncio
from datetime import timedelta

import pytest

from bot.slack.gateway import Message
from storage.day_messages import DAILY, parts_of
from storage.freshness import look_first
from storage.outbox import key_hash
from storage.tables import Outbox, OutboxState
from storage.unit_of_work import UnitOfWork
from tests.delivery.harness import DyingGateway, Killed, Office

KEYS = ("a", "b", "c")
TOGETHER = "a + b + c"


async def compose(work: UnitOfWork, row: Outbox) -> Message | None:
    """A day's message says its parts."""
    if row.kind != DAILY:
        return Message(row.key)
    parts = [part for part in await parts_of(work.session, row) if part.kind != "gone"]
    gone = tuple(part.id for part in await parts_of(work.session, row) if part.kind == "gone")
    if not parts:
        return None
    return Message(" + ".join(part.key for part in parts), irrelevant=gone, marks=tuple(map(key_hash, parts)))


async def write(office: Office, *keys: str, kind: str = "hello") -> int:
    """Parts of one person's day; the person's id."""
    person = await office.person()
    for key in keys or KEYS:
        await office.send(key, person_id=person, daily=True, kind=kind)
    return person


async def states(office: Office) -> dict[str, OutboxState]:
    return {row.key: row.state for row in await office.rows() if row.kind != DAILY}


async def test_what_is_due_for_one_person_is_one_message(office: Office) -> None:
    await write(office)
    await office.send("other", person_id=await office.person(), daily=True)
    await office.worker(compose=compose).run_due()
    assert sorted(office.said()) == [TOGETHER, "other"]
    rows = [row for row in await office.rows() if row.key in KEYS]
    (whole,) = [row for row in await office.rows() if row.kind == DAILY]
    assert {(row.state, row.ts, row.channel, row.day_id) for row in rows} == {
        (OutboxState.SENT, whole.ts, whole.channel, whole.id)
    }


async def test_what_is_not_of_a_day_goes_by_itself(one_office: Office) -> None:
    person = await write(one_office)
    await one_office.send("reply", person_id=person)
    await one_office.worker(compose=compose).run_due()
    assert sorted(one_office.said()) == [TOGETHER, "reply"]


async def test_parts_that_are_not_relevant_any_more_are_dropped(one_office: Office) -> None:
    person = await write(one_office)
    await one_office.send("d", person_id=person, daily=True, kind="gone")
    await one_office.worker(compose=compose).run_due()
    assert one_office.said() == [TOGETHER]
    assert (await states(one_office))["d"] is OutboxState.DROPPED
    await write(one_office, "e", "f", kind="gone")
    await one_office.worker(compose=compose).run_due()
    assert one_office.said() == [TOGETHER]
    assert {(await states(one_office))[key] for key in "ef"} == {OutboxState.DROPPED}


@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_around_the_post(office: Office, when: str) -> None:
    await write(office)
    dying = DyingGateway(office.gateway.client, when)
    with pytest.raises(Killed):
        await office.worker("old", gateway=dying, compose=compose).run_due()
    assert set((await states(office)).values()) == {OutboxState.JOINED}
    worker = office.worker("new", compose=compose)
    for _ in range(3):
        await office.later()
        await worker.run_due()
    assert office.said() == [TOGETHER]
    assert set((await states(office)).values()) == {OutboxState.SENT}


async def test_accepted_late(office: Office) -> None:
    await write(office)
    office.fail("late_acceptance", seconds=50)
    worker = office.worker(compose=compose)
    for _ in range(3):
        await worker.run_due()
        await office.later()
    assert office.said() == [TOGETHER]
    assert set((await states(office)).values()) == {OutboxState.SENT}


async def test_refused_for_good_each_is_sent_by_itself(office: Office) -> None:
    await write(office)
    office.fail("refused", error="invalid_blocks")
    worker = office.worker(compose=compose)
    for _ in range(3):
        await worker.run_due()
        await office.later()
    assert sorted(office.said()) == list(KEYS)
    assert set((await states(office)).values()) == {OutboxState.SENT}


async def test_two_replicas_send_one_message(office: Office) -> None:
    await write(office)
    workers = [office.worker(name, compose=compose) for name in ("one", "two")]
    await asyncio.gather(*(worker.run_due() for worker in workers))
    for worker in workers:
        await office.later(timedelta(seconds=5))
        await worker.run_due()
    assert office.said() == [TOGETHER]


async def test_an_older_copy_finds_a_part_in_the_message_that_it_was_sent_with(one_office: Office) -> None:
    await write(one_office)
    await one_office.worker(compose=compose).run_due()
    async with one_office.store.write(one_office.clock.now()) as work:
        for row in await one_office.rows():
            if row.key in KEYS:
                old = await work.session.get_one(Outbox, row.id)
                old.state, old.ts, old.sent_at, old.day_id = OutboxState.PENDING, None, None, None
            else:
                await work.session.delete(await work.session.get_one(Outbox, row.id))
        await work.session.flush()
        await look_first(work.session, work.now, work.now - timedelta(hours=1))
        await work.commit()
    worker = one_office.worker(compose=compose)
    for _ in range(6):
        await one_office.later()
        await worker.run_due()
    assert one_office.said() == [TOGETHER]
    assert set((await states(one_office)).values()) == {OutboxState.SENT}
