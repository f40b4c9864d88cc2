"""Reading back under Slack's tightest limit: one call a minute, 15 messages a page."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.delivery import read_back as reading
from bot.delivery.transitions import Transition, of_reading
from bot.slack.gateway import Page
from storage.tables import Outbox, OutboxState
from tests.delivery.harness import NOW, SETTLE, DyingGateway, Killed, Office

HISTORY = "conversations.history"
HELLO = "hello 1:hello:1:once"


class Tight:
    """Slack as it treats apps outside its Marketplace."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.early = 0
        """Calls before the Retry-After of the last 429 was over."""
        self.allowed_at: datetime | None = None
        self.read: list[dict[str, Any]] = []
        self._call = office.gateway.client.conversations_history
        office.gateway.client.conversations_history = self.history  # type: ignore[method-assign]  # limits it

    async def history(self, **arguments: Any) -> Any:
        now = self.office.clock.now()
        if self.allowed_at and now < self.allowed_at:
            seconds = (self.allowed_at - now).total_seconds()
            if self.read and self.read[-1].get("refused_until") == self.allowed_at:
                self.early += 1
            self.read.append({"refused_until": self.allowed_at})
            self.office.fail("ratelimited", HISTORY, retry_after=int(seconds) + 1)
            return await self._call(**arguments)
        self.allowed_at = now + timedelta(minutes=1)
        self.read.append(arguments)
        return await self._call(**arguments | {"limit": 15})

    @property
    def pages(self) -> list[dict[str, Any]]:
        return [call for call in self.read if "refused_until" not in call]


async def chat(office: Office, row: Outbox, many: int) -> None:
    """The reader and the bot go on writing in the DM."""
    channel = row.channel or ""
    for number in range(many):
        await office.gateway.client.chat_postMessage(channel=channel, text=f"later {number}")


async def unclear(office: Office, fault: str = "lost_reply") -> Outbox:
    await office.send(person_id=await office.person())
    office.fail(fault)
    await office.worker().run_due()
    return await office.row()


async def until_settled(office: Office, tight: Tight, *, minutes: int = 60, new_worker: bool = False) -> int:
    """Minutes until the outcome is known; a new message comes in every minute."""
    worker = office.worker()
    for minute in range(minutes):
        await office.later(timedelta(minutes=1))
        await chat(office, await office.row(), 1)
        worker = office.worker(f"replica{minute}") if new_worker else worker
        await worker.run_due()
        if await office.state() not in (OutboxState.UNKNOWN, OutboxState.PENDING):
            return minute
    raise AssertionError(f"still {await office.state()} after {minutes} minutes and {len(tight.read)} calls")


@pytest.mark.parametrize("new_worker", [False, True], ids=["one", "a new replica each minute"])
async def test_found_behind_200_newer_messages(office: Office, new_worker: bool) -> None:
    await chat(office, row := await unclear(office), 200)
    tight = Tight(office)
    await office.later(SETTLE)
    minutes = await until_settled(office, tight, new_worker=new_worker)
    found = await office.row()
    assert (found.state, found.attempt) == (OutboxState.SENT, 1)
    assert found.ts in office.slack.workspace.channels[row.channel or ""].messages
    assert office.said().count(HELLO) == 1
    assert tight.early == 0
    assert minutes <= 30
    cursors = [page.get("cursor") for page in tight.pages]
    assert cursors[0] is None
    assert None not in cursors[1:], "it never begins again at the first page"
    assert len(set(cursors)) == len(cursors)


async def test_the_local_slack_can_be_as_strict(one_office: Office) -> None:
    """The same by the local Slack's own limits, which answer a second call in a minute by 429."""
    await chat(one_office, row := await unclear(one_office), 100)
    one_office.slack.limits.tight = True
    worker = one_office.worker()
    for _ in range(20):
        await one_office.later(SETTLE)
        await chat(one_office, row, 1)
        await worker.run_due()
    assert (await one_office.state(), one_office.said().count(HELLO)) == (OutboxState.SENT, 1)
    calls = [call for call in one_office.slack.calls if call["method"] == HISTORY]
    assert sum(call["error"] is None for call in calls) in range(7, 10)


async def test_sent_again_when_it_is_not_there(office: Office) -> None:
    await chat(office, await unclear(office, "error_before"), 40)
    tight = Tight(office)
    await office.later(SETTLE)
    await until_settled(office, tight)
    assert office.said().count(HELLO) == 1
    assert (await office.row()).attempt == 2


async def test_reading_stops_at_the_first_match(one_office: Office) -> None:
    await chat(one_office, await unclear(one_office), 10)
    tight = Tight(one_office)
    await one_office.later(SETTLE)
    await until_settled(one_office, tight)
    assert len(tight.pages) == 1


