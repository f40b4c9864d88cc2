"""Socket Mode and HTTP: each payload to one socket, acks in time, events again, commands never again."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Slack
from tests.processes import HANG
from tests.sandbox.local_slack_kit import (
    MANIFEST,
    World,
    actions,
    button,
    give_up_soon,
    open_app,
    open_socket,
    open_world,
    socket_url,
)


async def test_a_command_reaches_the_app_and_its_ack_is_timed(world: World) -> None:
    async with open_socket(world) as socket:
        doing = asyncio.create_task(world.sari.command("/contoh satu dua"))
        envelope = await socket.receive()
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
        payload = envelope["payload"]
        assert (payload["command"], payload["text"], payload["user_id"]) == ("/contoh", "satu dua", world.sari.id)
        assert payload["channel_name"] == "directmessage"
        await socket.ack(envelope, {"text": "baik"})
        outcome = await doing
        assert (outcome.ok, outcome.text) == (True, "baik")
        assert 0 < outcome.ack_seconds < world.slack.deliveries.ack_seconds
        assert world.sari.dm
        assert [m.text for m in world.sari.visible(world.sari.dm)] == ["baik"]


async def test_a_late_ack_is_a_failure_the_person_sees(world: World) -> None:
    give_up_soon(world)
    async with open_socket(world) as socket:
        outcome = await world.sari.command("/contoh")
        assert not outcome.ok
        assert "operation_timeout" in str(outcome.text)
        await socket.receive()
        world.clock.advance(1_000)
        assert await world.slack.pump() == 0


async def test_without_a_socket_a_command_fails_at_once(world: World) -> None:
    outcome = await world.sari.command("/contoh")
    assert not outcome.ok
    assert "dispatch_failed" in str(outcome.text)


async def test_an_undeclared_command_gets_slacks_own_answer(world: World) -> None:
    outcome = await world.sari.command("/lain")
    assert not outcome.ok
    assert "/lain is not a valid command" in str(outcome.text)
    assert list(world.slack.deliveries.sent) == []


async def test_each_payload_goes_to_exactly_one_socket(world: World) -> None:
    async with open_socket(world) as one, open_socket(world) as two:

        async def serve(socket: Any, seen: list[str]) -> None:
            while True:
                envelope = await socket.receive()
                seen.append(envelope["payload"]["text"])
                await socket.ack(envelope)

        first: list[str] = []
        second: list[str] = []
        tasks = [asyncio.create_task(serve(one, first)), asyncio.create_task(serve(two, second))]
        outcomes = await asyncio.gather(*(world.sari.command(f"/contoh {n}") for n in range(10)))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert all(outcome.ok for outcome in outcomes)
        assert sorted(first + second) == [str(n) for n in range(10)]
        assert first
        assert second


async def test_ten_sockets_at_most(world: World) -> None:
    sockets = [await world.http.ws_connect(await socket_url(world)) for _ in range(10)]
    hellos = [json.loads((await ws.receive()).data) for ws in sockets]
    assert hellos[-1]["num_connections"] == 10
    over = await world.http.ws_connect(await socket_url(world))
    assert json.loads((await over.receive()).data) == {"type": "disconnect", "reason": "too_many_websockets"}
    for ws in [*sockets, over]:
        await ws.close()


async def test_a_socket_url_is_good_once(world: World) -> None:
    url = await socket_url(world)
    async with world.http.ws_connect(url):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await world.http.ws_connect(url)


async def test_pings_are_answered_and_nonsense_is_overlooked(world: World) -> None:
    async with world.http.ws_connect(await socket_url(world), autoping=False) as ws:
        await ws.receive()
        await ws.ping(b"sdk-ping-pong:1.5")
        pong = await ws.receive(HANG)
        assert (pong.type, pong.data) == (aiohttp.WSMsgType.PONG, b"sdk-ping-pong:1.5")
        for text in ("nonsense", "[1]", '{"envelope_id": 5}', "{}"):
            await ws.send_str(text)
        doing = asyncio.create_task(world.sari.command("/contoh"))
        envelope = json.loads((await ws.receive(HANG)).data)
        await ws.send_json({"envelope_id": envelope["envelope_id"]})
        assert (await doing).ok


# Events


async def test_an_event_is_repeated_after_four_seconds_a_minute_and_five(world: World) -> None:
    give_up_soon(world)
    async with open_socket(world) as socket:
        await world.sari.open_home()
        first = await socket.receive()
        assert (first["retry_attempt"], first["payload"]["event"]["type"]) == (0, "app_home_opened")
        for attempt, wait in enumerate((4, 60, 300), start=1):
            world.clock.advance(wait - 0.5)
            assert await world.slack.pump() == 0
            world.clock.advance(0.5)
            assert await world.slack.pump() == 1
            again = await socket.receive()
            assert (again["retry_attempt"], again["retry_reason"]) == (attempt, "timeout")
            assert again["payload"] == first["payload"]
        world.clock.advance(10_000)
        assert await world.slack.pump() == 0


async def test_an_acked_event_is_not_repeated(world: World) -> None:
    async with open_socket(world) as socket:
        doing = asyncio.create_task(world.sari.open_home())
        await socket.ack(await socket.receive())
        assert (await doing).ok
        world.clock.advance(10_000)
        assert await world.slack.pump() == 0


async def test_events_while_nobody_listens_come_later(world: World) -> None:
    await world.sari.open_home()
    async with open_app(world) as app:
        world.clock.advance(4)
        await world.slack.pump()
        assert [body["event"]["type"] for body in app.seen] == ["app_home_opened"]


async def test_while_serving_what_is_due_is_done_by_itself(world: World) -> None:
    await world.sari.open_home()
    async with open_socket(world) as socket:
        world.clock.advance(4)
        envelope = await socket.receive()
        assert envelope["retry_attempt"] == 1
        await socket.ack(envelope)


async def test_a_client_that_hangs_does_not_hold_up_the_end() -> None:
    loop = asyncio.get_running_loop()
    async with aiohttp.ClientSession() as http:
        async with open_world() as world:
            await http.ws_connect(await socket_url(world), autoclose=False)
            started = loop.time()
        assert loop.time() - started < 60, "the client never says goodbye"


async def test_a_dropped_socket_loses_no_event(world: World) -> None:
    async with open_socket(world) as socket:
        doing = asyncio.create_task(world.sari.open_home())
        await socket.receive()
        await world.slack.drop_sockets()
        assert (await doing).reply.reason == "connection_failed"  # type: ignore[union-attr]  # it was delivered
    async with open_socket(world) as socket:
        world.clock.advance(4)
        pumping = asyncio.create_task(world.slack.pump())
        await socket.ack(await socket.receive())
        await pumping


async def test_only_what_is_subscribed_to_is_told() -> None:
    async with open_world() as world, open_app(world) as app:
        slack = world.slack
        quiet = slack.add_channel("diam")
        channel = slack.add_channel("umum", members=[world.budi.id], bot=True)
        private = slack.add_channel("rahasia", private=True, bot=True)
        await world.sari.join(quiet)
        await world.sari.join(channel)
        await world.sari.leave(channel)
        slack.add_member(private, world.budi.user)
        await slack.hire("Rina Baru", email="rina@contoh.id")
        await slack.set_timezone(world.sari.id, "Asia/Makassar")
        slack.archive(channel)
        await slack.deactivate(world.budi.id)
        await slack.reactivate(world.budi.id)
        await world.sari.say((await world.dm("halo"))["channel"], "apa kabar")
        await slack.uninstall()
        await slack.wait_idle()
        events = [body["event"] for body in app.seen]
        told = [(e["type"], e.get("channel"), e.get("subtype")) for e in events]
        assert [t for t in told if t[0].startswith("member")] == [
            ("member_joined_channel", channel.id, None),
            ("member_left_channel", channel.id, None),
            ("member_joined_channel", private.id, None),
        ]
        assert [e["user"]["deleted"] for e in events if e["type"] == "user_change"] == [False, True, False]
        assert [e["user"]["real_name"] for e in events if e["type"] == "team_join"] == ["Rina Baru"]
        assert "channel_archive" in [e["type"] for e in events]
        assert "app_uninstalled" in [e["type"] for e in events]
        assert len({body["event_id"] for body in app.seen}) == len(app.seen)
        # Bolt drops the app's own messages before anything of ours sees them.
        assert "apa kabar" in [e.get("text") for e in events if e["type"] == "message"]


async def test_the_app_hears_of_its_own_messages_unless_told_not_to() -> None:
    for echo in (True, False):
        async with open_world(echo_own_messages=echo) as world, open_socket(world) as socket:
            sent = await world.dm("halo")
            await world.call("chat.update", channel=sent["channel"], ts=sent["ts"], text="baru")
            await world.call("chat.delete", channel=sent["channel"], ts=sent["ts"])
            subtypes = []
            for _ in range(3 if echo else 0):
                envelope = await socket.receive()
                subtypes.append(envelope["payload"]["event"].get("subtype"))
                await socket.ack(envelope)
            assert subtypes == ([None, "message_changed", "message_deleted"] if echo else [])
            assert len(world.slack.deliveries.sent) == len(subtypes)


async def test_duplicates_and_garbage_on_purpose(world: World) -> None:
    async with open_socket(world) as socket:
        doing = asyncio.create_task(world.sari.command("/contoh"))
        first = await socket.receive()
        await socket.ack(first)
        await doing
        repeating = asyncio.create_task(world.slack.redeliver_last(1))
        again = await socket.receive()
        assert again["payload"] == first["payload"]
        assert again["envelope_id"] != first["envelope_id"]
        await socket.ack(again)
        assert [reply.acked for reply in await repeating] == [True]
        raw = asyncio.create_task(world.slack.send_raw("interactive", {"type": None}))
        odd = await socket.receive()
        assert (odd["type"], odd["payload"]) == ("interactive", {"type": None})
        await socket.ack(odd)
        assert (await raw).acked


async def test_the_sdk_reconnects_after_a_goodbye(world: World) -> None:
    async with open_app(world):
        await world.slack.drop_sockets("refresh_requested")
        await world.slack.sockets.wait_connected()
        assert (await world.sari.command("/contoh")).ok


async def test_a_hundred_clicks_at_once_are_all_acked() -> None:
    async with open_world(ack_seconds=3.0) as world, open_app(world) as app:
        channel = world.slack.add_channel("umum", bot=True)
        people = [world.slack.as_person(world.slack.add_user(f"Orang {n}")) for n in range(100)]
        for person in people:
            world.slack.add_member(channel, person.id)
        sent = await world.call("chat.postMessage", channel=channel.id, text="x", blocks=[actions(button())])
        outcomes = await asyncio.gather(*(person.click((channel.id, sent["ts"]), "go") for person in people))
        assert all(outcome.ok for outcome in outcomes)
        assert len([body for body in app.seen if body.get("type") == "block_actions"]) == 100


# HTTP


async def test_an_answer_that_is_here_takes_effect_before_the_call_after_it() -> None:
    """Otherwise the update of a form that was just answered would be lost, from Python 3.12 on."""
    slack = Slack(MANIFEST)
    order: list[str] = []

    async def answer() -> None:
        for _ in range(5):  # from the socket to the view
            await asyncio.sleep(0)
        order.append("answer")
        slack.deliveries.submitted.discard("V1")

    async def call(view: str) -> None:
        await slack.deliveries.answer_first(view)
        order.append(view)

    slack.deliveries.submitted.add("V1")
    await asyncio.gather(call("V1"), call("V2"), answer())
    assert order == ["V2", "answer", "V1"]
    slack.deliveries.submitted.add("V3")
    await call("V3")
    assert order[-1] == "V3", "an app may also update before it answers"
