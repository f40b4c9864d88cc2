"""What the page offers besides Slack: the other people's story, the guide, and time that can be watched and stopped."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from tests.sandbox.local_slack_kit import Players, World

Json = dict[str, Any]


async def get(world: World, path: str, **query: str) -> Json:
    async with world.http.get(f"{world.url}/_local/{path}", params=query) as response:
        body: Json = await response.json()
        return body | {"status": response.status}


async def post(world: World, path: str, **body: Any) -> Json:
    async with world.http.post(f"{world.url}/_local/{path}", json=body) as response:
        answer: Json = await response.json()
        return answer | {"status": response.status}


async def test_nothing_is_offered_that_is_not_there(world: World) -> None:
    workspace = (await get(world, "state"))["workspace"]
    assert (workspace["story"], workspace["guide"]) == (False, False)
    assert (await get(world, "story"))["status"] == 404
    assert (await post(world, "story", on=True))["status"] == 404
    assert (await get(world, "guide"))["status"] == 404


async def test_the_story_is_switched_and_spares_whom_one_is(world: World) -> None:
    players = world.slack.story = Players()
    assert (await get(world, "state"))["workspace"]["story"]
    assert (await post(world, "story", on=True))["on"]
    assert players.on
    await post(world, "act", **{"as": world.sari.id, "do": "messages"})
    async with world.http.get(f"{world.url}/_local/events", params={"as": world.budi.id}) as line:
        await line.content.readline()
        assert (await get(world, "story"))["played"] == [world.sari.id, world.budi.id]
    answer = await post(world, "story", hand_over=world.sari.id)
    assert (answer["on"], answer["played"]) == (True, [world.budi.id])
    assert not (await post(world, "story", on=False))["on"]
    async with world.http.post(f"{world.url}/_local/story", data=b"on=1") as response:
        assert response.status == 415


async def test_the_guide_is_asked_for_in_a_language(world: World) -> None:
    class Path:
        async def view(self, language: str) -> Json:
            return {"title": language, "steps": []}

    world.slack.guide = Path()
    assert (await get(world, "guide", language="id"))["title"] == "id"


async def test_time_can_be_watched_and_stopped(world: World) -> None:
    seen, go_on = asyncio.Event(), asyncio.Event()

    async def on_advance(target: datetime) -> None:
        while world.clock.now() < target:
            if world.slack.journey and world.slack.journey.stopped:
                return
            world.clock.advance(86_400)
            await world.dm("hari baru")
            seen.set()
            await go_on.wait()

    world.slack.on_advance = on_advance
    since = world.clock.now()
    moving = asyncio.create_task(post(world, "clock", advance_seconds=30 * 86_400))
    await seen.wait()
    clock = await get(world, "clock")
    assert clock["moving_from"] == since.isoformat()
    assert clock["moving_to"] == (since + timedelta(days=30)).isoformat()
    assert clock["played"]["messages"] == 1
    assert clock["played"]["last"] == {"place": "Sari Wulandari", "author": "Contoh", "text": "hari baru"}
    assert (await post(world, "clock", stop=True))["stopping"]
    go_on.set()
    done = await moving
    assert (done["now"], done["moving_to"]) == ((since + timedelta(days=1)).isoformat(), None)
    assert (await post(world, "clock", stop=True))["status"] == 200
