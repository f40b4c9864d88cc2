"""What a real workspace has besides people and channels: guests, other companies, policies, a Grid, lost events."""

from dataclasses import replace
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from bot.sandbox import Channel, Fault, Manifest, Slack
from bot.sandbox.model import Posting
from tests.sandbox.local_slack_kit import (
    MANIFEST,
    StandingClock,
    World,
    actions,
    button,
    modal,
    open_app,
    open_socket,
    open_world,
    text_input,
)

Json = dict[str, Any]


def stranger(world: World) -> str:
    """Somebody of another company."""
    return world.slack.add_user("Tono Hartono", is_stranger=True, team_id="T0002").id


def hearing(*events: str) -> Manifest:
    """The test manifest with more events."""
    return replace(
        MANIFEST,
        events=MANIFEST.events | set(events),
        scopes=MANIFEST.scopes | {"channels:history", "channels:read", "groups:read"},
    )


# Objects


# Shared channels


async def test_a_shared_channel_and_its_strangers() -> None:
    async with (
        open_world(hearing("channel_shared", "channel_unshared", "message.channels")) as world,
        open_app(world) as app,
    ):
        room = world.slack.add_channel("proyek", members=[world.sari.id], bot=True)
        tono = world.slack.as_person(stranger(world))
        world.slack.change_channel(room, pending_ext_shared=True)
        shown = (await world.call("conversations.info", channel=room.id))["channel"]
        assert (shown["is_pending_ext_shared"], shown["is_ext_shared"], shown["is_shared"]) == (True, False, False)
        assert shown["pending_connected_team_ids"] == ["T0002"]
        world.slack.share(room, tono.id)
        await world.slack.wait_idle()
        shown = (await world.call("conversations.info", channel=room.id))["channel"]
        assert (shown["is_pending_ext_shared"], shown["is_ext_shared"], shown["is_shared"]) == (False, True, True)
        assert (shown["shared_team_ids"], shown["connected_team_ids"]) == (["T0001", "T0002"], ["T0002"])
        assert shown["conversation_host_id"] == "T0001"
        await tono.say(room, "halo dari luar")
        sent = await world.call("chat.postMessage", channel=room.id, text="x", blocks=[actions(button("go"))])
        await tono.click((room.id, sent["ts"]), "go")
        world.slack.change_channel(room, ext_shared=False, shared_team_ids=[])
        await world.slack.wait_idle()
    events = {body["event"]["type"]: body for body in app.seen if "event" in body}
    assert events["channel_shared"]["event"]["connected_team_id"] == "T0002"
    assert events["channel_unshared"]["event"]["previously_connected_team_id"] == "T0002"
    joined = events["member_joined_channel"]
    assert (joined["event"]["team"], joined["team_id"], joined["context_team_id"]) == ("T0002", "T0002", "T0001")
    theirs = next(body for body in app.seen if body.get("event", {}).get("text") == "halo dari luar")
    assert (theirs["is_ext_shared_channel"], theirs["team_id"]) == (True, "T0002")
    assert theirs["authorizations"][0]["team_id"] == "T0001"
    assert (theirs["event"]["user_team"], theirs["event"]["user_profile"]["team"]) == ("T0002", "T0002")
    clicked = next(body for body in app.seen if body.get("type") == "block_actions")
    assert (clicked["team"]["id"], clicked["user"]["team_id"]) == ("T0001", "T0002")


async def test_payloads_on_a_grid() -> None:
    async with open_world() as world, open_app(world) as app:
        space = world.slack.workspace
        space.enterprise_id, space.team_in_payloads, space.event_team = "E0001", False, "E0001"
        assert (await world.call("auth.test"))["enterprise_id"] == "E0001"
        sent = await world.dm(blocks=[actions(button("go"))])
        await world.sari.click((sent["channel"], sent["ts"]), "go")
        await world.sari.command("/contoh")
        await world.sari.open_home()
    clicked = next(body for body in app.seen if body.get("type") == "block_actions")
    assert (clicked["team"], clicked["enterprise"]["id"], clicked["user"]["team_id"]) == (None, "E0001", "T0001")
    command = next(body for body in app.seen if "command" in body)
    assert (command["enterprise_id"], command["team_id"]) == ("E0001", "T0001")
    event = next(body for body in app.seen if body.get("event", {}).get("type") == "app_home_opened")
    assert (event["team_id"], event["context_team_id"], event["enterprise_id"]) == ("E0001", "T0001", "E0001")


# Policies

POSTINGS: dict[Posting, tuple[str | None, str | None]] = {
    "everyone": (None, None),
    "admins": ("restricted_action", "restricted_action"),
    "read_only": ("restricted_action_read_only_channel", "restricted_action_read_only_channel"),
    "threads": ("restricted_action_thread_only_channel", None),
    "no_threads": (None, "restricted_action_non_threadable_channel"),
}


