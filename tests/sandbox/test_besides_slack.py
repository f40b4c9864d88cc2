"""What the page offers besides Slack: extensions, faults, and time that can be watched and stopped."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from yarl import URL

from tests.sandbox.local_slack_kit import World

Json = dict[str, Any]


async def get(world: World, path: str, **query: str) -> Json:
    async with world.http.get(f"{world.url}/_local/{path}", params=query) as response:
        body: Json = await response.json()
        return body | {"status": response.status}


async def post(world: World, path: str, **body: Any) -> Json:
    async with world.http.post(f"{world.url}/_local/{path}", json=body) as response:
        answer: Json = await response.json()
        return answer | {"status": response.status}


class Drawing:
    """An extension of the page that only says how it was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def answer(self, request: web.Request, path: str) -> web.StreamResponse:
        return web.json_response({"method": request.method, "path": path, "asked": dict(request.query)})


async def test_an_extension_has_files_and_answers(world: World, tmp_path: Path) -> None:
    assert (await get(world, "state"))["workspace"]["extensions"] == []
    assert (await get(world, "extensions/drawing/"))["status"] == 404
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "main.js").write_text("export const extend = () => ({});")
    (tmp_path / "secret.js").write_text("")
    world.slack.extensions["drawing"] = Drawing(tmp_path / "ours")
    assert (await get(world, "state"))["workspace"]["extensions"] == ["drawing"]
    assert (await get(world, "extensions/drawing/a/b", c="d"))["asked"] == {"c": "d"}
    told = await post(world, "extensions/drawing/a/b")
    assert (told["method"], told["path"]) == ("POST", "a/b")
    for path, status in (("drawing/main.js", 200), ("drawing/..%2fsecret.js", 404), ("other/main.js", 404)):
        async with world.http.get(URL(f"{world.url}/page/extensions/{path}", encoded=True)) as response:
            assert response.status == status, path


async def test_time_can_be_watched_and_stopped(world: World) -> None:
    seen, go_on = asyncio.Event(), asyncio.Event()

    async def on_advance(target: datetime) -> None:
        while world.clock.now() < target:
            if world.slack.clock_move and world.slack.clock_move.stopped:
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
