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


async def test_a_message_is_looked_at_closely(world: World) -> None:
    sent = await world.dm("halo", blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": "selamat pagi"}}])
    await world.call("chat.update", channel=sent["channel"], ts=sent["ts"], text="halo lagi")
    here = {"channel": sent["channel"], "ts": sent["ts"]}
    found = await get(world, "inspect", **{"as": world.sari.id}, **here)
    assert found["message"]["text"] == "halo lagi"
    assert [call["method"] for call in found["calls"]] == ["chat.postMessage", "chat.update"]
    limits = {one["what"]: (one["used"], one["most"]) for one in found["limits"]}
    assert limits["blocks"] == (len(found["message"].get("blocks", [])), 50)
    assert limits["text"] == (9, 40_000)
    assert (await get(world, "inspect", **{"as": world.budi.id}, **here))["status"] == 404
    assert (await get(world, "inspect", **{"as": world.sari.id, "channel": here["channel"]}, ts="1.2"))["status"] == 404


async def test_a_refused_call_says_why(world: World) -> None:
    await world.dm("x", blocks=[{"type": "header"}])
    (call,) = (await get(world, "calls"))["calls"]
    assert (call["ok"], call["error"]) == (False, "invalid_blocks")
    assert "json-pointer" in call["why"][0]


async def test_faults_are_switched_on_and_off(world: World) -> None:
    kinds = (await get(world, "faults"))["kinds"]
    assert "drop_sockets" in kinds
    answer = await post(world, "faults", kind="ratelimited", method="chat.postMessage", times=1, seconds=5)
    assert answer["faults"] == [{"kind": "ratelimited", "method": "chat.postMessage", "times": 1, "struck": 0}]
    refused = await world.dm("halo")
    assert (refused["status"], refused["retry_after"]) == (429, "5")
    assert (await get(world, "faults"))["faults"] == [], "it has struck as often as it should"
    await post(world, "faults", kind="slow_reply")
    assert (await post(world, "faults", clear=True))["faults"] == []
    for wrong in ({}, {"kind": "rain"}, {"kind": "slow_reply", "times": 0}, {"kind": "slow_reply", "seconds": "x"}):
        assert (await post(world, "faults", **wrong))["status"] == 400


async def test_history_and_members_come_in_pages(world: World) -> None:
    room = world.slack.add_channel("umum", members=[world.sari.id], bot=True)
    for number in range(120):
        world.slack.add_member(room, world.slack.add_user(f"Orang {number}"))
    sent = [await world.call("chat.postMessage", channel=room.id, text=str(n)) for n in range(3)]
    await world.call("chat.postMessage", channel=room.id, text="balasan", thread_ts=sent[0]["ts"])
    who = {"as": world.sari.id, "id": room.id}
    newest = await get(world, "channel", **who, limit="2")
    assert ([one["text"] for one in newest["messages"]], newest["older"]) == (["2", "balasan"], True)
    opened = await get(world, "channel", **who, limit="1", thread=sent[0]["ts"])
    assert [one["text"] for one in opened["messages"]] == ["0", "balasan"]
    assert not (await get(world, "channel", **who, limit="4"))["older"]
    assert (await get(world, "channel", **who, limit="x"))["status"] == 400
    line = newest["channel"]
    assert (line["member"], line["member_count"], len(line["members"])) == (True, 122, 30)
    first = await get(world, "members", **who)
    rest = await get(world, "members", **who, after=str(first["next"]))
    assert (len(first["members"]) + len(rest["members"]), rest["next"]) == (122, None)
    assert (await get(world, "members", **who, after="x"))["status"] == 404
    assert "people" not in await get(world, "state", **{"as": world.sari.id, "people": "0"})