@pytest.mark.parametrize("posting", POSTINGS)
async def test_who_may_post_in_a_channel(world: World, posting: Posting) -> None:
    room = world.slack.add_channel("umum", members=[world.sari.id, world.budi.id], bot=True)
    parent = (await world.call("chat.postMessage", channel=room.id, text="induk"))["ts"]
    world.slack.change_channel(room, posting=posting)
    for thread_ts, expected in zip((None, parent), POSTINGS[posting], strict=True):
        told = await world.call("chat.postMessage", channel=room.id, text="x", thread_ts=thread_ts)
        assert told.get("error") == expected
        whisper: Json = {"channel": room.id, "user": world.sari.id, "text": "x", "thread_ts": thread_ts}
        assert (await world.call("chat.postEphemeral", **whisper)).get("error") == (expected and "restricted_action")
        assert (await world.sari.say(room, "x", thread_ts=thread_ts)).ok is (expected is None)
    world.budi.user.is_admin = True
    assert (await world.budi.say(room, "x")).ok, "admins may always write"
    shown = (await world.call("conversations.info", channel=room.id))["channel"]
    assert shown["is_read_only"] is (posting == "read_only")
    assert shown["is_thread_only"] is (posting == "threads")


async def test_file_policies(world: World) -> None:
    room = world.slack.add_channel("umum", bot=True)
    ask = {"filename": "daftar.csv", "length": 3}
    promised = await world.call("files.getUploadURLExternal", **ask)
    await world.http.post(promised["upload_url"], data=b"a,b")
    world.slack.workspace.uploads = "images"
    assert await world.refusal("files.getUploadURLExternal", **ask) == "file_uploads_except_images_disabled"
    finish: Json = {"files": [{"id": promised["file_id"]}], "channel_id": room.id}
    assert await world.refusal("files.completeUploadExternal", **finish) == "file_uploads_except_images_disabled"
    assert (await world.call("files.getUploadURLExternal", filename="grafik.png", length=3))["ok"]
    world.slack.workspace.uploads = "none"
    assert await world.refusal("files.getUploadURLExternal", filename="a.png", length=3) == "file_uploads_disabled"
    trigger = world.slack.workspace.issue_trigger(world.sari.id)
    asks = text_input("berkas") | {"element": {"type": "file_input", "action_id": "value"}}
    await world.call("views.open", trigger_id=trigger, view=modal(asks))
    told = await world.sari.submit({"berkas": [{"name": "a.csv", "content": b"a"}]})
    assert "does not allow" in told.errors["berkas"]
    world.slack.workspace.uploads = "all"
    assert (await world.call("files.completeUploadExternal", **finish))["ok"]
    world.slack.change_channel(room, posting="admins")
    again = await world.call("files.getUploadURLExternal", **ask)
    await world.http.post(again["upload_url"], data=b"a,b")
    finish = {"files": [{"id": again["file_id"]}], "channel_id": room.id}
    assert await world.refusal("files.completeUploadExternal", **finish) == "posting_to_channel_denied"


async def test_a_guest_of_one_channel_is_invited_to_no_other(world: World) -> None:
    guest = world.slack.add_user("Satu", is_ultra_restricted=True)
    first, other = (world.slack.add_channel(name, private=True, bot=True) for name in ("satu", "dua"))
    assert (await world.call("conversations.invite", channel=first.id, users=guest.id))["ok"]
    assert await world.refusal("conversations.invite", channel=other.id, users=guest.id) == "ura_max_channels"


async def test_history_as_for_a_sold_app(world: World) -> None:
    room = world.slack.add_channel("umum", bot=True)
    for number in range(20):
        world.clock.advance(2)
        await world.call("chat.postMessage", channel=room.id, text=str(number))
    world.slack.limits.tight = True
    first = await world.call("conversations.history", channel=room.id, limit=100)
    assert (len(first["messages"]), first["has_more"]) == (15, True)
    again = await world.call("conversations.history", channel=room.id)
    assert (again["error"], again["retry_after"]) == ("ratelimited", "60")
    world.clock.advance(60)
    cursor = first["response_metadata"]["next_cursor"]
    assert len((await world.call("conversations.history", channel=room.id, cursor=cursor))["messages"]) == 5


# Channels that change


