"""Calls as such: tokens, scopes, arguments in every encoding, limits, faults and the record."""

import json
import random
from typing import Any

import aiohttp
import pytest
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Fault
from tests.sandbox.local_slack_kit import World, open_socket, open_world, sdk_error, without


def client(world: World, token: str) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=world.slack.api_url, retry_handlers=[], session=world.http)


async def test_tokens(world: World) -> None:
    assert await sdk_error(client(world, "xoxb-wrong").auth_test()) == "invalid_auth"
    assert await sdk_error(client(world, world.slack.app_token).auth_test()) == "not_allowed_token_type"
    bot = client(world, world.slack.bot_token)
    assert await sdk_error(bot.apps_connections_open(app_token=world.slack.bot_token)) == "not_allowed_token_type"
    async with world.http.post(f"{world.url}/api/auth.test") as response:
        assert (await response.json())["error"] == "not_authed"
    async with world.http.post(f"{world.url}/api/auth.test", data={"token": world.slack.bot_token}) as response:
        assert (await response.json())["user_id"] == world.slack.workspace.bot_user


async def test_a_removed_apps_token_ends(world: World) -> None:
    await world.slack.uninstall()
    assert await world.refusal("auth.test") == "account_inactive"


async def test_a_scope_that_is_missing_is_named() -> None:
    async with open_world(without("chat:write", "groups:read")) as world:
        body = await world.call("chat.postMessage", channel=world.sari.id, text="halo")
        assert body["error"] == "missing_scope"
        assert body["needed"] == "chat:write"
        assert "im:write" in body["provided"].split(",")
        private = world.slack.add_channel("rahasia", private=True, bot=True)
        assert (await world.call("conversations.info", channel=private.id))["needed"] == "groups:read"
        assert (await world.call("conversations.list", types="public_channel,private_channel"))[
            "needed"
        ] == "groups:read"


@pytest.mark.parametrize("scope", ["im:write", "mpim:write"])
async def test_opening_conversations_takes_the_scope_of_their_kind(scope: str) -> None:
    async with open_world(without(scope)) as world:
        both = f"{world.sari.id},{world.budi.id}"
        users = world.sari.id if scope == "im:write" else both
        assert (await world.call("conversations.open", users=users))["needed"] == scope


async def test_another_name_takes_a_scope_of_its_own(world: World) -> None:
    assert (await world.dm(username="Bos"))["needed"] == "chat:write.customize"
    assert (await world.dm(as_user=True))["error"] == "as_user_not_supported"


async def test_an_unknown_method(world: World) -> None:
    assert await world.refusal("chat.sing") == "unknown_method"


async def test_every_encoding_says_the_same(world: World) -> None:
    blocks = [{"type": "divider"}]
    args = {"channel": world.sari.id, "text": "halo", "unfurl_links": "0"}
    url = f"{world.url}/api/chat.postMessage"
    headers = {"Authorization": f"Bearer {world.slack.bot_token}"}
    ways: list[dict[str, Any]] = [
        {"data": {**args, "blocks": json.dumps(blocks)}},
        {"params": {**args, "blocks": json.dumps(blocks)}},
        {"json": {**args, "blocks": blocks, "unfurl_links": False}},
        {"json": {**args, "blocks": json.dumps(blocks)}},
    ]
    form = aiohttp.FormData(default_to_multipart=True)
    for key, value in {**args, "blocks": json.dumps(blocks)}.items():
        form.add_field(key, value)
    for way in [*ways, {"data": form}]:
        async with world.http.post(url, headers=headers, **way) as response:
            body = await response.json()
        assert body["ok"], (way, body)
        assert body["message"]["blocks"][0]["type"] == "divider"
    assert all(call["args"]["blocks"] == blocks for call in world.slack.calls)


async def test_the_synchronous_client_is_served_too(world: World) -> None:
    import asyncio

    sync = WebClient(token=world.slack.bot_token, base_url=world.slack.api_url)
    answer = await asyncio.to_thread(sync.chat_postMessage, channel=world.sari.id, text="halo")
    assert answer["ok"]
    members = await asyncio.to_thread(sync.conversations_members, channel=answer["channel"])
    assert members["members"] == [world.slack.workspace.bot_user, world.sari.id]


async def test_broken_json(world: World) -> None:
    headers = {"Authorization": f"Bearer {world.slack.bot_token}", "Content-Type": "application/json"}
    for data, error in (("{", "invalid_json"), ("[1]", "json_not_object")):
        async with world.http.post(f"{world.url}/api/auth.test", data=data, headers=headers) as response:
            assert (await response.json())["error"] == error


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("chat.postMessage", {"text": "halo"}),
        ("chat.postMessage", {"channel": ["a", 1], "text": "halo"}),
        ("chat.postMessage", {"channel": "C1", "text": 5}),
        ("chat.postMessage", {"channel": "C1", "text": "x", "unfurl_links": "maybe"}),
        ("chat.postMessage", {"channel": "C1", "text": "x", "reply_broadcast": 7}),
        ("conversations.list", {"limit": "many"}),
        ("conversations.list", {"limit": True}),
        ("files.completeUploadExternal", {"files": {"id": "F1"}}),
        ("users.info", {"user": {"id": "U1"}}),
        ("users.info", {"user": "U1", "unheard_of": {"a": 1}}),
        ("users.info", {}),
        ("views.open", {"trigger_id": "1", "view": "{"}),
    ],
)
async def test_arguments_of_the_wrong_type(world: World, method: str, args: dict[str, Any]) -> None:
    args = {**args, "channel": world.sari.id} if args.get("channel") == "C1" else args
    body = await world.call(method, **args)
    assert body["error"] in ("invalid_arguments", "invalid_trigger_id")
    assert method == "views.open" or body["response_metadata"]["messages"]


