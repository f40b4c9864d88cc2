"""Slack's official Node packages work against the local Slack as they are: Bolt in Socket Mode, and the web client."""

from typing import Any

from bot.sandbox import Channel, Fault
from tests.fidelity.conftest import Program, running, until
from tests.sandbox.local_slack_kit import World


def dm_texts(world: World) -> list[str]:
    return [message.text for message in world.sari.visible(world.sari.dm)] if world.sari.dm else []


async def test_a_bolt_app(world: World, node: str) -> None:
    slack = world.slack
    room = slack.add_channel("umum", members=[world.budi.id], bot=True)
    async with running(node, "app.mjs", slack.bot_token, slack.app_token, slack.api_url) as app:
        assert await app.told() == {"started": True}
        await a_command(world)
        await a_modal(world, app)
        await a_button(world)
        await events(world, room)
        await a_stranger(world, room)
        await a_grid(world)
        await a_new_socket(world)
    assert [call for call in slack.calls if not call["ok"]] == []


async def a_command(world: World) -> None:
    outcome = await world.sari.command("/contoh satu")
    assert outcome.text == "baik: satu"
    await until(world.slack, lambda: "sesudah itu" in dm_texts(world))


async def a_modal(world: World, app: Program) -> None:
    sari = world.sari
    await sari.command("/contoh form")
    await until(world.slack, lambda: sari.modal)
    await sari.click(None, "deeper")
    await until(world.slack, lambda: len(sari.modals) == 2)
    await sari.close()
    wrong = await sari.submit({"name": "Al"})
    assert wrong.errors == {"name": "terlalu pendek"}
    assert (await sari.submit({"name": "Sari"})).ok
    assert sari.modal
    assert sari.modal.blocks[0]["text"]["text"] == "Halo, Sari"
    await sari.close()

    await sari.shortcut("start")
    await until(world.slack, lambda: sari.modal and (sari.modal.title or {})["text"] == "Mulai")
    await sari.close()
    await sari.command("/contoh form")
    await until(world.slack, lambda: sari.modal)
    await sari.close(all=True)
    assert await app.told() == {"closed": True}


async def a_button(world: World) -> None:
    sari = world.sari
    await until(world.slack, lambda: "Jadi?" in dm_texts(world))
    assert sari.dm
    question = next(message for message in sari.visible(sari.dm) if message.text == "Jadi?")
    assert (await sari.click(question, "go")).ok
    await until(world.slack, lambda: "hanya untukmu" in dm_texts(world))
    assert "Jadi, Sari." in dm_texts(world)
    assert "Jadi?" not in dm_texts(world)


async def events(world: World, room: Channel) -> None:
    sari = world.sari
    await sari.open_home()
    await until(world.slack, lambda: sari.home)
    assert sari.home
    assert sari.home.blocks[0]["text"]["text"] == f"Rumah <@{sari.id}>"
    await sari.join(room)
    await until(world.slack, lambda: any("Selamat datang" in one.text for one in sari.visible(room)))
    assert sari.dm
    await sari.say(sari.dm, "halo, apa kabar")
    await until(world.slack, lambda: f"halo juga, <@{sari.id}>" in dm_texts(world))


async def a_stranger(world: World, room: Channel) -> None:
    """Somebody of another company comes in, when the channel is shared."""
    tono = world.slack.as_person(world.slack.add_user("Tono", is_stranger=True, team_id="T0002"))
    welcomed = len(world.sari.visible(room))
    world.slack.share(room, tono.id)
    await until(world.slack, lambda: len(world.sari.visible(room)) > welcomed)
    assert f"<@{tono.id}>" in world.sari.visible(room)[-1].text


async def a_grid(world: World) -> None:
    """On a Grid payloads name no team, and events another one."""
    space = world.slack.workspace
    space.enterprise_id, space.team_in_payloads, space.event_team = "E0001", False, "E0001"
    assert (await world.sari.command("/contoh dua")).text == "baik: dua"
    assert (await world.sari.shortcut("start")).ok
    await until(world.slack, lambda: world.sari.modal)
    await world.sari.close()
    assert world.sari.dm
    await world.sari.say(world.sari.dm, "halo dari Grid")
    await until(world.slack, lambda: dm_texts(world)[-1].startswith("halo juga"))
    space.enterprise_id, space.team_in_payloads, space.event_team = "", True, ""


async def a_new_socket(world: World) -> None:
    """Slack recycles connections; the client dials anew by itself."""
    await world.slack.drop_sockets("refresh_requested")
    await world.slack.sockets.wait_connected()
    assert (await world.sari.command("/contoh lagi")).text == "baik: lagi"


async def test_the_web_client(world: World, node: str) -> None:
    slack, sari = world.slack, world.sari
    room = slack.add_channel("kantor", members=[sari.id], bot=True)
    slack.rename_channel(room, "umum")
    slack.share(room)
    sari.user.is_restricted = True
    slack.faults.add(Fault("ratelimited", method="users.info", times=1))
    async with running(node, "calls.mjs", slack.bot_token, slack.api_url, room.id, sari.id) as program:
        came: dict[str, Any] = await program.told()
    assert came["me"] == slack.workspace.bot_user
    assert came["scopes"]
    assert [len(page) for page in came["members"]] == [2, 1]
    assert [name for page in came["members"] for name in page][1:] == ["Sari Wulandari", "Budi Santoso"]
    assert came["channels"] == ["umum"]
    assert came["link"].startswith("https://")
    assert came["history"] == [["dua", 1, 1]]
    assert came["replies"] == ["dua", "balasan"]
    assert came["uploaded"] == [["angka.csv", "angka.csv", 8], ["halo.txt", "Halo", 4]]
    assert came["downloaded"] == "a,b\n1,2\n"
    assert (came["named"], came["gone"]) == ("angka.csv", "file_not_found")
    assert (came["dm"], came["room"], came["topic"]) == (True, 2, "Tukar ilmu")
    assert came["refused"] == [
        "channel_not_found",
        "invalid_blocks",
        "users_not_found",
        "unknown_method",
        "invalid_auth",
    ]
    assert came["conversation"] == [True, ["T0002"], False, ["kantor"]]
    assert came["person"] == [True, "Sari", "EVERYONE", "Asia/Jakarta"]
    assert came["broadcast"] == ["thread_broadcast", slack.workspace.bot_user, "dua"]
    assert (came["waited"], came["after"]) == ([1], "Sari Wulandari")
    seen = [message.text for message in sari.visible(room)]
    assert seen == ["dua", "balasan", "hanya untukmu", "ini berkasnya", "di channel juga"]
