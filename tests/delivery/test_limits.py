"""How fast messages go: within Slack's limits, answers first, each programme in turn, each message to one worker."""

import asyncio
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlmodel import col, update

from bot.delivery.transitions import of_uncomposed
from bot.delivery.worker import Delivery
from bot.sandbox.limits import CHANNEL_BURST, PER_MINUTE, POSTS_PER_MINUTE
from bot.slack.gateway import SlackUnavailable
from bot.slack.turns import OURS, Turns
from storage.rate_limits import CHANNELS, HOMES, MEMBERS, UPDATES, Limit, Limits, take_turn
from storage.tables import Outbox, OutboxState, RateBucket
from storage.unit_of_work import Store
from tests.databases import open_store
from tests.delivery.harness import NOW, Office, open_office

TIGHT = Limits(posts=Limit(60, 1), lane=Limit(60, 2), opens=Limit(30, 1), bulk_share=0.5)


async def drain(office: Office, worker: Delivery, *, until: timedelta = timedelta(hours=1)) -> list[str]:
    """Move the clock from one thing to do to the next, until nothing is left; keys in the order they were sent."""
    end = office.clock.now() + until
    while (moment := await worker.next_due()) and moment <= end:
        office.clock.move_to(moment)
        await office.slack.pump()
        handled = await worker.run_due()
        assert handled or moment > office.clock.now() or await worker.next_due() != moment, "it would turn for ever"
    sent = [row for row in await office.rows() if row.state is OutboxState.SENT and row.sent_at]
    return [row.key for row in sorted(sent, key=lambda row: (row.sent_at or NOW, row.ts))]


async def sent_after(office: Office) -> dict[str, float]:
    """Seconds from the start until each message was sent."""
    return {row.key: (row.sent_at - NOW).total_seconds() for row in await office.rows() if row.sent_at}


async def test_one_channel_gets_about_one_a_second(office: Office) -> None:
    office.limits = Limits()
    person = await office.person()
    for number in range(6):
        await office.send(str(number), person_id=person)
    await drain(office, office.worker())
    assert list((await sent_after(office)).values()) == [0, 0, 0, 1, 2, 3]


async def test_a_full_channel_holds_up_nobody_else(office: Office) -> None:
    """More wait for one channel than are looked at together."""
    office.limits = Limits()
    busy, free = office.channel(), await office.person()
    for number in range(80):
        await office.send(f"busy {number}", channel=busy.id)
    await office.send("free", person_id=free)
    await office.worker().run_due()
    assert "hello free" in office.said()
    assert len(office.said()) == 4


async def test_bulk_leaves_room_for_answers(office: Office) -> None:
    office.limits = TIGHT
    for number in range(6):
        await office.send(f"wave {number}", person_id=await office.person(), bulk=True)
    late = NOW + timedelta(seconds=3)
    await office.send("answer", person_id=await office.person(), due_at=late)
    await drain(office, office.worker())
    after = await sent_after(office)
    assert [after[f"wave {number}"] for number in range(6)] == [0, 2, 4, 6, 8, 10]
    assert after["answer"] == 3


async def test_programmes_take_turns(office: Office) -> None:
    office.limits = TIGHT
    contact = await office.person()
    first, second = await office.programme(contact), await office.programme(contact)
    for programme in (first, second):
        for number in range(3):
            person = await office.person()
            await office.send(f"{programme}:{number}", person_id=person, programme_id=programme, bulk=True)
    order = await drain(office, office.worker())
    assert order == [f"{p}:{n}" for n in range(3) for p in (first, second)]


async def test_opening_has_a_limit_of_its_own(office: Office) -> None:
    office.limits = Limits(opens=Limit(30, 1))
    for number in range(3):
        await office.send(f"new {number}", person_id=await office.person(opened=False))
    await office.send("known", person_id=await office.person())
    worker = office.worker()
    await worker.run_due()
    assert sorted(office.said()) == ["hello known", "hello new 0"]
    await drain(office, worker)
    after = await sent_after(office)
    assert [after[f"new {number}"] for number in range(3)] == [0, 2, 4]


async def test_uploads_have_a_limit_of_their_own_and_planned_ones_leave_room(office: Office) -> None:
    """A certificate is two files, a calendar file is one that somebody waits for."""
    office.limits = Limits(files=Limit(60, 2), bulk_share=0.5)
    for number in range(3):
        await office.send(f"planned {number}", kind="certificate", person_id=await office.person())
    await office.send("asked for", kind="calendar_file", person_id=await office.person(), keeps_hours=False)
    await office.send("text", person_id=await office.person())
    await drain(office, office.worker())
    after = await sent_after(office)
    assert [after[f"planned {number}"] for number in range(3)] == [0, 2, 6]
    assert after["asked for"] == 1
    assert after["text"] == 0


async def test_a_background_call_takes_its_turn_only_while_its_bucket_is_open(sqlite_store: Store) -> None:
    limits = Limits(background=Limit(60, 2))
    async with sqlite_store.write(NOW) as work:
        moments = [await take_turn(work.session, "T1", HOMES, limits, NOW) for _ in range(3)]
        other = await take_turn(work.session, "T2", HOMES, limits, NOW)
    assert moments == [NOW, NOW, NOW + timedelta(seconds=1)]
    assert other == NOW, "each workspace has its own"