async def test_reading_is_bounded_around_the_attempt(one_office: Office) -> None:
    row = await unclear(one_office)
    assert row.started_at
    assert row.read_until
    assert row.read_until - row.started_at < timedelta(hours=2)
    await one_office.later(timedelta(hours=20))
    await chat(one_office, row, 100)
    tight = Tight(one_office)
    await until_settled(one_office, tight)
    (page,) = tight.pages
    assert float(page["latest"]) == pytest.approx(row.read_until.timestamp())
    assert float(page["oldest"]) < row.started_at.timestamp()


async def test_reading_for_a_worker_that_died_is_bounded_too(office: Office) -> None:
    """What comes into the DM while it is read back is none of its business."""
    await office.send(person_id=await office.person())
    with pytest.raises(Killed):
        await office.worker(gateway=DyingGateway(office.gateway.client, "after")).run_due()
    worker, tight = office.worker(), Tight(office)
    for _ in range(4):
        await office.later()
        await worker.run_due()
    assert (await office.state(), office.said()) == (OutboxState.SENT, [HELLO])
    assert tight.pages
    assert all("latest" in page for page in tight.pages)


async def test_a_cursor_that_slack_does_not_take_begins_anew_once(one_office: Office) -> None:
    await chat(one_office, await unclear(one_office), 40)
    tight = Tight(one_office)
    await one_office.later(SETTLE)
    await one_office.worker().run_due()
    assert (await one_office.row()).read_cursor
    one_office.fail("refused", HISTORY, error="invalid_cursor")
    await until_settled(one_office, tight)
    assert (await one_office.state(), one_office.said().count(HELLO)) == (OutboxState.SENT, 1)
    assert [page.get("cursor") for page in tight.pages].count(None) == 2


async def test_a_cursor_that_slack_never_takes_ends_held(one_office: Office) -> None:
    await chat(one_office, await unclear(one_office), 40)
    tight = Tight(one_office)
    await one_office.later(SETTLE)
    for _ in range(2):
        while not (await one_office.row()).read_cursor:
            await one_office.worker().run_due()
            await one_office.later(timedelta(minutes=1))
        one_office.fail("refused", HISTORY, error="invalid_cursor")
        await one_office.worker().run_due()
        await one_office.later(timedelta(minutes=1))
    row = await one_office.row()
    assert (row.state, row.error) == (OutboxState.HELD, "unreadable: invalid_cursor")
    assert tight.early == 0


async def test_what_is_there_twice_on_a_page_loses_the_later(one_office: Office) -> None:
    row = await unclear(one_office)
    posted = next(iter(one_office.slack.workspace.channels[row.channel or ""].messages.values()))
    await one_office.gateway.client.chat_postMessage(channel=row.channel or "", text=HELLO, metadata=posted.metadata)
    assert one_office.said() == [HELLO, HELLO]
    tight = Tight(one_office)
    await one_office.later(SETTLE)
    await until_settled(one_office, tight)
    assert one_office.said().count(HELLO) == 1
    assert (await one_office.row()).ts == posted.ts


async def test_readings_of_others_wait_too(one_office: Office) -> None:
    """A 429 is the workspace's: two unclear messages take turns, and no call is early."""
    for key in ("a", "b"):
        await one_office.send(key, person_id=await one_office.person())
        one_office.fail("lost_reply")
    await one_office.worker().run_due()
    tight = Tight(one_office)
    for _ in range(6):
        await one_office.later(timedelta(minutes=1))
        await one_office.worker(workers=4).run_due()
    assert [row.state for row in await one_office.rows()] == [OutboxState.SENT] * 2
    assert tight.early == 0


async def test_without_the_page_in_the_row_it_would_fail(one_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The finding, put back: each reading begins at the first page, and the message stays unknown for ever."""

    def forget(page: Page, row: Outbox, now: datetime) -> Transition:
        verdict = of_reading(page, row, now)
        return replace(verdict, values=verdict.values | {"read_cursor": None})

    monkeypatch.setattr(reading, "of_reading", forget)
    await chat(one_office, await unclear(one_office), 40)
    tight = Tight(one_office)
    await one_office.later(SETTLE)
    with pytest.raises(AssertionError, match="still unknown"):
        await until_settled(one_office, tight)


async def test_without_the_pause_of_readings_it_would_fail(one_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The finding, put back: calls come before Retry-After is over."""
    monkeypatch.setattr(
        reading, "of_unread", lambda *_: Transition(OutboxState.UNKNOWN, {}, wait=timedelta(seconds=10))
    )
    await chat(one_office, await unclear(one_office), 40)
    tight = Tight(one_office)
    for _ in range(30):
        await one_office.later(timedelta(seconds=10))
        await one_office.worker().run_due()
    assert tight.early > 0


def test_a_page_that_names_itself_as_the_next_is_the_last() -> None:
    row = Outbox(id=1, team_id="T", key="k", kind="hello", person_id=1, read_cursor="c")
    verdict = of_reading(Page([], "c"), row, NOW)
    assert verdict.state is OutboxState.PENDING
