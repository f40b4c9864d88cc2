"""What becomes of a message, whatever Slack answers."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.slack.gateway import Message
from storage.tables import Outbox, OutboxState, Person
from storage.unit_of_work import UnitOfWork
from tests.delivery.harness import SETTLE, DyingGateway, Killed, Office, StoppedGateway

HELLO = "hello 1:hello:1:once"


async def test_sent_to_a_person(office: Office) -> None:
    await office.send(person_id=await office.person(opened=False))
    assert await office.worker().run_due() == 1
    row = await office.row()
    assert (row.state, row.sent_at, row.attempt) == (OutboxState.SENT, office.clock.now(), 1)
    assert row.ts
    assert office.said() == [HELLO]
    assert await office.worker().run_due() == 0


async def test_a_dm_is_opened_once(one_office: Office) -> None:
    person = await one_office.person(opened=False)
    for number in range(3):
        await one_office.send(str(number), person_id=person)
    await one_office.worker().run_due()
    assert [call["method"] for call in one_office.slack.calls].count("conversations.open") == 1
    assert len(one_office.said()) == 3


async def test_sent_to_a_pair_and_to_a_channel(office: Office) -> None:
    await office.send("a", pair_id=await office.pair())
    await office.send("b", channel=office.channel().id)
    await office.worker().run_due()
    assert [row.state for row in await office.rows()] == [OutboxState.SENT] * 2
    assert sorted(office.said()) == ["hello a", "hello b"]


async def test_not_before_it_is_due(one_office: Office) -> None:
    due = one_office.clock.now() + timedelta(hours=5)
    await one_office.send(person_id=await one_office.person(), due_at=due)
    worker = one_office.worker()
    assert await worker.run_due() == 0
    assert await worker.next_due() == due
    await one_office.later(timedelta(hours=5))
    assert await worker.run_due() == 1
    assert await worker.next_due() is None


async def test_429_waits_and_others_go_on(office: Office) -> None:
    busy, free = await office.person(), await office.person()
    await office.send("a", person_id=busy)
    await office.send("b", person_id=busy)
    await office.send("c", person_id=free)
    office.fail("ratelimited", retry_after=7)
    worker = office.worker()
    await worker.run_due()
    assert office.said() == ["hello c"]
    until = office.clock.now() + timedelta(seconds=7)
    assert await worker.next_due() == until
    await office.later(timedelta(seconds=6.9))
    assert await worker.run_due() == 0
    await office.later(timedelta(seconds=0.1))
    await worker.run_due()
    assert sorted(office.said()) == ["hello a", "hello b", "hello c"]


async def test_429_for_several_channels_pauses_the_workspace(one_office: Office) -> None:
    for number in range(5):
        await one_office.send(str(number), person_id=await one_office.person())
    one_office.fail("ratelimited", retry_after=7, times=3)
    worker = one_office.worker()
    await worker.run_due()
    assert one_office.said() == []
    await one_office.later(timedelta(seconds=7))
    await worker.run_due()
    assert len(one_office.said()) == 5


async def test_slack_out_of_reach(one_office: Office) -> None:
    await one_office.send(person_id=await one_office.person())
    gone = one_office.gateway.client.base_url
    one_office.gateway.client.base_url = "http://127.0.0.1:9/api/"
    worker = one_office.worker()
    await worker.run_due()
    row = await one_office.row()
    assert (row.state, row.error) == (OutboxState.PENDING, "ClientConnectorError")
    one_office.gateway.client.base_url = gone
    await one_office.later(timedelta(seconds=5))
    await worker.run_due()
    assert one_office.said() == [HELLO]


@pytest.mark.parametrize("fault", ["lost_reply", "error_after", "error_before"])
async def test_unclear_is_read_back(office: Office, fault: str) -> None:
    await office.send(person_id=await office.person())
    office.fail(fault)
    worker = office.worker()
    await worker.run_due()
    assert await office.state() is OutboxState.UNKNOWN
    assert await worker.next_due() == office.clock.now() + timedelta(seconds=60)
    await office.later()
    await worker.run_due()
    row = await office.row()
    assert (row.state, row.attempt) == (OutboxState.SENT, 2 if fault == "error_before" else 1)
    assert office.said() == [HELLO]
    assert row.ts in office.slack.workspace.channels[row.channel or ""].messages


async def test_accepted_late(office: Office) -> None:
    await office.send(person_id=await office.person())
    office.fail("late_acceptance", seconds=50)
    worker = office.worker()
    await worker.run_due()
    assert office.said() == []
    await office.later()
    await worker.run_due()
    assert office.said() == [HELLO]
    assert await office.state() is OutboxState.SENT


async def test_there_twice_the_later_goes(office: Office) -> None:
    """Slack accepts the first only after we looked: beyond what is promised, and still put right if we look again."""
    await office.send(person_id=await office.person())
    office.fail("late_acceptance", seconds=90)
    office.fail("late_acceptance", seconds=50)
    worker = office.worker()
    for _ in range(2):
        await worker.run_due()
        await office.later()
    assert office.said() == [HELLO, HELLO]
    await worker.run_due()
    assert office.said() == [HELLO]
    assert (await office.row()).ts == min(office.slack.workspace.channels[(await office.row()).channel or ""].messages)


async def test_unreadable_is_held(one_office: Office) -> None:
    one_office.slack.manifest = replace(one_office.slack.manifest, scopes=frozenset({"chat:write", "im:write"}))
    await one_office.send(person_id=await one_office.person())
    one_office.fail("lost_reply")
    worker = one_office.worker()
    await worker.run_due()
    await one_office.later()
    await worker.run_due()
    row = await one_office.row()
    assert (row.state, row.error) == (OutboxState.HELD, "unreadable: missing_scope")
    assert one_office.troubles == [("held", row.id, row.error)]
    assert await worker.next_due() is None


async def test_reading_back_waits_for_slack(one_office: Office) -> None:
    await one_office.send(person_id=await one_office.person())
    one_office.fail("lost_reply")
    one_office.fail("error_before", "conversations.history")
    worker = one_office.worker()
    await worker.run_due()
    await one_office.later()
    await worker.run_due()
    assert await one_office.state() is OutboxState.UNKNOWN
    await one_office.later(timedelta(seconds=30))
    await worker.run_due()
    assert (await one_office.state(), one_office.said()) == (OutboxState.SENT, [HELLO])


@pytest.mark.parametrize("to", ["pair", "channel"])
async def test_groups_cannot_be_read_and_are_held(one_office: Office, to: str) -> None:
    target: dict[str, Any] = (
        {"pair_id": await one_office.pair()} if to == "pair" else {"channel": one_office.channel().id}
    )
    await one_office.send(**target)
    one_office.fail("lost_reply")
    worker = one_office.worker()
    await worker.run_due()
    await one_office.later()
    await worker.run_due()
    assert (await one_office.state(), one_office.said()) == (OutboxState.HELD, [HELLO])
    assert [kind for kind, *_ in one_office.troubles] == ["held"]


async def test_refused_is_dead_and_told_once(office: Office) -> None:
    channel = office.channel()
    await office.send(channel=channel.id)
    office.slack.archive(channel)
    worker = office.worker()
    for _ in range(2):
        await worker.run_due()
        await office.later()
    row = await office.row()
    assert (row.state, row.error) == (OutboxState.DEAD, "is_archived")
    assert office.troubles == [("dead", row.id, "is_archived")]


async def test_a_revoked_token_stops_everything_and_is_told_once(one_office: Office) -> None:
    for number in range(3):
        await one_office.send(str(number), person_id=await one_office.person())
    one_office.slack.workspace.installed = False
    worker = one_office.worker()
    for _ in range(3):
        await worker.run_due()
        await one_office.later()
    assert {row.state for row in await one_office.rows()} == {OutboxState.PENDING}
    assert [kind for kind, *_ in one_office.troubles] == ["paused"]
    one_office.slack.workspace.installed = True
    await worker.run_due()
    assert len(one_office.said()) == 3


async def test_stale_expires_and_is_told(office: Office) -> None:
    expires = office.clock.now() + timedelta(hours=1)
    await office.send(person_id=await office.person(), due_at=expires - timedelta(minutes=1), expires_at=expires)
    worker = office.worker()
    await office.later(timedelta(days=3))
    await worker.run_due()
    row = await office.row()
    assert (row.state, office.said()) == (OutboxState.EXPIRED, [])
    assert office.troubles == [("expired", row.id, "expired")]


async def test_not_there_and_stale_by_now_expires(one_office: Office) -> None:
    expires = one_office.clock.now() + timedelta(seconds=30)
    await one_office.send(person_id=await one_office.person(), expires_at=expires)
    one_office.fail("error_before")
    worker = one_office.worker()
    await worker.run_due()
    await one_office.later()
    await worker.run_due()
    assert (await one_office.state(), one_office.said()) == (OutboxState.EXPIRED, [])


async def test_no_longer_wanted(one_office: Office) -> None:
    async def nothing(work: UnitOfWork, row: Outbox) -> Message | None:
        return None

    await one_office.send(person_id=await one_office.person())
    await one_office.worker(compose=nothing).run_due()
    row = await one_office.row()
    assert (row.state, row.error, one_office.said()) == (OutboxState.DROPPED, "not_wanted", [])


async def test_a_text_that_fails_stops_nobody_else(one_office: Office) -> None:
    async def broken(work: UnitOfWork, row: Outbox) -> Message | None:
        return Message({"b": "b"}[row.key])

    for key in "ab":
        await one_office.send(key, person_id=await one_office.person())
    await one_office.worker(compose=broken).run_due()
    assert [row.state for row in await one_office.rows()] == [OutboxState.DEAD, OutboxState.SENT]
    assert one_office.troubles == [("dead", 1, "compose: KeyError")]


async def test_the_inactive_get_nothing(office: Office) -> None:
    person = await office.person()
    async with office.store.write(office.clock.now()) as work:
        found = await work.session.get(Person, person)
        assert found
        found.active = False
        await work.commit()
    await office.send(person_id=person)
    await office.worker().run_due()
    row = await office.row()
    assert (row.state, row.error, office.said()) == (OutboxState.DROPPED, "inactive", [])


async def test_working_hours_are_kept(office: Office) -> None:
    morning = office.clock.now() + timedelta(hours=20)

    async def next_moment(work: UnitOfWork, row: Outbox) -> datetime:
        return max(work.now, morning)

    person = await office.person()
    await office.send("a", person_id=person)
    await office.send("b", person_id=person, keeps_hours=False)
    worker = office.worker(next_moment=next_moment)
    await worker.run_due()
    assert office.said() == ["hello b"]
    assert await worker.next_due() == morning
    await office.later(timedelta(hours=20))
    await worker.run_due()
    assert office.said() == ["hello b", "hello a"]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_around_the_post(office: Office, when: str) -> None:
    await office.send(person_id=await office.person())
    with pytest.raises(Killed):
        await office.worker("old", gateway=DyingGateway(office.gateway.client, when)).run_due()
    assert await office.state() is OutboxState.SENDING
    worker = office.worker("new")
    assert await worker.run_due() == 0
    for _ in range(3):
        await office.later()
        await worker.run_due()
    row = await office.row()
    assert (row.state, row.attempt, office.said()) == (OutboxState.SENT, 2 if when == "before" else 1, [HELLO])


async def test_killed_before_the_channel_was_known_needs_no_reading(one_office: Office) -> None:
    await one_office.send(pair_id=await one_office.pair())

    async def die(slack_ids: list[str]) -> str:
        raise Killed

    dying = DyingGateway(one_office.gateway.client, "before")
    dying.open_group = die  # type: ignore[method-assign] # this one call of a real gateway dies
    with pytest.raises(Killed):
        await one_office.worker("old", gateway=dying).run_due()
    await one_office.later(timedelta(seconds=30))
    await one_office.worker("new").run_due()
    assert (await one_office.state(), one_office.said()) == (OutboxState.SENT, [HELLO])


async def test_the_fence_nobody_else_can_record(office: Office) -> None:
    """A worker stopped for minutes: another took over, found nothing and sent; ours is one too many and goes."""
    await office.send(person_id=await office.person())
    other = office.worker("other")

    async def taken_over() -> None:
        for _ in range(3):
            await office.later()
            await other.run_due()
        assert office.said() == [HELLO]

    await office.worker("stopped", gateway=StoppedGateway(office.gateway.client, taken_over)).run_due()
    row = await office.row()
    assert (row.state, row.owner, row.attempt, office.said()) == (OutboxState.SENT, "other", 2, [HELLO])


async def test_a_stopped_worker_whose_row_was_put_back_is_believed(one_office: Office) -> None:
    """Another found nothing and would send again: our late post makes that needless."""
    await one_office.send(person_id=await one_office.person())
    other = one_office.worker("other")

    async def lease_ends() -> None:
        await one_office.later()
        await other.run_due()
        assert await one_office.state() is OutboxState.UNKNOWN

    await one_office.worker("stopped", gateway=StoppedGateway(one_office.gateway.client, lease_ends)).run_due()
    await one_office.later()
    await other.run_due()
    row = await one_office.row()
    assert (row.state, row.attempt, one_office.said()) == (OutboxState.SENT, 1, [HELLO])


async def test_both_posting_at_once_is_put_right(one_office: Office) -> None:
    await one_office.send(person_id=await one_office.person())
    client = one_office.gateway.client

    async def the_other_posts_too() -> None:
        finder = one_office.worker("finder")
        await one_office.later()
        await finder.run_due()
        assert await one_office.state() is OutboxState.UNKNOWN
        await one_office.later()
        with pytest.raises(Killed):
            await one_office.worker("other", gateway=DyingGateway(client, "after")).run_due()
        assert await one_office.state() is OutboxState.SENDING

    await one_office.worker("stopped", gateway=StoppedGateway(client, the_other_posts_too)).run_due()
    assert one_office.said() == [HELLO, HELLO]
    await one_office.later(SETTLE)
    await one_office.worker("last").run_due()
    assert (await one_office.state(), one_office.said()) == (OutboxState.SENT, [HELLO])


async def test_a_lease_too_short_is_not_used(one_office: Office) -> None:
    await one_office.send(person_id=await one_office.person())
    worker = one_office.worker(lease=1, timeout=1)
    for _ in range(1):
        started = await worker._start(1)
        assert len(started.tasks) == 1
        for task in started.tasks:
            await task
    row = await one_office.row()
    assert (row.state, row.error, one_office.said()) == (OutboxState.PENDING, "lease_short", [])