@pytest.mark.parametrize("private", [False, True])
async def test_what_happens_to_a_channel(private: bool) -> None:
    kinds = ("archive", "unarchive", "rename", "deleted", "left")
    kind = "group" if private else "channel"
    wanted = [f"{kind}_{one}" for one in kinds]
    async with open_world(hearing(*wanted)) as world, open_app(world) as app:
        room = world.slack.add_channel("satu", private=private, members=[world.sari.id], bot=True)
        other = world.slack.add_channel("dua", private=private, members=[world.sari.id], bot=True)
        world.slack.archive(room)
        await world.slack.wait_idle()
        assert await world.refusal("chat.postMessage", channel=room.id, text="x") == "is_archived"
        world.slack.unarchive(room)
        await world.slack.wait_idle()
        assert (await world.call("chat.postMessage", channel=room.id, text="x"))["ok"]
        world.slack.rename_channel(room, "tiga")
        await world.slack.wait_idle()
        world.slack.delete_channel(room)
        await world.slack.wait_idle()
        assert await world.refusal("chat.postMessage", channel=room.id, text="x") == "channel_not_found"
        world.slack.remove_member(other, world.slack.workspace.bot_user)
        await world.slack.wait_idle()
        told = [body["event"]["type"] for body in app.seen if body.get("event", {}).get("type") in wanted]
    assert told == wanted


async def test_a_channel_becomes_public(world: World) -> None:
    room = world.slack.add_channel("hr", private=True, members=[world.sari.id], bot=True)
    with pytest.raises(PermissionError):
        await world.budi.join(room)
    world.slack.change_channel(room, kind="public")
    assert not (await world.call("conversations.info", channel=room.id))["channel"]["is_private"]
    assert (await world.budi.join(room)).ok


# Events that are lost, late or repeated


async def test_events_of_a_time_are_never_delivered() -> None:
    async with open_world(hearing("message.channels")) as world, open_app(world) as app:
        room = world.slack.add_channel("umum", members=[world.sari.id], bot=True)
        with world.slack.missing_events() as missed:
            await world.slack.change_user(world.sari.id, title="Direktur")
            await world.sari.say(room, "tidak terdengar")
            await world.slack.wait_idle()
        assert [one["event"]["type"] for one in missed] == ["user_change", "message"]
        world.clock.advance(3_600)
        await world.slack.pump()
        assert [body for body in app.seen if "event" in body] == []
        assert (await world.call("users.info", user=world.sari.id))["user"]["profile"]["title"] == "Direktur"
        await world.sari.say(room, "terdengar")
        assert app.seen[-1]["event"]["text"] == "terdengar"
        late = await world.slack.redeliver(missed[0]["event_id"], attempt=3)
        assert late.acked
        assert app.seen[-1]["event_id"] == missed[0]["event_id"], "older than what was told before"


async def test_an_older_event_is_repeated(world: World) -> None:
    room = world.slack.add_channel("umum", members=[world.sari.id], bot=True)
    async with open_socket(world) as socket:
        world.slack.emit_soon("app_home_opened", {"type": "app_home_opened", "user": world.sari.id})
        first = await socket.receive()
        await socket.ack(first)
        world.slack.add_member(room, world.budi.id)
        await socket.ack(await socket.receive())
        repeating = world.slack.deliveries.spawn(world.slack.redeliver(first["payload"]["event_id"], attempt=2))
        again = await socket.receive()
        await socket.ack(again)
        assert (await repeating).acked
    assert again["payload"] == first["payload"]
    assert (again["retry_attempt"], again["retry_reason"]) == (2, "timeout")
    with pytest.raises(KeyError):
        await world.slack.redeliver("Ev99999999")


async def test_a_socket_is_closed_after_its_goodbye(world: World) -> None:
    async with open_socket(world) as socket:
        await world.slack.drop_sockets("warning")
        goodbye = await socket.receive()
        assert (goodbye["type"], goodbye["reason"]) == ("disconnect", "warning")
        world.clock.advance(9)
        await world.slack.pump()
        await socket.ws.ping()
        assert not socket.ws.closed
        world.clock.advance(1)
        await world.slack.pump()
        await socket.ws.receive()
        assert socket.ws.closed


# Acks


async def test_what_is_answered_inside_an_ack_is_recorded(world: World) -> None:
    def register(bolt: AsyncApp) -> None:
        @bolt.command("/contoh")
        async def answer(ack: Any, body: Json, client: Any) -> None:
            await ack(text="baik")
            await client.views_open(trigger_id=body["trigger_id"], view={**modal(text_input()), "callback_id": "f"})

        @bolt.view("f")
        async def take(ack: Any) -> None:
            await ack(response_action="update", view={**modal(text_input("kedua")), "callback_id": "g"})

        @bolt.view("g")
        async def refuse(ack: Any) -> None:
            await ack(response_action="push", view={"type": "modal"})

    async with open_app(world, register):
        await world.sari.command("/contoh")
        await world.slack.wait_idle()
        assert (await world.sari.submit({"name": "x"})).ok
        assert not (await world.sari.submit({"kedua": "x"})).ok
    acks = [call for call in world.slack.calls if call["method"] == "ack"]
    assert [(one["ok"], one["error"]) for one in acks] == [(True, None), (True, None), (False, "invalid_arguments")]
    assert acks[0]["args"] == {"text": "baik"}
    assert acks[1]["args"]["view"]["callback_id"] == "g"


