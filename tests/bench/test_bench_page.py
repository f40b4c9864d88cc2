"""The local Slack's page: how soon it shows something, with 500 people, 20,000 messages and 20 windows open.

Measured is what the page asks for and the server answers on loopback, without a browser's own drawing.
"""

import asyncio
import statistics
from contextlib import AsyncExitStack
from time import perf_counter

import aiohttp
import pytest

from tests.sandbox.local_slack_kit import World, actions, button, open_app, open_world

pytestmark = pytest.mark.bench
PEOPLE, MESSAGES, WINDOWS, CLICKS = 500, 20_000, 20, 200
FIRST_PAGE_FILES = 24


def fill(world: World) -> str:
    """A company that has talked a lot, a tenth of it in one channel; that channel's id."""
    slack = world.slack
    users = [slack.add_user(f"Orang {number}") for number in range(PEOPLE)]
    room = slack.add_channel("umum", members=[*(user.id for user in users), world.sari.id], bot=True)
    places = [room, *(slack.workspace.open_dm(user.id) for user in users)]
    bot = slack.workspace.bot_user
    for number in range(MESSAGES):
        place = room if number % 10 == 0 else places[1 + number % PEOPLE]
        slack.reply(bot, place, f"pesan {number}", [actions(button())], public=True)
    return room.id


async def window(world: World, stack: AsyncExitStack) -> None:
    """An open page hears of everything and looks again."""
    session = await stack.enter_async_context(aiohttp.ClientSession())
    lines = await stack.enter_async_context(session.get(f"{world.url}/_local/events", params={"as": world.sari.id}))

    async def read() -> None:
        async for _ in lines.content:
            pass

    reading = asyncio.create_task(read())
    stack.callback(reading.cancel)


async def look(world: World, room: str, *, people: bool) -> None:
    """What the page asks after a change."""
    who = {"as": world.sari.id}
    channel = {**who, "id": room, "limit": "50"}
    async with world.http.get(f"{world.url}/_local/channel", params=channel) as response:
        await response.json()
    async with world.http.get(
        f"{world.url}/_local/state", params=who | ({} if people else {"people": "0"})
    ) as response:
        await response.json()


async def test_the_page_is_quick() -> None:
    async with open_world(rate_limits=False, echo_own_messages=False) as world, AsyncExitStack() as stack:
        room = fill(world)
        async with open_app(world):
            for _ in range(WINDOWS):
                await window(world, stack)
            ts = next(reversed(world.slack.channel(room).messages))
            firsts, clicks = [], []
            for _ in range(20):
                began = perf_counter()
                for _ in range(FIRST_PAGE_FILES):
                    async with world.http.get(f"{world.url}/") as response:
                        await response.read()
                await look(world, room, people=True)
                firsts.append(perf_counter() - began)
            for _ in range(CLICKS):
                began = perf_counter()
                body = {"as": world.sari.id, "do": "click", "on": {"channel": room, "ts": ts}, "action_id": "go"}
                async with world.http.post(f"{world.url}/_local/act", json=body) as response:
                    assert (await response.json())["ok"]
                await look(world, room, people=False)
                clicks.append(perf_counter() - began)
    print(f"\n{PEOPLE} people, {MESSAGES} messages, {WINDOWS} windows; milliseconds")
    print(f"{'':24}{'median':>10}{'p95':>10}{'worst':>10}")
    for name, taken in (("first page", firsts), ("click, until shown", clicks)):
        p95 = statistics.quantiles(taken, n=20)[-1]
        print(f"{name:24}{statistics.median(taken) * 1e3:10.1f}{p95 * 1e3:10.1f}{max(taken) * 1e3:10.1f}")
    assert statistics.quantiles(firsts, n=20)[-1] < 1.0
    assert statistics.quantiles(clicks, n=20)[-1] < 0.1
