"""Answers over a response_url: five of them, in half an hour."""

from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.sandbox import Message
from tests.sandbox.local_slack_kit import World, actions, button, open_app

Json = dict[str, Any]


async def with_response_url(world: World, *, ephemeral: bool) -> tuple[AsyncWebhookClient, Message]:
    """A message that was pressed, and the response_url of it."""
    channel = world.slack.add_channel("umum", members=[world.sari.id, world.budi.id], bot=True)
    args: Json = {"channel": channel.id, "text": "lama", "blocks": [actions(button("go"))]}
    if ephemeral:
        await world.call("chat.postEphemeral", **args, user=world.sari.id)
    else:
        await world.call("chat.postMessage", **args)
    message = world.sari.visible(channel)[-1]
    async with open_app(world) as app:
        await world.sari.click(message, "go")
        url = app.seen[-1]["response_url"]
        assert app.seen[-1]["container"]["is_ephemeral"] is ephemeral
    return AsyncWebhookClient(url, session=world.http, retry_handlers=[]), message


@pytest.mark.parametrize("ephemeral", [True, False])
async def test_a_response_replaces_and_deletes_its_message(world: World, ephemeral: bool) -> None:
    hook, message = await with_response_url(world, ephemeral=ephemeral)
    assert (await hook.send(text="baru", replace_original=True)).body == "ok"
    assert [m.text for m in world.sari.visible(message.channel)] == ["baru"]
    assert (await hook.send(delete_original=True)).status_code == 200
    assert world.sari.visible(message.channel) == []
    gone = await hook.send(text="x", replace_original=True)
    assert (gone.status_code, "message_not_found" in gone.body) == (400, True)


async def test_a_response_is_for_one_person_unless_in_channel(world: World) -> None:
    hook, message = await with_response_url(world, ephemeral=False)
    await hook.send(text="hanya kamu")
    await hook.send(text="untuk semua", response_type="in_channel")
    assert [m.text for m in world.sari.visible(message.channel)] == ["lama", "hanya kamu", "untuk semua"]
    assert [m.text for m in world.budi.visible(message.channel)] == ["lama", "untuk semua"]
    refused = await hook.send(text="x", blocks=[{"type": "marquee"}])
    assert (refused.status_code, "invalid_blocks" in refused.body) == (400, True)
    assert "no_text" in (await hook.send(text="")).body


async def test_a_response_url_is_good_five_times(world: World) -> None:
    hook, _ = await with_response_url(world, ephemeral=False)
    answers = [(await hook.send(text=str(n))).status_code for n in range(6)]
    assert answers == [200] * 5 + [404]
    assert world.slack.calls[-1]["error"] == "used_url"


async def test_a_response_url_is_good_for_half_an_hour(world: World) -> None:
    hook, _ = await with_response_url(world, ephemeral=False)
    world.clock.moment += timedelta(minutes=30)
    assert (await hook.send(text="x")).status_code == 200
    world.clock.moment += timedelta(seconds=1)
    assert (await hook.send(text="x")).status_code == 404
    assert world.slack.calls[-1]["error"] == "expired_url"
    other = AsyncWebhookClient(f"{world.url}/actions/T1/2/3", session=world.http)
    assert (await other.send(text="x")).status_code == 404