# Errors on demand


async def test_every_documented_error_can_be_had(world: World) -> None:
    async with world.http.get(f"{world.url}/_local/faults") as response:
        errors = (await response.json())["errors"]
    assert {"restricted_action", "ekm_access_denied"} <= set(errors["chat.postMessage"])
    for method, known in errors.items():
        if method == "*":
            continue
        for error in known:
            world.slack.faults.add(Fault("refused", method=method, times=1, error=error))
            assert await world.refusal(method) == error


async def test_only_documented_errors_are_offered(world: World) -> None:
    async def switch(**body: Any) -> tuple[int, Json]:
        async with world.http.post(f"{world.url}/_local/faults", json={"kind": "refused", **body}) as response:
            return response.status, await response.json()

    status, told = await switch(method="chat.postMessage", error="is_archived", times=1)
    assert (status, told["faults"][-1]["error"]) == (200, "is_archived")
    assert await world.refusal("chat.postMessage", channel=world.sari.id, text="x") == "is_archived"
    assert (await switch(method="users.info", error="is_archived"))[0] == 400
    assert (await switch(method="chat.postMessage"))[0] == 400
    assert (await switch(error="missing_scope", times=1))[0] == 200
    body = await world.call("conversations.members", channel="C1")
    assert (body["error"], body["needed"]) == ("missing_scope", "channels:read")
    assert "chat:write" in body["provided"]


# Kept


def test_a_saved_workspace_keeps_its_policies(tmp_path: Any) -> None:
    slack = Slack(MANIFEST, clock=StandingClock())
    slack.workspace.uploads, slack.workspace.enterprise_id = "images", "E0001"
    room: Channel = slack.add_channel("umum", bot=True)
    slack.change_channel(room, posting="threads", pending_ext_shared=True)
    slack.save(tmp_path / "slack.json")
    again = Slack.load(tmp_path / "slack.json", MANIFEST, clock=StandingClock())
    assert (again.workspace.uploads, again.workspace.enterprise_id) == ("images", "E0001")
    kept = again.channel("umum")
    assert (kept.posting, kept.pending_ext_shared) == ("threads", True)


# As on a bad day


async def test_a_bad_day_and_its_end(world: World, tmp_path: Any) -> None:
    slack = world.slack
    hall = slack.add_channel("umum", members=[world.sari.id, world.budi.id], bot=True)

    async def switch(on: Any) -> Json:
        async with world.http.post(f"{world.url}/_local/bad_day", json={"on": on}) as response:
            body: Json = await response.json()
            return body | {"status": response.status}

    assert (await switch("yes"))["status"] == 400
    told = await switch(True)
    assert (told["on"], len(told["guests"]), len(told["strangers"])) == (True, 2, 1)
    assert (told["restricted"], told["history"]) == (["umum"], {"messages": 15, "calls_a_minute": 1})
    assert await world.refusal("chat.postMessage", channel=hall.id, text="x") == "restricted_action"
    guests = [one for one in slack.users if one.is_restricted]
    assert sorted(one.real_name for one in guests) == sorted(told["guests"])
    assert told["unheard"]
    lost = len(slack.events.missed)
    await slack.change_user(world.budi.id, real_name="Budi S. Santoso")
    assert [one["event"]["type"] for one in slack.events.missed[lost:]] == ["user_change"]
    shared = slack.channel(told["shared"][0])
    assert shared.ext_shared
    assert any(one.is_stranger and one.id in shared.members for one in slack.users)
    await switch(True)
    assert len([one for one in slack.users if one.is_restricted]) == 2, "a second press changes nothing"
    slack.save(tmp_path / "slack.json")
    again = Slack.load(tmp_path / "slack.json", MANIFEST, clock=StandingClock())
    assert (again.bad_day.on, again.limits.tight) == (True, True)
    assert "user_change" in again.events.losing_kinds
    told = await switch(False)
    assert (told["unheard"], slack.events.losing_kinds) == (False, frozenset())
    assert (told["on"], told["guests"], told["shared"], told["history"]) == (False, [], [], None)
    assert (await world.call("chat.postMessage", channel=hall.id, text="x"))["ok"]
    assert all(one.deleted for one in guests)
    assert (shared.ext_shared, shared.archived, slack.limits.tight) == (False, True, False)
    assert (await switch(True))["guests"] == [one.real_name for one in guests], "the same people come again"


async def test_a_bad_day_without_channels(world: World) -> None:
    await world.slack.bad_day.switch(True)
    assert world.slack.bad_day.view()["restricted"] == []
    await world.slack.bad_day.switch(False)
