"""Conversations, people and files have the fields of Slack's documentation."""

from tests.sandbox.local_slack_kit import (
    World,
)
from tests.sandbox.test_real_workspace import stranger

SMALL_PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (800).to_bytes(4) + (400).to_bytes(4)


async def test_a_conversation_has_the_fields_of_slacks_page(world: World) -> None:
    room = world.slack.add_channel("umum", members=[world.sari.id], bot=True)
    shown = (await world.call("conversations.info", channel=room.id, include_num_members=True))["channel"]
    assert set(shown) >= {
        *("id", "name", "name_normalized", "previous_names", "created", "creator", "updated", "unlinked"),
        *("is_archived", "is_channel", "is_ext_shared", "is_frozen", "is_general", "is_group", "is_im", "is_member"),
        *("is_mpim", "is_org_shared", "is_pending_ext_shared", "is_private", "is_read_only", "is_shared"),
        *("is_thread_only", "is_non_threadable", "is_global_shared", "is_org_default", "is_org_mandatory", "is_moved"),
        *("context_team_id", "shared_team_ids", "pending_shared", "pending_connected_team_ids", "connected_team_ids"),
        *("internal_team_ids", "connected_limited_team_ids", "parent_conversation", "last_read", "topic", "purpose"),
        *("num_members", "properties"),
    }
    before = shown["updated"]
    world.clock.advance(60)
    world.slack.rename_channel(room, "kantor")
    shown = (await world.call("conversations.info", channel=room.id))["channel"]
    assert (shown["name"], shown["previous_names"]) == ("kantor", ["umum"])
    assert shown["updated"] > before


async def test_a_dm_has_the_fields_of_slacks_page(world: World) -> None:
    dm = (await world.dm())["channel"]
    shown = (await world.call("conversations.info", channel=dm))["channel"]
    assert set(shown) >= {
        "id",
        "created",
        "is_archived",
        "is_im",
        "is_org_shared",
        "user",
        "is_user_deleted",
        "priority",
    }
    assert set(shown) >= {"is_open", "last_read", "updated", "context_team_id"}
    assert "name" not in shown


async def test_a_user_has_the_fields_of_slacks_page(world: World) -> None:
    user = (await world.call("users.info", user=world.sari.id, include_locale=True))["user"]
    assert set(user) >= {
        *("id", "team_id", "name", "deleted", "color", "real_name", "tz", "tz_label", "tz_offset", "profile", "locale"),
        *("is_admin", "is_owner", "is_primary_owner", "is_restricted", "is_ultra_restricted", "is_bot", "is_app_user"),
        *("updated", "has_2fa", "is_email_confirmed", "who_can_share_contact_card"),
    }
    assert set(user["profile"]) >= {
        *("title", "phone", "skype", "first_name", "last_name", "real_name", "real_name_normalized", "display_name"),
        *("display_name_normalized", "fields", "status_text", "status_text_canonical", "status_emoji", "team", "email"),
        *("status_emoji_display_info", "status_expiration", "avatar_hash"),
        *(f"image_{size}" for size in (24, 32, 48, 72, 192, 512)),
    }
    assert (user["profile"]["first_name"], user["profile"]["last_name"]) == ("Sari", "Wulandari")
    assert "is_stranger" not in user
    await world.slack.deactivate(world.sari.id)
    gone = (await world.call("users.info", user=world.sari.id))["user"]
    assert gone["deleted"]
    assert not {"tz", "is_admin", "is_restricted", "real_name"} & set(gone)


async def test_guests_strangers_and_people_of_a_grid(world: World) -> None:
    slack = world.slack
    guest, single = slack.add_user("Tamu", is_restricted=True), slack.add_user("Satu", is_ultra_restricted=True)
    grid = slack.add_user("Grid", team_id="T0009", grid_teams=["T0009", "T0001"])
    shown = {u["id"]: u for u in (await world.call("users.list"))["members"]}
    assert (shown[guest.id]["is_restricted"], shown[guest.id]["is_ultra_restricted"]) == (True, False)
    assert (shown[single.id]["is_restricted"], shown[single.id]["is_ultra_restricted"]) == (True, True)
    assert "guest_invited_by" in shown[guest.id]["profile"]
    them = (await world.call("users.info", user=stranger(world)))["user"]
    assert (them["is_stranger"], them["team_id"], them["profile"]["team"]) == (True, "T0002", "T0002")
    assert shown[grid.id]["enterprise_user"]["teams"] == ["T0009", "T0001"]
    assert shown[grid.id]["team_id"] == "T0009"


async def test_a_file_has_the_fields_of_slacks_page(world: World) -> None:
    room = world.slack.add_channel("umum", bot=True)
    sent = await world.client.files_upload_v2(channel=room.id, content=SMALL_PICTURE, filename="grafik.png")
    file = (await world.call("files.info", file=sent["file"]["id"]))["file"]
    assert set(file) >= {
        *("id", "created", "timestamp", "name", "title", "mimetype", "filetype", "pretty_type", "user", "user_team"),
        *("editable", "size", "mode", "is_external", "external_type", "is_public", "public_url_shared", "alt_txt"),
        *("display_as_bot", "username", "url_private", "url_private_download", "permalink", "permalink_public"),
        *("thumb_64", "thumb_80", "thumb_160", "thumb_360", "thumb_360_w", "thumb_360_h", "thumb_480", "thumb_720"),
        *("image_exif_rotation", "original_w", "original_h", "is_starred", "has_rich_preview", "comments_count"),
        *("channels", "groups", "ims", "shares", "file_access", "media_display_type"),
    }
    assert (file["original_w"], file["thumb_360_w"], file["thumb_360_h"]) == (800, 360, 180)
    assert "thumb_1024" not in file
    (share,) = file["shares"]["public"][room.id]
    assert share["ts"] == world.budi.visible(room)[-1].ts
    assert file["is_public"]


async def test_threads_have_the_fields_of_slacks_page(world: World) -> None:
    room = world.slack.add_channel("umum", members=[world.sari.id], bot=True)
    parent = (await world.call("chat.postMessage", channel=room.id, text="induk"))["ts"]
    await world.sari.say(room, "balasan", thread_ts=parent)
    shown = await world.call("chat.postMessage", channel=room.id, text="x", thread_ts=parent, reply_broadcast=True)
    bot = world.slack.workspace.bot_user
    broadcast = shown["message"]
    assert (broadcast["subtype"], broadcast["parent_user_id"]) == ("thread_broadcast", bot)
    assert (broadcast["root"]["text"], broadcast["root"]["reply_count"]) == ("induk", 2)
    first, reply, _ = (await world.call("conversations.replies", channel=room.id, ts=parent))["messages"]
    expected = {
        "reply_count": 2,
        "reply_users": [world.sari.id, bot],
        "reply_users_count": 2,
        "latest_reply": broadcast["ts"],
        "is_locked": False,
        "subscribed": True,
    }
    assert expected.items() <= first.items()
    assert first["bot_profile"]["app_id"] == first["app_id"]
    assert (reply["parent_user_id"], reply["thread_ts"], "bot_profile" in reply) == (bot, parent, False)
    assert reply["client_msg_id"]
    texts = [m["text"] for m in (await world.call("conversations.history", channel=room.id))["messages"]]
    assert texts == ["x", "induk"], "only a broadcast reply is in the channel"