async def test_unknown_plain_arguments_are_overlooked(world: World) -> None:
    assert (await world.call("users.info", user=world.sari.id, pretty=1))["ok"]


# Limits


async def test_a_methods_minute(world: World) -> None:
    for _ in range(20):
        assert (await world.call("users.list"))["ok"]
    refused = await world.call("users.list")
    assert (refused["status"], refused["error"], refused["retry_after"]) == (429, "ratelimited", "60")
    assert (await world.call("users.info", user=world.sari.id))["ok"]
    world.clock.advance(60)
    assert (await world.call("users.list"))["ok"]


async def test_about_one_message_a_second_a_channel(world: World) -> None:
    answers = [await world.dm(str(n)) for n in range(6)]
    assert [a["ok"] for a in answers] == [True] * 5 + [False]
    assert answers[-1]["retry_after"] == "1"
    assert (await world.call("chat.postMessage", channel=world.budi.id, text="x"))["ok"]
    world.clock.advance(1)
    assert [(await world.dm("x"))["ok"] for _ in range(2)] == [True, False]


async def test_messages_of_the_whole_workspace_have_a_limit() -> None:
    async with open_world() as world:
        people = [world.slack.add_user(f"Orang {n}") for n in range(101)]
        answers = [
            await world.call("chat.postMessage", channel=person.id, text="x") for person in people for _ in range(4)
        ]
        assert sum(a["ok"] for a in answers) == 400
        assert answers[-1]["status"] == 429


async def test_limits_can_be_switched_off() -> None:
    async with open_world(rate_limits=False) as world:
        assert all([(await world.dm(str(n)))["ok"] for n in range(20)])


# Faults


def posted(world: World) -> list[str]:
    dm = world.sari.dm
    return [m.text for m in world.sari.visible(dm)] if dm else []


async def test_a_rate_limit_on_purpose(world: World) -> None:
    world.slack.faults.add(Fault("ratelimited", method="chat.postMessage", times=1, retry_after=7))
    refused = await world.dm()
    assert (refused["status"], refused["retry_after"]) == (429, "7")
    assert posted(world) == []
    assert (await world.dm())["ok"]


async def test_errors_before_and_after(world: World) -> None:
    headers = {"Authorization": f"Bearer {world.slack.bot_token}"}
    args = {"channel": world.sari.id, "text": "halo"}
    for kind, texts in (("error_before", []), ("error_after", ["halo"])):
        world.slack.faults.add(Fault(kind, times=1, status=502))  # type: ignore[arg-type]  # both are kinds
        async with world.http.post(f"{world.url}/api/chat.postMessage", json=args, headers=headers) as response:
            assert response.status == 502
        assert posted(world) == texts
    assert [c["error"] for c in world.slack.calls] == ["http_502", None]


async def test_a_lost_reply_was_accepted(world: World) -> None:
    world.slack.faults.add(Fault("lost_reply", times=1))
    with pytest.raises(aiohttp.ClientError):
        await world.dm()
    assert posted(world) == ["halo"]


async def test_late_acceptance_comes_by_the_clock(world: World) -> None:
    world.slack.faults.add(Fault("late_acceptance", times=1, seconds=20))
    with pytest.raises(aiohttp.ClientError):
        await world.dm()
    await world.slack.pump()
    assert posted(world) == []
    world.clock.advance(20)
    await world.slack.pump()
    assert posted(world) == ["halo"]


async def test_a_slow_reply(world: World) -> None:
    world.slack.faults.add(Fault("slow_reply", times=1, seconds=0.05))
    assert (await world.dm())["ok"]


async def test_sockets_dropped_by_a_call(world: World) -> None:
    async with open_socket(world) as socket:
        world.slack.faults.add(Fault("drop_sockets", method="chat.postMessage", times=1))
        assert (await world.dm())["ok"]
        message = await socket.ws.receive(2)
        assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
        assert world.slack.sockets.open == []


async def test_faults_by_chance_repeat_with_the_seed() -> None:
    def struck() -> list[bool]:
        fault = Fault("error_before", probability=0.5, rng=random.Random(7))
        return [fault.strikes("chat.postMessage") for _ in range(20)]

    assert struck() == struck()
    assert 0 < sum(struck()) < 20


# The record


async def test_every_call_is_recorded_without_tokens(world: World) -> None:
    heard: list[dict[str, Any]] = []
    end = world.slack.on_call(heard.append)
    sent = await world.call("chat.postMessage", token=world.slack.bot_token, channel=world.sari.id, text="halo")
    end()
    await world.call("users.info", user="U9999")
    assert heard == [
        {
            "at": "2027-01-04T02:00:00+00:00",
            "method": "chat.postMessage",
            "args": {"channel": world.sari.id, "text": "halo"},
            "ok": True,
            "error": None,
            "message": {"channel": sent["channel"], "ts": sent["ts"]},
        }
    ]
    assert world.slack.calls[-1]["error"] == "user_not_found"


async def test_structures_are_recorded_as_such_and_texts_as_they_are(world: World) -> None:
    await world.dm("[1]", blocks='[{"type": "divider"}]', metadata="{")
    assert world.slack.calls[-1]["args"] == {
        "channel": world.sari.id,
        "text": "[1]",
        "blocks": [{"type": "divider"}],
        "metadata": "{",
    }


async def test_the_record_can_be_bounded() -> None:
    async with open_world(calls_kept=2) as world:
        for _ in range(3):
            await world.call("api.test")
        assert len(world.slack.calls) == 2
