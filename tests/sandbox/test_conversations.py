"""conversations.*, users.*, team.info, bots.info: who and what is visible, pages, and changes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import Slack
from tests.sandbox.local_slack_kit import MANIFEST, World, open_world, without


async def test_a_dm_is_opened_once(world: World) -> None:
    first = await world.call("conversations.open", users=world.sari.id)
    again = await world.call("conversations.open", users=world.sari.id, return_im=True)
    assert again["channel"]["id"] == first["channel"]["id"]
    assert again["already_open"]
    assert again["channel"]["user"] == world.sari.id
    assert (await world.call("conversations.open", channel=first["channel"]["id"]))["no_op"]


async def test_a_group_dm_is_the_same_for_the_same_people(world: World) -> None:
    first = await world.call("conversations.open", users=f"{world.sari.id},{world.budi.id}")
    again = await world.call("conversations.open", users=[world.budi.id, world.sari.id])
    assert first["channel"]["id"] == again["channel"]["id"]
    info = (await world.call("conversations.info", channel=first["channel"]["id"], include_num_members=True))["channel"]
    assert (info["is_mpim"], info["num_members"]) == (True, 3)


async def test_conversations_are_found_again_by_their_members(world: World, tmp_path: Path) -> None:
    """In the order in which they were made; also once the workspace was saved and loaded, and one was deleted."""
    slack, sari = world.slack, world.sari
    first = slack.add_channel("satu", members=[world.sari.id], bot=True)
    dm = slack.workspace.open_dm(world.sari.id)
    group = slack.workspace.open_mpim([world.budi.id, world.sari.id])
    later = slack.add_channel("dua", members=[world.sari.id])
    assert [one.id for one in sari.channels] == [first.id, dm.id, group.id, later.id]
    slack.save(tmp_path / "slack.json")
    again = Slack.load(tmp_path / "slack.json", MANIFEST, clock=slack.clock).workspace
    assert [one.id for one in again.channels_of(world.sari.id)] == [first.id, dm.id, group.id, later.id]
    assert (again.open_dm(world.sari.id).id, again.open_mpim([world.sari.id, world.budi.id]).id) == (dm.id, group.id)
    assert again.mpim([slack.workspace.bot_user, world.budi.id]) is None
    for gone in (group, first):
        slack.delete_channel(gone)
    assert [one.id for one in sari.channels] == [dm.id, later.id]
    assert slack.workspace.open_mpim([world.budi.id, world.sari.id]).id != group.id


async def test_who_cannot_be_opened_a_conversation_with(world: World) -> None:
    many = [world.slack.add_user(f"Orang {n}").id for n in range(9)]
    await world.slack.deactivate(world.budi.id)
    for users, error in (
        ("", "users_list_not_supplied"),
        ("U9999", "user_not_found"),
        (f"{world.sari.id},U9999", "user_not_found"),
        (world.budi.id, "user_disabled"),
        (world.slack.workspace.bot_user, "not_enough_users"),
        (",".join(many), "too_many_users"),
    ):
        assert await world.refusal("conversations.open", users=users) == error, users
    assert (await world.call("conversations.open", users=",".join(many[:8])))["ok"]
    assert await world.refusal("conversations.open", channel="D9999") == "channel_not_found"
    public = world.slack.add_channel("umum")
    assert await world.refusal("conversations.open", channel=public.id) == "method_not_supported_for_channel_type"
    assert await world.refusal("conversations.open", users=world.sari.id, prevent_creation=True) == "channel_not_found"


async def test_the_bot_sees_private_channels_only_from_within(world: World) -> None:
    private = world.slack.add_channel("rahasia", private=True, members=[world.sari.id])
    for method in ("conversations.info", "conversations.members", "conversations.history"):
        assert await world.refusal(method, channel=private.id) == "channel_not_found"
    world.slack.invite_bot(private)
    members = await world.call("conversations.members", channel=private.id)
    assert members["members"] == [world.sari.id, world.slack.workspace.bot_user]


async def names(world: World, method: str = "conversations.list", **args: Any) -> list[str]:
    body = await world.call(method, **args)
    return [c["name"] for c in body["channels"]]


async def test_lists_of_channels(world: World) -> None:
    slack = world.slack
    slack.add_channel("umum", members=[world.sari.id])
    slack.add_channel("lain", private=True)
    slack.add_channel("tim", private=True, bot=True, members=[world.sari.id])
    slack.archive(slack.add_channel("lama", bot=True))
    assert await names(world) == ["umum", "lama"]
    assert await names(world, types="public_channel,private_channel", exclude_archived=True) == ["umum", "tim"]
    assert await names(world, "users.conversations", types="public_channel,private_channel") == ["tim", "lama"]
    assert await names(world, "users.conversations", user=world.sari.id) == ["umum"]
    assert await world.refusal("conversations.list", types="secret") == "invalid_types"
    assert await world.refusal("conversations.list", limit=0) == "invalid_limit"
    assert await world.refusal("conversations.list", cursor="x") == "invalid_cursor"


async def test_pages(world: World) -> None:
    channel = world.slack.add_channel("umum", bot=True)
    for n in range(10):
        world.slack.add_member(channel, world.slack.add_user(f"Orang {n}"))
    found: list[str] = []
    cursor = ""
    for _ in range(4):
        page = await world.client.conversations_members(channel=channel.id, limit=3, cursor=cursor)
        found += page["members"]
        cursor = page["response_metadata"]["next_cursor"]
    assert cursor == ""
    assert found == channel.members
    users = await world.client.users_list(limit=5)
    assert len(users["members"]) == 5
    wrong = users["response_metadata"]["next_cursor"]
    assert await world.refusal("conversations.members", channel=channel.id, cursor=wrong) == "invalid_cursor"


async def test_joining_inviting_and_leaving(world: World) -> None:
    slack = world.slack
    public = slack.add_channel("umum", general=True)
    private = slack.add_channel("rahasia", private=True, bot=True)
    assert (await world.call("conversations.join", channel=public.id))["channel"]["is_member"]
    assert (await world.call("conversations.join", channel=public.id))["warning"] == "already_in_channel"
    assert await world.refusal("conversations.join", channel=private.id) == "method_not_supported_for_channel_type"
    bot = slack.workspace.bot_user
    for users, error in (
        (world.sari.id, ""),
        (world.sari.id, "already_in_channel"),
        (bot, "cant_invite_self"),
        ("U9999", "user_not_found"),
        (",", "no_user"),
    ):
        body = await world.call("conversations.invite", channel=private.id, users=users)
        assert body.get("error", "") == error
    assert world.sari.id in private.members
    assert await world.refusal("conversations.leave", channel=public.id) == "cant_leave_general"
    assert (await world.call("conversations.leave", channel=private.id))["ok"]
    assert await world.refusal("conversations.leave", channel=private.id) == "channel_not_found"
    other = slack.add_channel("lain")
    assert (await world.call("conversations.leave", channel=other.id))["not_in_channel"]
    assert await world.refusal("conversations.invite", channel=other.id, users=world.sari.id) == "not_in_channel"


async def test_making_and_changing_channels(world: World) -> None:
    made = (await world.call("conversations.create", name="mentoring-2027"))["channel"]
    assert (made["is_private"], made["is_member"]) == (False, True)
    for name, error in (
        ("mentoring-2027", "name_taken"),
        ("Besar", "invalid_name_specials"),
        ("dua kata", "invalid_name_specials"),
        ("x" * 81, "invalid_name_maxlength"),
    ):
        assert await world.refusal("conversations.create", name=name) == error
    set_topic = {"channel": made["id"], "topic": "Belajar"}
    assert (await world.call("conversations.setTopic", **set_topic))["channel"]["topic"]["value"] == "Belajar"
    assert await world.refusal("conversations.setTopic", channel=made["id"], topic="x" * 251) == "too_long"
    dm = (await world.call("conversations.open", users=world.sari.id))["channel"]["id"]
    assert (
        await world.refusal("conversations.setTopic", channel=dm, topic="x") == "method_not_supported_for_channel_type"
    )
    assert (await world.call("conversations.archive", channel=made["id"]))["ok"]
    assert await world.refusal("conversations.archive", channel=made["id"]) == "already_archived"
    assert await world.refusal("conversations.setTopic", **set_topic) == "is_archived"
    assert await world.refusal("conversations.join", channel=made["id"]) == "is_archived"
    general = world.slack.add_channel("umum", bot=True, general=True)
    assert await world.refusal("conversations.archive", channel=general.id) == "cant_archive_general"


async def test_private_channels_take_a_scope_of_their_own() -> None:
    async with open_world(without("groups:write")) as world:
        assert (await world.call("conversations.create", name="a", is_private=True))["needed"] == "groups:write"


async def test_people(world: World) -> None:
    user = (await world.call("users.info", user=world.sari.id, include_locale=True))["user"]
    assert user["profile"]["email"] == "sari@contoh.id"
    assert user["profile"]["title"] == "Analis"
    assert (user["tz"], user["tz_offset"], user["locale"]) == ("Asia/Jakarta", 7 * 3_600, "en-US")
    assert "locale" not in (await world.call("users.info", user=world.sari.id))["user"]
    assert await world.refusal("users.info", user="U9999") == "user_not_found"
    assert (await world.call("users.lookupByEmail", email="BUDI@contoh.id"))["user"]["id"] == world.budi.id
    assert await world.refusal("users.lookupByEmail", email="x@y.z") == "users_not_found"
    await world.slack.deactivate(world.budi.id)
    assert await world.refusal("users.lookupByEmail", email="budi@contoh.id") == "users_not_found"
    assert (await world.call("users.info", user=world.budi.id))["user"]["deleted"]
    everyone = (await world.call("users.list"))["members"]
    assert [u["is_bot"] for u in everyone] == [True, False, False]


async def test_addresses_take_a_scope_of_their_own() -> None:
    async with open_world(without("users:read.email")) as world:
        assert "email" not in (await world.call("users.info", user=world.sari.id))["user"]["profile"]


async def test_a_deactivated_persons_dm_goes_on_taking_messages(world: World) -> None:
    sent = await world.dm()
    await world.slack.deactivate(world.sari.id)
    await world.slack.deactivate(world.budi.id)
    assert (await world.call("chat.postMessage", channel=sent["channel"], text="x"))["ok"]
    assert await world.refusal("chat.postMessage", channel=world.budi.id, text="x") == "channel_not_found"


async def test_the_workspace_and_the_app(world: World) -> None:
    who = await world.call("auth.test")
    assert (await world.call("bots.info", bot=who["bot_id"]))["bot"]["user_id"] == who["user_id"]
    assert await world.refusal("bots.info", bot="B9") == "bot_not_found"
    assert (await world.call("team.info"))["team"]["id"] == who["team_id"]
    assert await world.refusal("team.info", team="T9") == "team_not_found"
    assert (await world.call("api.test", error="so"))["error"] == "so"


@pytest.mark.parametrize("scope", ["team:read", "reactions:write", "users:read"])
async def test_scopes_of_single_methods(scope: str) -> None:
    async with open_world(replace(MANIFEST, scopes=MANIFEST.scopes - {scope})) as world:
        method = {"team:read": "team.info", "reactions:write": "reactions.add", "users:read": "users.list"}[scope]
        assert (await world.call(method))["needed"] == scope
