"""chat.*, reactions and files: what a message may be, where it may go, and what can be done with it."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.sandbox.local_slack_kit import MANIFEST, World, open_world, plain, without

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 50


async def test_where_a_message_may_go(world: World) -> None:
    slack = world.slack
    public = slack.add_channel("umum", members=[world.sari.id])
    private = slack.add_channel("rahasia", private=True, members=[world.sari.id])
    gone = slack.add_channel("lama", bot=True)
    slack.archive(gone)
    for channel, error in (
        (public.id, "not_in_channel"),
        (private.id, "channel_not_found"),
        (gone.id, "is_archived"),
        ("C9999", "channel_not_found"),
        ("U9999", "channel_not_found"),
    ):
        assert await world.refusal("chat.postMessage", channel=channel, text="x") == error
    slack.invite_bot(public)
    assert (await world.call("chat.postMessage", channel="#umum", text="x"))["channel"] == public.id


async def test_public_channels_take_messages_from_outside_with_the_scope() -> None:
    async with open_world(replace(MANIFEST, scopes=MANIFEST.scopes | {"chat:write.public"})) as world:
        public = world.slack.add_channel("umum")
        assert (await world.call("chat.postMessage", channel=public.id, text="x"))["ok"]


async def test_the_messages_tab_may_be_off() -> None:
    async with open_world(replace(MANIFEST, messages_tab=False)) as world:
        assert (await world.dm())["error"] == "messages_tab_disabled"
        dm = world.sari.dm
        assert dm
        assert not (await world.sari.say(dm, "halo")).ok


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"text": " "}, "no_text"),
        ({}, "no_text"),
        ({"text": "x", "blocks": "not json"}, "invalid_blocks_format"),
        ({"text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"text": "x", "blocks": [{"type": "marquee"}]}, "invalid_blocks"),
        ({"text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"text": "x", "metadata": "y"}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "a b", "event_payload": {}}}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "a", "event_payload": {"b": {"c": {}}}}}, "invalid_metadata_schema"),
        ({"text": "x", "metadata": {"event_type": "a", "event_payload": {"b": [[1]]}}}, "invalid_metadata_schema"),
        ({"text": "x", "metadata": {"event_type": "a", "event_payload": {"b": "x" * 1_100}}}, "metadata_too_large"),
        ({"text": "x", "thread_ts": "1.000000"}, "cannot_reply_to_message"),
        ({"text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
    ],
)
async def test_messages_that_are_refused(world: World, args: dict[str, Any], error: str) -> None:
    assert await world.refusal("chat.postMessage", channel=world.sari.id, **args) == error


async def test_a_message_says_no_more_than_so_much(world: World) -> None:
    long = [{"type": "section", "text": plain("x" * 3_000)}] * 5
    assert (await world.dm(blocks=long))["error"] == "msg_blocks_too_long"
    assert len((await world.dm("x" * 41_000))["message"]["text"]) == 40_000


async def test_metadata_is_kept_and_shown_when_asked(world: World) -> None:
    metadata = {"event_type": "undangan", "event_payload": {"key": "a1", "attempt": 1, "tags": ["x"], "in": {"y": 1}}}
    sent = await world.dm(metadata=metadata)
    plainly = await world.call("conversations.history", channel=sent["channel"])
    fully = await world.call("conversations.history", channel=sent["channel"], include_all_metadata=True)
    assert "metadata" not in plainly["messages"][0]
    assert fully["messages"][0]["metadata"] == metadata


async def test_stamps_differ_while_the_clock_stands(world: World) -> None:
    stamps = [(await world.dm(str(n)))["ts"] for n in range(4)]
    assert stamps == sorted(set(stamps))


async def test_messages_posted_at_once_all_arrive() -> None:
    async with open_world(rate_limits=False) as world:
        answers = await asyncio.gather(*(world.dm(str(n)) for n in range(50)))
        assert len({a["ts"] for a in answers}) == 50


async def test_changing_a_message(world: World) -> None:
    sent = await world.dm(blocks=[{"type": "divider"}])
    where = {"channel": sent["channel"], "ts": sent["ts"]}
    changed = await world.call("chat.update", **where, text="baru")
    assert changed["message"]["text"] == "baru"
    assert "blocks" not in changed["message"]
    assert changed["message"]["edited"]
    assert await world.refusal("chat.update", **where, text="x" * 4_001) == "msg_too_long"
    assert await world.refusal("chat.update", **where) == "no_text"
    assert await world.refusal("chat.update", channel=sent["channel"], ts="1.000000", text="x") == "message_not_found"
    theirs = await world.sari.say(sent["channel"], "punya saya")
    assert theirs.ok
    own = world.sari.visible(sent["channel"])[-1]
    assert await world.refusal("chat.update", channel=own.channel, ts=own.ts, text="x") == "cant_update_message"
    assert await world.refusal("chat.delete", channel=own.channel, ts=own.ts) == "cant_delete_message"


async def test_an_archived_channels_messages_stay_as_they_are(world: World) -> None:
    channel = world.slack.add_channel("umum", bot=True)
    sent = await world.call("chat.postMessage", channel=channel.id, text="x")
    world.slack.archive(channel)
    assert await world.refusal("chat.update", channel=channel.id, ts=sent["ts"], text="y") == "is_inactive"


async def test_deleting_a_message(world: World) -> None:
    sent = await world.dm()
    where = {"channel": sent["channel"], "ts": sent["ts"]}
    assert (await world.call("chat.getPermalink", channel=sent["channel"], message_ts=sent["ts"]))["permalink"]
    assert (await world.call("chat.delete", **where))["ok"]
    assert await world.refusal("chat.delete", **where) == "message_not_found"
    assert (
        await world.refusal("chat.getPermalink", channel=sent["channel"], message_ts=sent["ts"]) == "message_not_found"
    )


async def test_ephemerals_are_for_one_person(world: World) -> None:
    channel = world.slack.add_channel("umum", members=[world.sari.id, world.budi.id], bot=True)
    sent = await world.call("chat.postEphemeral", channel=channel.id, user=world.sari.id, text="rahasia")
    assert [m.text for m in world.sari.visible(channel)] == ["rahasia"]
    assert world.budi.visible(channel) == []
    assert (
        await world.refusal("chat.update", channel=channel.id, ts=sent["message_ts"], text="x") == "message_not_found"
    )
    assert (await world.call("conversations.history", channel=channel.id))["messages"] == []
    stranger = world.slack.add_user("Orang Luar")
    assert (
        await world.refusal("chat.postEphemeral", channel=channel.id, user=stranger.id, text="x")
        == "user_not_in_channel"
    )
    long = "x" * 40_001
    assert (
        await world.refusal("chat.postEphemeral", channel=channel.id, user=world.sari.id, text=long) == "msg_too_long"
    )


async def test_threads(world: World) -> None:
    parent = await world.dm("induk")
    for n in range(3):
        await world.dm(f"balasan {n}", thread_ts=parent["ts"])
    await world.dm("untuk semua", thread_ts=parent["ts"], reply_broadcast=True)
    history = (await world.call("conversations.history", channel=parent["channel"]))["messages"]
    assert [m["text"] for m in history] == ["untuk semua", "induk"]
    assert history[1]["reply_count"] == 4
    first = await world.call("conversations.replies", channel=parent["channel"], ts=parent["ts"], limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    rest = await world.call("conversations.replies", channel=parent["channel"], ts=parent["ts"], limit=9, cursor=cursor)
    texts = [m["text"] for m in first["messages"] + rest["messages"]]
    assert texts == ["induk", "balasan 0", "balasan 1", "balasan 2", "untuk semua"]
    assert await world.refusal("conversations.replies", channel=parent["channel"], ts="1.0") == "thread_not_found"


async def test_history_between_two_moments(world: World) -> None:
    stamps = []
    for n in range(4):
        stamps.append((await world.dm(str(n)))["ts"])
        world.clock.advance(60)
    dm = world.sari.dm
    assert dm

    async def texts(**args: Any) -> str:
        found = await world.call("conversations.history", channel=dm.id, **args)
        return "".join(m["text"] for m in found["messages"])

    assert await texts() == "3210"
    assert await texts(oldest=stamps[1]) == "32"
    assert await texts(oldest=stamps[1], inclusive=True) == "321"
    assert await texts(latest=stamps[2]) == "10"
    assert await texts(latest=stamps[2], oldest=stamps[1], inclusive=True) == "21"
    assert await texts(limit=1) == "3"
    for key in ("oldest", "latest"):
        assert await world.refusal("conversations.history", channel=dm.id, **{key: "gestern"}) == f"invalid_ts_{key}"


async def test_pages_of_history_hold_while_new_messages_come(world: World) -> None:
    for n in range(5):
        await world.dm(str(n))
    dm = world.sari.dm
    assert dm
    first = await world.call("conversations.history", channel=dm.id, limit=2)
    world.clock.advance(10)
    await world.dm("baru")
    cursor = first["response_metadata"]["next_cursor"]
    second = await world.call("conversations.history", channel=dm.id, limit=2, cursor=cursor)
    assert [m["text"] for m in first["messages"] + second["messages"]] == ["4", "3", "2", "1"]
    assert second["has_more"]
    for wrong in ("x", "aGFsbzox", "é"):
        assert await world.refusal("conversations.history", channel=dm.id, cursor=wrong) == "invalid_cursor"


async def test_history_takes_membership_and_scope(world: World) -> None:
    public = world.slack.add_channel("umum")
    assert await world.refusal("conversations.history", channel=public.id) == "not_in_channel"
    group = await world.call("conversations.open", users=f"{world.sari.id},{world.budi.id}")
    assert (await world.call("conversations.history", channel=group["channel"]["id"]))["needed"] == "mpim:history"


async def test_reactions(world: World) -> None:
    sent = await world.dm()
    where = {"channel": sent["channel"], "timestamp": sent["ts"]}
    assert (await world.call("reactions.add", **where, name="tada"))["ok"]
    assert await world.refusal("reactions.add", **where, name="tada") == "already_reacted"
    assert await world.refusal("reactions.add", **where, name="NO SUCH") == "invalid_name"
    assert await world.refusal("reactions.add", channel=sent["channel"], timestamp="x", name="a") == "bad_timestamp"
    assert (
        await world.refusal("reactions.add", channel=sent["channel"], timestamp="1.0", name="a") == "message_not_found"
    )


# Files


async def upload(world: World, name: str = "grafik.png", content: bytes = PNG) -> str:
    promise = await world.call("files.getUploadURLExternal", filename=name, length=len(content))
    async with world.http.post(promise["upload_url"], data=content) as response:
        assert response.status == 200
    return str(promise["file_id"])


async def test_the_sdk_uploads_a_file(world: World) -> None:
    dm = (await world.call("conversations.open", users=world.sari.id))["channel"]["id"]
    await world.client.files_upload_v2(channel=dm, content=PNG, filename="grafik.png", initial_comment="Ini")
    message = world.sari.visible(dm)[0]
    assert message.text == "Ini"
    assert world.slack.file(message.files[0]).content == PNG
    info = await world.call("files.info", file=message.files[0])
    assert (info["file"]["size"], info["file"]["ims"]) == (len(PNG), [dm])
    headers = {"Authorization": f"Bearer {world.slack.bot_token}"}
    async with world.http.get(info["file"]["url_private"], headers=headers) as response:
        assert await response.read() == PNG
    async with world.http.get(info["file"]["url_private"]) as response:
        assert response.content_type == "text/html", "as Slack does: its sign-in page"


async def test_an_upload_in_the_wrong_order(world: World) -> None:
    promise = await world.call("files.getUploadURLExternal", filename="a.png", length=3)
    files = [{"id": promise["file_id"]}]
    assert await world.refusal("files.completeUploadExternal", files=files) == "file_update_failed"
    assert await world.refusal("files.info", file=promise["file_id"]) == "file_not_found"
    async with world.http.post(promise["upload_url"], data=b"four") as response:
        assert response.status == 400
    async with world.http.post(promise["upload_url"], data=b"yes") as response:
        assert response.status == 200
    assert (await world.call("files.completeUploadExternal", files=files))["ok"]
    assert await world.refusal("files.completeUploadExternal", files=files) == "file_update_failed"
    async with world.http.post(promise["upload_url"], data=b"yes") as response:
        assert response.status == 409


async def test_files_that_are_refused(world: World) -> None:
    refusal = world.refusal
    assert await refusal("files.getUploadURLExternal", filename="a", length=0) == "invalid_arguments"
    assert (
        await refusal("files.getUploadURLExternal", filename="a", length=2_000_000_000) == "file_upload_size_restricted"
    )
    assert (
        await refusal("files.getUploadURLExternal", filename="a", length=1, alt_txt="x" * 1_001) == "alt_txt_too_large"
    )
    assert await refusal("files.completeUploadExternal", files=[{"id": "F9"}]) == "file_not_found"
    assert await refusal("files.completeUploadExternal", files=["F9"]) == "invalid_arguments"
    file = await upload(world)
    public = world.slack.add_channel("umum")
    for channel, error in ((public.id, "not_in_channel"), ("C9", "channel_not_found")):
        assert await refusal("files.completeUploadExternal", files=[{"id": file}], channel_id=channel) == error


async def test_only_a_finished_picture_can_be_shown_in_a_block(world: World) -> None:
    def block(file: str) -> dict[str, Any]:
        return {"blocks": [{"type": "image", "alt_text": "x", "slack_file": {"id": file}}]}

    picture, words = await upload(world), await upload(world, "daftar.csv", b"a,b")
    assert (await world.dm(**block(picture)))["error"] == "invalid_blocks"
    await world.call("files.completeUploadExternal", files=[{"id": picture}, {"id": words}])
    assert (await world.dm(**block(picture)))["ok"]
    assert (await world.dm(**block(words)))["error"] == "invalid_blocks"


async def test_files_take_their_scope() -> None:
    async with open_world(without("files:write")) as world:
        assert await world.refusal("files.getUploadURLExternal", filename="a", length=1) == "missing_scope"
