"""Slack's Python client works against the local Slack as it is: sync and async, Web API, Socket Mode and webhooks."""

import asyncio
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.aiohttp import SocketModeClient as AsyncSocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.client import WebClient
from slack_sdk.webhook.client import WebhookClient

from bot.sandbox import Channel, Fault
from tests.fidelity.conftest import until
from tests.sandbox.local_slack_kit import World, modal, text_input

ERRORS = {"response_action": "errors", "errors": {"name": "terlalu pendek"}}


@pytest.fixture
async def room(world: World) -> Channel:
    return world.slack.add_channel("umum", members=[world.sari.id], bot=True)


async def test_the_sync_web_client(world: World, room: Channel) -> None:
    client = WebClient(world.slack.bot_token, base_url=world.slack.api_url)
    client.retry_handlers.append(RateLimitErrorRetryHandler())
    world.slack.faults.add(Fault("ratelimited", method="users.info", times=1))

    def calls() -> None:
        assert client.auth_test()["user_id"] == world.slack.workspace.bot_user
        assert [len(page["members"]) for page in client.users_list(limit=2)] == [2, 1]
        posted = client.chat_postMessage(channel=room.id, text="satu", metadata=about(1))
        client.chat_update(channel=room.id, ts=posted["ts"], text="dua")
        found = client.conversations_history(channel=room.id, include_all_metadata=True)["messages"]
        assert [(one["text"], one["metadata"]) for one in found] == [("dua", about(1))]
        uploads = [{"content": "halo", "filename": "halo.txt"}, {"content": "a,b", "filename": "angka.csv"}]
        files = client.files_upload_v2(channel=room.id, file_uploads=uploads)["files"]
        assert [file["name"] for file in files] == ["halo.txt", "angka.csv"]
        assert client.users_info(user=world.sari.id)["user"]["real_name"] == "Sari Wulandari"
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel="C0NOWHERE", text="x")
        assert caught.value.response["error"] == "channel_not_found"

    await asyncio.to_thread(calls)


async def test_the_async_web_client(world: World, room: Channel) -> None:
    client = AsyncWebClient(world.slack.bot_token, base_url=world.slack.api_url)
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler())
    world.slack.faults.add(Fault("ratelimited", method="users.info", times=1))
    assert (await client.auth_test())["user_id"] == world.slack.workspace.bot_user
    assert [len(page["members"]) async for page in await client.users_list(limit=2)] == [2, 1]
    posted = await client.chat_postMessage(channel=room.id, text="satu", metadata=about(1))
    await client.chat_update(channel=room.id, ts=posted["ts"], text="dua")
    found = (await client.conversations_history(channel=room.id, include_all_metadata=True))["messages"]
    assert [(one["text"], one["metadata"]) for one in found] == [("dua", about(1))]
    file = (await client.files_upload_v2(channel=room.id, content="halo", filename="halo.txt"))["file"]
    assert file["name"] == "halo.txt"
    assert (await client.users_info(user=world.sari.id))["user"]["real_name"] == "Sari Wulandari"
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="C0NOWHERE", text="x")
    assert caught.value.response["error"] == "channel_not_found"


async def test_what_a_real_workspace_has_besides(world: World, room: Channel) -> None:
    """Guests, another company, restricted posting, forbidden files and short histories, as the client reads them."""
    client, slack = AsyncWebClient(world.slack.bot_token, base_url=world.slack.api_url), world.slack
    guest = slack.add_user("Tamu", is_ultra_restricted=True)
    tono = slack.add_user("Tono", is_stranger=True, team_id="T0002")
    slack.share(room, tono)
    members = {one["id"]: one for one in (await client.users_list())["members"]}
    assert members[guest.id]["is_ultra_restricted"]
    assert (members[tono.id]["is_stranger"], members[tono.id]["team_id"]) == (True, "T0002")
    info = (await client.conversations_info(channel=room.id))["channel"]
    assert (info["is_ext_shared"], info["shared_team_ids"]) == (True, ["T0001", "T0002"])
    parent = (await client.chat_postMessage(channel=room.id, text="induk"))["ts"]
    reply = await client.chat_postMessage(channel=room.id, text="x", thread_ts=parent, reply_broadcast=True)
    assert (reply["message"]["subtype"], reply["message"]["root"]["ts"]) == ("thread_broadcast", parent)
    slack.change_channel(room, posting="threads")
    slack.workspace.uploads = "images"
    slack.limits.tight = True
    assert len((await client.conversations_history(channel=room.id, limit=200))["messages"]) == 2
    refused = (
        (client.chat_postMessage(channel=room.id, text="x"), "restricted_action_thread_only_channel"),
        (client.files_upload_v2(content="a,b", filename="a.csv"), "file_uploads_except_images_disabled"),
        (client.conversations_history(channel=room.id), "ratelimited"),
    )
    for call, error in refused:
        with pytest.raises(SlackApiError) as caught:
            await call
        assert caught.value.response["error"] == error


async def test_the_sync_socket_mode_client(world: World) -> None:
    web = WebClient(world.slack.bot_token, base_url=world.slack.api_url)
    client = SocketModeClient(world.slack.app_token, web_client=web, ping_interval=0.2)

    def answer(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        client.send_socket_mode_response(SocketModeResponse(request.envelope_id, reply_to(request)))
        if request.type == "slash_commands":
            client.web_client.views_open(trigger_id=request.payload["trigger_id"], view=modal(text_input()))
            WebhookClient(request.payload["response_url"]).send(text="hanya untukmu")

    client.socket_mode_request_listeners.append(answer)
    await asyncio.to_thread(client.connect)
    try:
        await a_person_acts(world)
    finally:
        await asyncio.to_thread(client.close)


async def test_the_async_socket_mode_client(world: World) -> None:
    client = AsyncSocketModeClient(world.slack.app_token, web_client=world.client)

    async def answer(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, reply_to(request)))
        if request.type == "slash_commands":
            await world.client.views_open(trigger_id=request.payload["trigger_id"], view=modal(text_input()))
            await asyncio.to_thread(WebhookClient(request.payload["response_url"]).send, text="hanya untukmu")

    client.socket_mode_request_listeners.append(answer)
    await client.connect()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped
    try:
        await a_person_acts(world)
        await world.slack.drop_sockets("refresh_requested")  # Slack recycles connections
        await world.slack.sockets.wait_connected()
        assert (await world.sari.command("/contoh")).text == "baik"
    finally:
        await client.close()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped


async def a_person_acts(world: World) -> None:
    """A command, a modal that is refused, and one that is taken."""
    sari = world.sari
    await world.slack.sockets.wait_connected()
    assert (await sari.command("/contoh")).text == "baik"
    await until(world.slack, lambda: sari.modal and sari.dm and said(world) == ["baik", "hanya untukmu"])
    assert (await sari.submit({"name": "Al"})).errors == ERRORS["errors"]
    assert (await sari.submit({"name": "Sari"})).ok
    assert sari.modal is None


def reply_to(request: SocketModeRequest) -> Any:
    """What goes into the ack."""
    if request.type == "slash_commands":
        return {"text": "baik"}
    if request.payload.get("type") == "view_submission":
        name = request.payload["view"]["state"]["values"]["name"]["value"]["value"]
        return ERRORS if len(name) < 3 else None
    return None


def said(world: World) -> list[str]:
    return [message.text for message in world.sari.visible(world.sari.dm)] if world.sari.dm else []


def about(number: int) -> dict[str, Any]:
    return {"event_type": "asal", "event_payload": {"number": number}}
