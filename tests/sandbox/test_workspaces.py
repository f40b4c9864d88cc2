"""Several workspaces side by side: nothing of one is in another, and the app hears of each at its one address."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier

from bot.sandbox import Fault, Slack
from tests.sandbox.local_slack_kit import (
    MANIFEST,
    Office,
    actions,
    button,
    modal,
    open_workspaces,
    sdk_error,
    text_input,
)

Json = dict[str, Any]
FAREWELLS = replace(MANIFEST, events=MANIFEST.events | {"tokens_revoked"})


@dataclass
class Receiver:
    """An app's request URL: keeps what comes, and whether it was signed by the local Slack."""

    verifier: SignatureVerifier
    url: str = ""
    heard: list[Json] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.text()
        assert self.verifier.is_valid_request(body, dict(request.headers))
        if request.content_type == "application/json":
            self.heard.append(json.loads(body))
            return web.Response()
        form = {key: values[0] for key, values in parse_qs(body).items()}
        self.heard.append(json.loads(form["payload"]) if "payload" in form else form)
        return web.Response()

    def teams(self) -> list[str | None]:
        """The workspaces of what was heard, in order."""
        return [one.get("team_id") or (one.get("team") or {}).get("id") for one in self.heard]

    def events(self) -> list[str]:
        return [one["event"]["type"] for one in self.heard if one.get("type") == "event_callback"]


@asynccontextmanager
async def receiver(office: Office) -> AsyncIterator[Receiver]:
    """An app that listens, to which the workspaces send their requests."""
    app = Receiver(SignatureVerifier(office.home.signing_secret))
    application = web.Application()
    application.add_routes([web.post("/slack/events", app.take)])
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    app.url = office.home.push.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        yield app
    finally:
        await runner.cleanup()


async def pair(office: Office) -> tuple[Slack, Slack]:
    """Two workspaces with the app installed."""
    first, second = office.home.slacks.values()
    for slack in (first, second):
        await office.install(slack)
    return first, second


async def test_ids_and_secrets_of_two_workspaces_differ() -> None:
    async with open_workspaces("Angin", "Bukit") as office:
        angin, bukit = await pair(office)
        assert not set(angin.workspace.users) & set(bukit.workspace.users)
        assert angin.workspace.bot_id != bukit.workspace.bot_id
        a, b = (slack.add_channel("umum", bot=True) for slack in (angin, bukit))
        assert a.id != b.id
        assert (angin.signing_secret, angin.app_token) == (bukit.signing_secret, bukit.app_token)


async def test_a_token_reads_and_writes_in_its_own_workspace_alone() -> None:
    async with open_workspaces("Angin", "Bukit") as office:
        angin, bukit = await pair(office)
        sdk = office.client(angin.bot_token)
        sent = await sdk.chat_postMessage(channel=angin.users[0].id, text="halo")
        assert [one.text for one in angin.as_person(angin.users[0]).visible(sent["channel"])] == ["halo"]
        for call, error in (
            (sdk.chat_postMessage(channel=bukit.users[0].id, text="halo"), "channel_not_found"),
            (sdk.users_info(user=bukit.users[0].id), "user_not_found"),
            (sdk.users_lookupByEmail(email="sari@bukit.id"), "users_not_found"),
        ):
            assert await sdk_error(call) == error
        people = (await sdk.users_list())["members"]
        assert {one["id"] for one in people} == set(angin.workspace.users)
        assert [call["method"] for call in bukit.calls] == ["oauth.v2.access"]
        assert "Bukit" not in str(list(angin.calls))


async def test_files_and_answers_to_response_urls_stay_in_their_workspace() -> None:
    async with open_workspaces("Angin", "Bukit") as office, receiver(office) as app:
        angin, bukit = await pair(office)
        await angin.as_person(angin.users[0]).command("/contoh")
        await bukit.as_person(bukit.users[0]).command("/contoh")
        for heard, text in zip(list(app.heard), ("ke Angin", "ke Bukit"), strict=True):
            async with office.http.post(heard["response_url"], json={"text": text}) as response:
                assert response.status == 200
        for slack, text in ((angin, "ke Angin"), (bukit, "ke Bukit")):
            me = slack.as_person(slack.users[0])
            assert me.dm
            assert [one.text for one in me.visible(me.dm)] == [text]
        scopes = "files:write,files:read,chat:write"
        for slack in (angin, bukit):
            await office.install(slack, scope=scopes)
        there = bukit.add_channel("umum", bot=True)
        sdk = office.client(bukit.bot_token)
        uploaded = await sdk.files_upload_v2(channel=there.id, content="isi", filename="a.txt")
        address = uploaded["file"]["url_private"]
        for token, found in ((bukit.bot_token, "isi"), (angin.bot_token, "Sign in")):
            async with office.http.get(address, headers={"Authorization": f"Bearer {token}"}) as response:
                assert found in await response.text()


async def test_requests_are_signed_and_say_their_workspace() -> None:
    async with open_workspaces("Angin", "Bukit") as office, receiver(office) as app:
        angin, bukit = await pair(office)
        for slack in (angin, bukit):
            me = slack.as_person(slack.users[0])
            assert (await me.command("/contoh halo")).ok
            await office.client(slack.bot_token).views_open(
                trigger_id=app.heard[-1]["trigger_id"], view=modal(text_input(), callback_id="form")
            )
            assert (await me.submit({"name": "Sari"})).ok
            sent = await office.client(slack.bot_token).chat_postMessage(
                channel=me.id, text="x", blocks=[actions(button())]
            )
            assert (await me.click((sent["channel"], sent["ts"]), "go")).ok
            await me.open_home()
        await office.home.wait_idle()
        teams = app.teams()
        half = len(teams) // 2
        assert set(teams[:half]) == {angin.workspace.team_id}
        assert set(teams[half:]) == {bukit.workspace.team_id}
        event_ids = [one["event_id"] for one in app.heard if "event_id" in one]
        assert len(set(event_ids)) == len(event_ids)
        for one in app.heard:
            if "event_id" in one:
                assert one["authorizations"][0]["team_id"] == one["team_id"]


