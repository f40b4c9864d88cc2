"""The loop, shutting down, and what an operator can do."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.gateway import Gateway, Message, Outcome
from storage.outbox import drop, retry, troubled
from storage.outbox_maintenance import delete_old
from storage.tables import OutboxState, ProcessedRequest
from tests.delivery.harness import NOW, TEAM, Office
from tests.processes import HANG


async def test_the_loop_sends_when_woken_and_stops_cleanly(office: Office) -> None:
    worker = office.worker()
    running = asyncio.create_task(worker.run())
    await office.send(person_id=await office.person())
    worker.wake()
    async with asyncio.timeout(HANG):
        while not worker.outcomes.total[OutboxState.SENT]:  # noqa: ASYNC110  the count tells, and nothing else does
            await asyncio.sleep(0.01)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert len(office.said()) == 1


async def test_what_is_being_posted_may_finish(one_office: Office) -> None:
    under_way, go_on = asyncio.Event(), asyncio.Event()

    class Slow(Gateway):
        async def post(
            self, channel: str, message: Message, key_hash: str, attempt: int, timeout: float | None = None
        ) -> Outcome:
            under_way.set()
            await go_on.wait()
            return await super().post(channel, message, key_hash, attempt, timeout)

    await one_office.send(person_id=await one_office.person())
    running = asyncio.create_task(one_office.worker(gateway=Slow(one_office.gateway.client)).run())
    await under_way.wait()
    running.cancel()
    go_on.set()
    with suppress(asyncio.CancelledError):
        await running
    assert (await one_office.state(), len(one_office.said())) == (OutboxState.SENT, 1)


async def test_an_operator_retries_or_drops_what_is_dead(office: Office) -> None:
    channel = office.channel()
    for key in "ab":
        await office.send(key, channel=channel.id)
    channel.archived = True
    worker = office.worker()
    await worker.run_due()
    channel.archived = False
    async with office.store.write(office.clock.now()) as work:
        second, first = await troubled(work.session, TEAM)
        assert (first.key, second.key) == ("a", "b")
        assert await retry(work.session, TEAM, first.id, work.now)
        assert await drop(work.session, TEAM, second.id)
        assert not await drop(work.session, "another team", first.id)
        await work.commit()
    await worker.run_due()
    assert [row.state for row in await office.rows()] == [OutboxState.SENT, OutboxState.DROPPED]
    assert office.said() == ["hello a"]


async def test_receipts_are_kept_for_two_days(office: Office) -> None:
    async with office.store.write(NOW) as work:
        work.session.add_all(
            [ProcessedRequest(team_id=TEAM, key=str(day), at=NOW - timedelta(days=day)) for day in (1, 3)]
        )
        await work.session.flush()
        assert await delete_old(work.session, NOW) == 1


def test_a_client_that_repeats_by_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="retry_handlers"):
        Gateway(AsyncWebClient("xoxb-x"))