async def test_a_call_that_somebody_waits_for_is_made_in_any_case_and_the_others_make_room(sqlite_store: Store) -> None:
    turns = Turns(sqlite_store, Limits(slow_background=Limit(60, 2)))
    for _ in range(5):
        await turns.count("T1", UPDATES, NOW)
    with pytest.raises(SlackUnavailable) as refused:
        await turns.take("T1", UPDATES, NOW)
    assert refused.value.seconds == 4
    assert not refused.value.limited, "Slack was not asked"
    await turns.take("T1", UPDATES, NOW + timedelta(seconds=4))
    await turns.take("T2", UPDATES, NOW)


async def test_a_release_gets_no_429(sqlite_store: Store) -> None:
    """20 pairs: a DM each, unopened, and a group DM; the local Slack counts as the real one does."""
    ours = Limits()
    allowed = {"posts": POSTS_PER_MINUTE, "opens": PER_MINUTE["t3"], "reads": PER_MINUTE["t3"]}
    allowed |= {"files": PER_MINUTE["t4"], "background": PER_MINUTE["t4"], "slow_background": PER_MINUTE["t3"]}
    for name, most in allowed.items():
        limit = getattr(ours, name)
        assert limit.per_minute + limit.burst <= most, f"{name}: so many in a minute, of however large a release"
    assert (ours.lane.per_minute, ours.lane.burst) <= (60, CHANNEL_BURST)
    async with open_office(sqlite_store, rate_limits=True) as office:
        office.limits = ours
        pairs = []
        for _ in range(20):
            pairs.append(await office.pair())
            await office.later(timedelta(seconds=5))
        start = office.clock.now()
        for pair in pairs:
            await office.send(f"g{pair}", pair_id=pair, bulk=True)
        for person in list(office.people):
            await office.send(f"p{person}", person_id=person, bulk=True)
        await drain(office, office.worker())
        assert {row.state for row in await office.rows()} == {OutboxState.SENT}
        assert [call for call in office.slack.calls if call["error"]] == []
        assert office.clock.now() - start < timedelta(seconds=40)


async def test_the_clock_put_back_does_not_block_the_limits(office: Office) -> None:
    office.limits = Limits()
    person = await office.person()
    await office.send("a", person_id=person)
    await office.worker().run_due()
    async with office.store.write(NOW) as work:
        ahead = {"free_at": NOW + timedelta(hours=1)}
        await work.session.exec(update(RateBucket).where(col(RateBucket.team_id) != "").values(**ahead))
        await work.commit()
    for key in "bcde":
        await office.send(key, person_id=person)
    await drain(office, office.worker(), until=timedelta(seconds=10))
    assert len(office.said()) == 5


async def test_two_workers_on_one_database(postgres_url: str) -> None:
    """Each message goes out once, whoever takes it."""
    async with open_store(postgres_url) as mine, open_store(postgres_url) as theirs, open_office(mine) as office:
        for number in range(60):
            await office.send(str(number), person_id=await office.person(), bulk=number % 2 == 0)
        first = office.worker("first", workers=4)
        second = office.worker("second", workers=4)
        second.store = theirs
        await asyncio.gather(first.run_due(), second.run_due())
        await asyncio.gather(first.run_due(), second.run_due())
        rows = await office.rows()
        assert {row.state for row in rows} == {OutboxState.SENT}
        assert {row.attempt for row in rows} == {1}
        assert {row.owner for row in rows} == {"first", "second"}
        assert set(Counter(office.said()).values()) == {1}


async def test_several_at_once(one_office: Office) -> None:
    for number in range(30):
        await one_office.send(str(number), person_id=await one_office.person())
    assert await one_office.worker(workers=8).run_due() == 30
    assert sorted(one_office.said()) == sorted(f"hello {number}" for number in range(30))


async def test_one_worker_keeps_the_order(one_office: Office) -> None:
    channel = one_office.channel()
    for number in range(10):
        await one_office.send(str(number), channel=channel.id)
    await one_office.worker().run_due()
    assert one_office.said() == [f"hello {number}" for number in range(10)]
    assert all(a.ts < b.ts for a, b in pairwise(await one_office.rows()) if a.ts and b.ts)


async def test_expired_leases_do_not_stop_at_a_batch(one_office: Office) -> None:
    person = await one_office.person()
    for number in range(3):
        await one_office.send(str(number), person_id=person)
    async with one_office.store.write(NOW) as work:
        await work.session.exec(
            update(Outbox).values(state=OutboxState.SENDING, attempt=1, owner="gone", lease_until=NOW, channel="D1")
        )
        await work.commit()
    assert await one_office.worker().run_due() == 3
    assert {row.state for row in await one_office.rows()} == {OutboxState.UNKNOWN}


def test_waiting_for_our_own_turn_is_no_refusal_of_slacks() -> None:
    """After a few refusals a message is sent without its files; Slack refused nothing here."""
    row = Outbox(team_id="T1", key="k", kind="report", due_at=NOW, created_at=NOW, refusals=1)
    waits = of_uncomposed(SlackUnavailable("conversations.info", OURS, 2.5), row)
    assert (waits.state, waits.wait, waits.values["refusals"]) == (OutboxState.PENDING, timedelta(seconds=2.5), 1)
    assert of_uncomposed(SlackUnavailable("files.info", "timeout", 2.5), row).values["refusals"] == 2


async def test_turns_of_several_calls_are_taken_together_or_not_at_all(sqlite_store: Store) -> None:
    turns = Turns(sqlite_store, Limits(channels=Limit(60, 1), background=Limit(60, 2)))
    await turns.take_all("T1", [CHANNELS, MEMBERS], NOW)
    with pytest.raises(SlackUnavailable) as refused:
        await turns.take_all("T1", [CHANNELS, MEMBERS], NOW)
    assert refused.value.method == CHANNELS
    await turns.take("T1", MEMBERS, NOW)