async def test_faults_and_limits_of_one_workspace_do_not_touch_another() -> None:
    async with open_workspaces("Angin", "Bukit") as office:
        angin, bukit = await pair(office)
        angin.faults.add(Fault("ratelimited"))
        with pytest.raises(SlackApiError):
            await office.client(angin.bot_token).auth_test()
        assert (await office.client(bukit.bot_token).auth_test())["ok"]


async def test_removing_the_app_from_one_workspace_tells_it_and_leaves_the_other() -> None:
    async with open_workspaces("Angin", "Bukit", manifest=FAREWELLS) as office, receiver(office) as app:
        angin, bukit = await pair(office)
        channel = angin.add_channel("umum", bot=True)
        token, bot = angin.bot_token, angin.workspace.bot_user
        client = office.home.client
        refused = office.client(token).apps_uninstall(client_id=client.id, client_secret="wrong")
        assert await sdk_error(refused) == "bad_client_secret"
        office.clock.advance(61)
        await office.client(token).apps_uninstall(client_id=client.id, client_secret=client.secret)
        await office.home.wait_idle()
        assert sorted(app.events()) == ["app_uninstalled", "tokens_revoked"]
        assert set(app.teams()) == {angin.workspace.team_id}
        assert all("authorizations" not in one for one in app.heard)
        assert {"oauth": [], "bot": [bot]} in [one["event"].get("tokens") for one in app.heard]
        assert await sdk_error(office.client(token).auth_test()) == "account_inactive"
        assert bot not in channel.members
        assert (await office.client(bukit.bot_token).auth_test())["ok"]
        await angin.set_timezone(angin.users[0], "Asia/Makassar")
        assert not (await angin.as_person(angin.users[0]).command("/contoh")).ok
        assert len(app.heard) == 2
        again = await office.install(angin)
        assert again["bot_user_id"] == bot
        assert again["access_token"] != token
        assert await sdk_error(office.client(token).auth_test()) == "account_inactive"
        await angin.set_timezone(angin.users[0], "Asia/Jakarta")
        assert app.events()[2:] == ["user_change"]


async def test_a_revoked_token_is_told_but_the_app_is_not_removed_by_it() -> None:
    async with open_workspaces("Angin", manifest=FAREWELLS) as office, receiver(office) as app:
        [slack] = office.home.slacks.values()
        await office.install(slack)
        await office.client(slack.bot_token).auth_revoke()
        await office.home.wait_idle()
        assert app.events() == ["tokens_revoked"]
        await slack.uninstall()
        await office.home.wait_idle()
        assert app.events() == ["tokens_revoked", "app_uninstalled"]


async def test_a_workspace_that_is_added_while_serving_is_there_at_once() -> None:
    async with open_workspaces("Angin") as office:
        late = office.home.add_workspace("Cahaya")
        late.add_user("Citra")
        answer = await office.install(late)
        assert answer["team"]["name"] == "Cahaya"
        async with office.http.get(f"{office.home.url}/_local/state?workspace={late.workspace.team_id}") as response:
            assert (await response.json())["workspace"]["name"] == "Cahaya"


async def test_sockets_carry_the_requests_of_all_workspaces() -> None:
    async with open_workspaces("Angin", "Bukit") as office:
        angin, bukit = await pair(office)
        answer = await office.client().apps_connections_open(app_token=office.home.app_token)
        async with office.http.ws_connect(answer["url"]) as ws:
            assert (await ws.receive_json())["type"] == "hello"
            for slack in (angin, bukit):
                slack.deliveries.spawn(slack.as_person(slack.users[0]).command("/contoh"))
            envelopes = [await ws.receive_json() for _ in range(2)]
            for envelope in envelopes:
                await ws.send_json({"envelope_id": envelope["envelope_id"]})
            await office.home.wait_idle()
        assert {one["payload"]["team_id"] for one in envelopes} == set(office.home.slacks)
        assert len({one["envelope_id"] for one in envelopes}) == 2


async def test_the_clock_and_what_is_due_are_moved_for_all() -> None:
    async with open_workspaces("Angin", "Bukit") as office, receiver(office) as app:
        await pair(office)
        address, office.home.push.url = office.home.push.url, "http://127.0.0.1:9/"
        for slack in office.home.slacks.values():
            await slack.set_timezone(slack.users[0], "Asia/Makassar")
        office.home.push.url = address
        office.clock.advance(5)
        assert await office.home.pump() == 2
        assert app.events() == ["user_change"] * 2


async def test_the_page_of_each_workspace_shows_its_own() -> None:
    async with open_workspaces("Angin", "Bukit") as office:
        angin, bukit = office.home.slacks.values()
        for slack in (angin, bukit):
            query = {"workspace": slack.workspace.team_id}
            async with office.http.get(f"{office.home.url}/_local/state", params=query) as response:
                body = await response.json()
            assert body["workspace"]["name"] == slack.workspace.name
            assert [one["id"] for one in body["people"]] == [user.id for user in slack.users]
        async with office.http.get(f"{office.home.url}/_local/state?workspace=T9") as response:
            assert response.status == 404
        async with office.http.get(f"{office.home.url}/_local/state") as response:
            body = await response.json()
        assert body["workspace"]["name"] == "Angin"
        shown = [(one["name"], one["installed"]) for one in body["workspaces"]]
        assert shown == [("Angin", False), ("Bukit", False)]
