"""The JSON the page lives on, saving and loading, and garbage in every argument."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox import Slack
from bot.sandbox.methods import METHODS
from bot.sandbox.secrets import seeded
from tests.processes import HANG
from tests.sandbox.local_slack_kit import (
    MANIFEST,
    World,
    actions,
    button,
    give_up_soon,
    modal,
    open_app,
    open_socket,
    open_world,
    text_input,
)

Json = dict[str, Any]


async def get(world: World, path: str, **query: str) -> Json:
    async with world.http.get(f"{world.url}/_local/{path}", params=query) as response:
        body: Json = await response.json()
        return body | {"status": response.status}


async def act(world: World, do: str, **body: Any) -> Json:
    async with world.http.post(f"{world.url}/_local/act", json={"as": world.sari.id, "do": do, **body}) as response:
        answer: Json = await response.json()
        return answer | {"status": response.status}


async def test_the_state_of_a_person(world: World) -> None:
    await world.dm("halo")
    world.slack.add_channel("umum")
    state = await get(world, "state", **{"as": world.sari.id})
    assert state["workspace"]["app"]["commands"] == ["/contoh"]
    assert [p["real_name"] for p in state["people"]] == ["Sari Wulandari", "Budi Santoso"]
    assert [(c["label"], c["unread"]) for c in state["channels"]] == [("Contoh", 1)]
    assert [c["name"] for c in state["joinable"]] == ["umum"]
    assert (state["modals"], state["home"]) == ([], None)
    assert "me" not in await get(world, "state")
    assert (await get(world, "state", **{"as": "U9"}))["status"] == 404


async def test_a_channel_and_what_is_done_in_it(world: World) -> None:
    async with open_app(world):
        sent = await world.dm("pilih", blocks=[actions(button())])
        channel = sent["channel"]
        peek = await get(world, "channel", **{"as": world.sari.id}, id=channel, peek="1")
        assert peek["channel"]["unread"] == 1
        assert (peek["messages"][0]["author"], peek["messages"][0]["from_app"]) == ("Contoh", True)
        await get(world, "channel", **{"as": world.sari.id}, id=channel)
        assert world.sari.unread == {}
        on = {"channel": channel, "ts": sent["ts"]}
        assert (await act(world, "click", on=on, action_id="go"))["ok"]
        assert (await act(world, "say", channel=channel, text="halo"))["ok"]
        assert (await act(world, "command", line="/lain"))["text"].startswith("/lain is not")
        assert (await act(world, "home"))["ok"]
        assert (await get(world, "channel", **{"as": world.budi.id}, id=channel))["status"] == 404


async def test_a_modal_by_json(world: World) -> None:
    async with open_app(world):
        trigger = world.slack.workspace.issue_trigger(world.sari.id)
        view = (await world.call("views.open", trigger_id=trigger, view=modal(text_input(), actions(button()))))["view"]
        assert (await act(world, "click", on={"view": view["id"]}, action_id="go"))["ok"]
        assert list((await act(world, "submit"))["errors"]) == ["name"]
        assert (await act(world, "fill", values={"name": "Sari"}))["ok"]
        state = await get(world, "state", **{"as": world.sari.id})
        assert state["modals"][0]["state"]["values"]["name"]["value"]["value"] == "Sari"
        assert (await act(world, "submit"))["ok"]
        assert (await act(world, "close"))["status"] == 400


@pytest.mark.parametrize(
    ("do", "body"),
    [
        ("dance", {}),
        ("say", {}),
        ("say", {"channel": "C9", "text": "x"}),
        ("say", {"channel": {}, "text": 5}),
        ("click", {"on": "home", "action_id": "x"}),
        ("click", {"on": {"view": "V9"}, "action_id": "x"}),
        ("click", {"on": 5}),
        ("command", {"line": 5}),
        ("command", {"as": "U9", "line": "/contoh"}),
        ("submit", {"values": 5}),
        ("join", {"channel": "C9"}),
        ("timezone", {}),
        ("timezone", {"tz": "Mars/Olympus"}),
    ],
)
async def test_actions_that_make_no_sense(world: World, do: str, body: Json) -> None:
    answer = await act(world, do, **body)
    assert (answer["status"], answer["ok"]) == (400, False)
    assert answer["text"]


async def test_only_json_is_taken(world: World) -> None:
    for data, status in ((b"{", 400), (b"[]", 400)):
        headers = {"Content-Type": "application/json"}
        async with world.http.post(f"{world.url}/_local/act", data=data, headers=headers) as response:
            assert response.status == status
    async with world.http.post(
        f"{world.url}/_local/act", data=b"{}", headers={"Content-Type": "text/plain"}
    ) as response:
        assert response.status == 415


async def test_changes_are_told_to_those_they_concern(world: World) -> None:
    async def next_change(person: str) -> asyncio.Task[Json]:
        response = await world.http.get(f"{world.url}/_local/events", params={"as": person})
        await response.content.readline()

        async def read() -> Json:
            while True:
                line = await response.content.readline()
                if line.startswith(b"data: "):
                    change: Json = json.loads(line.removeprefix(b"data: "))
                    response.close()
                    return change

        return asyncio.create_task(read())

    sari, budi = await next_change(world.sari.id), await next_change(world.budi.id)
    channel = (await world.dm("halo"))["channel"]
    assert await asyncio.wait_for(sari, HANG) == {"kind": "message", "channel": channel}
    assert not budi.done()
    await world.call("chat.postMessage", channel=world.budi.id, text="halo")
    assert (await asyncio.wait_for(budi, HANG))["channel"] != channel


async def test_the_clock_is_moved(world: World) -> None:
    url = f"{world.url}/_local/clock"
    before = (await get(world, "clock"))["now"]
    async with world.http.post(url, json={"advance_seconds": 3_600}) as response:
        assert (await response.json())["now"] == "2027-01-04T03:00:00+00:00"
    async with world.http.post(url, json={"to": "2027-01-05T00:00:00+00:00"}) as response:
        assert response.status == 200
    for wrong in ({}, {"advance_seconds": "x"}, {"advance_seconds": -1}, {"to": before}, {"to": "2028-01-01"}):
        async with world.http.post(url, json=wrong) as response:
            assert response.status == 400


async def test_the_clock_may_be_somebody_elses_to_move() -> None:
    moved = []

    async def on_advance(target: Any) -> None:
        moved.append(target)

    async with open_world(on_advance=on_advance) as world:
        async with world.http.post(f"{world.url}/_local/clock", json={"advance_seconds": 60}) as response:
            assert response.status == 200
        assert [(m - world.clock.now()).total_seconds() for m in moved] == [60]


async def test_calls_and_pages(world: World) -> None:
    await world.call("api.test")
    assert [c["method"] for c in (await get(world, "calls"))["calls"]] == ["api.test"]
    assert (await get(world, "calls", limit="x"))["status"] == 400
    async with world.http.get(f"{world.url}/") as response:
        assert response.status == 200
    for path in ("nothing.js", "..%2Fslack.py", "../slack.py"):
        async with world.http.get(f"{world.url}/page/{path}") as response:
            assert response.status == 404


async def test_files_for_the_page_do_not_run(world: World) -> None:
    promise = await world.call("files.getUploadURLExternal", filename="a.html", length=3)
    async with world.http.post(promise["upload_url"], data=b"<b>"):
        pass
    async with world.http.get(f"{world.url}/_local/files/{promise['file_id']}") as response:
        assert (response.content_type, await response.read()) == ("application/octet-stream", b"<b>")
    assert (await get(world, "files/F9"))["status"] == 404


# Keeping


async def test_a_workspace_is_saved_and_found_again(world: World, tmp_path: Path) -> None:
    give_up_soon(world)
    async with open_socket(world):
        await world.sari.open_home()
    await world.client.files_upload_v2(
        channel=(await world.dm("halo"))["channel"], content=b"\x00\xff", filename="a.png", initial_comment="Ini"
    )
    await world.call("views.publish", user_id=world.sari.id, view={"type": "home", "blocks": []})
    trigger = world.slack.workspace.issue_trigger(world.sari.id)
    await world.call("views.open", trigger_id=trigger, view=modal(text_input()))
    await world.sari.fill({"name": "setengah"})
    path = tmp_path / "slack.json"
    world.slack.save(path)
    again = Slack.load(path, MANIFEST, clock=world.clock)
    sari = again.as_person(world.sari.id)
    assert sari.dm
    assert world.sari.dm
    assert sari.visible(sari.dm) == world.sari.visible(world.sari.dm)
    assert again.file("F0001").content == b"\x00\xff"
    assert (sari.home, sari.modals) == (world.sari.home, world.sari.modals)
    assert again.deliveries.pending == world.slack.deliveries.pending
    assert again.add_user("Orang Baru").id == "U0004"
    again.save(path)
    path.write_text('{"format": 99}')
    with pytest.raises(ValueError, match="99"):
        Slack.load(path, MANIFEST)


async def test_the_same_doings_give_the_same_ids() -> None:
    async def transcript() -> str:
        async with open_world(draw=seeded(1)) as world, open_app(world) as app:
            sent = await world.dm("pilih", blocks=[{"type": "actions", "elements": [button()]}])
            await world.sari.click((sent["channel"], sent["ts"]), "go")
            await world.sari.command("/contoh")
            return json.dumps([app.seen, list(world.slack.calls)]).replace(world.url, "URL")

    assert await transcript() == await transcript()


# Garbage

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)
ANYTHING = st.recursive(
    SCALARS | st.sampled_from(["U0002", "D0001", "C0001", "V0001", "1.2", "modal", "home", "section", "[", "{}"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "blocks", "elements", "element", "title", "id", "options"])
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, Json]:
    """A method with anything at all as its arguments."""
    method = METHODS[draw(st.sampled_from(sorted(METHODS)))]
    return method.name, {key: draw(ANYTHING) for key in method.args}


@settings(max_examples=20)
@given(st.lists(calls(), min_size=20, max_size=20))
def test_no_argument_breaks_the_server(batch: list[tuple[str, Json]]) -> None:
    async def send() -> None:
        async with open_world(rate_limits=False) as world:
            world.slack.add_channel("umum", bot=True)
            await world.dm()
            for method, args in batch:
                body = await world.call(method, **args)
                assert body["status"] == 200, (method, args, body)

    asyncio.run(send())
