"""An organisation installs the app for its workspaces: one token, one bot user, and payloads without a team."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_internals import build_async_context

from bot.sandbox import Slack, User
from tests.sandbox.local_slack_kit import MANIFEST, Office, open_workspaces, sdk_error
from tests.sandbox.test_workspaces import Receiver, receiver

Json = dict[str, Any]
ORG_EVENTS = {"tokens_revoked", "team_access_granted", "team_access_revoked"}
READY = replace(MANIFEST, events=MANIFEST.events | ORG_EVENTS, org_deploy=True)


@dataclass
class Grid:
    """A workspace by itself, and an organisation with two."""

    office: Office
    alone: Slack
    north: Slack
    south: Slack
    admin: User

    async def install(self, target: str = "E1001") -> Json:
        brought = await self.office.press("allow", target, self.admin.id)
        return await self.office.access(code=brought["code"])


@asynccontextmanager
async def open_grid() -> AsyncIterator[Grid]:
    async with open_workspaces("Angin", manifest=READY) as office:
        grup = office.home.add_organisation("Grup Nusantara")
        north, south = (office.home.add_workspace(name, organisation=grup) for name in ("Utara", "Selatan"))
        admin = north.add_user("Ayu Admin", is_admin=True)
        south.add_user("Sari Selatan", email="sari@selatan.id")
        [alone] = [slack for slack in office.home.slacks.values() if not slack.workspace.enterprise_id]
        yield Grid(office, alone, north, south, admin)


async def test_the_answer_is_the_organisations() -> None:
    async with open_grid() as grid:
        answer = await grid.install()
        assert answer["is_enterprise_install"] is True
        assert answer["team"] is None
        assert answer["enterprise"] == {"id": "E1001", "name": "Grup Nusantara"}
        who = await grid.office.client(answer["access_token"]).auth_test()
        assert who["is_enterprise_install"] is True
        assert (who["enterprise_id"], who["user_id"]) == ("E1001", answer["bot_user_id"])
        for slack in (grid.north, grid.south):
            assert slack.workspace.bot_user == answer["bot_user_id"]
            assert slack.bot_token == answer["access_token"]
        assert not grid.alone.workspace.installed


async def test_the_page_offers_organisations_to_their_admins_if_the_app_is_ready() -> None:
    async with open_grid() as grid:
        http, link = grid.office.http, grid.office.link
        async with http.get(link()) as response:
            assert "the whole organisation" in await response.text()
        async with http.get(link(team="E1001")) as response:
            text = await response.text()
            assert "Ayu Admin" in text
            assert "Sari Selatan" not in text
    async with open_workspaces("Angin") as office:
        office.home.add_workspace("Utara", organisation=office.home.add_organisation("Grup"))
        async with office.http.get(office.link()) as response:
            assert "the whole organisation" not in await response.text()


async def test_calls_go_to_the_workspace_that_they_are_about() -> None:
    async with open_grid() as grid:
        token = (await grid.install())["access_token"]
        sdk = grid.office.client(token)
        south, north = grid.south.workspace.team_id, grid.north.workspace.team_id
        person = grid.south.users[0]
        sent = await sdk.chat_postMessage(channel=person.id, text="halo")
        assert sent["channel"] in grid.south.workspace.channels
        found = await sdk.users_lookupByEmail(email="sari@selatan.id")
        assert found["user"]["id"] == person.id
        assert found["user"]["enterprise_user"]["enterprise_id"] == "E1001"
        assert await sdk_error(sdk.users_list()) == "missing_argument"
        assert await sdk_error(sdk.conversations_list()) == "missing_argument"
        assert await sdk_error(sdk.users_list(team_id=grid.alone.workspace.team_id)) == "team_access_not_granted"
        for team, slack in ((south, grid.south), (north, grid.north)):
            listed = await sdk.users_list(team_id=team)
            assert {one["id"] for one in listed["members"]} == set(slack.workspace.users)
        stranger = sdk.chat_postMessage(channel=grid.alone.users[0].id, text="halo")
        assert await sdk_error(stranger) == "channel_not_found"
        teams = (await sdk.auth_teams_list())["teams"]
        assert [one["id"] for one in teams] == [north, south]


async def test_an_ordinary_token_overlooks_team_id() -> None:
    async with open_grid() as grid:
        await grid.office.install(grid.alone)
        sdk = grid.office.client(grid.alone.bot_token)
        listed = await sdk.users_list(team_id=grid.north.workspace.team_id)
        assert {one["id"] for one in listed["members"]} == set(grid.alone.workspace.users)


async def understood(app: Receiver) -> list[AsyncBoltContext]:
    """What Bolt makes of each request that was heard."""
    return [build_async_context(AsyncBoltContext({}), one) for one in app.heard]


async def test_bolt_finds_the_organisation_in_every_payload() -> None:
    async with open_grid() as grid, receiver(grid.office) as app:
        token = (await grid.install())["access_token"]
        person = grid.south.as_person(grid.south.users[0])
        await person.command("/contoh")
        await person.shortcut("start")
        await person.open_home()
        await person.say((await grid.office.client(token).conversations_open(users=person.id))["channel"]["id"], "hai")
        await grid.office.home.wait_idle()
        contexts = await understood(app)
        assert len(contexts) == 4
        assert {one.enterprise_id for one in contexts} == {"E1001"}
        assert all(one.is_enterprise_install for one in contexts)
        assert [one.get("team") for one in app.heard[1:2]] == [None]
        assert {one.user_id for one in contexts} == {person.id}


async def test_access_to_a_workspace_is_given_and_taken() -> None:
    async with open_grid() as grid, receiver(grid.office) as app:
        token = (await grid.install())["access_token"]
        sdk, south = grid.office.client(token), grid.south
        team = south.workspace.team_id
        await grid.office.home.take_access(south)
        assert await sdk_error(sdk.chat_postMessage(channel=south.users[0].id, text="x")) == "team_access_not_granted"
        assert await sdk_error(sdk.users_list(team_id=team)) == "team_access_not_granted"
        assert not (await south.as_person(south.users[0]).command("/contoh")).ok
        await grid.office.home.give_access(south)
        assert south.bot_token == token
        assert (await sdk.users_list(team_id=team))["ok"]
        assert app.events() == ["team_access_revoked", "team_access_granted"]
        assert [one["event"]["team_ids"] for one in app.heard] == [[team], [team]]
        assert [one["enterprise_id"] for one in app.heard] == ["E1001"] * 2


async def test_removing_it_removes_it_everywhere() -> None:
    async with open_grid() as grid, receiver(grid.office) as app:
        token = (await grid.install())["access_token"]
        await grid.office.install(grid.alone)
        await grid.south.uninstall()
        await grid.office.home.wait_idle()
        assert sorted(app.events()) == ["app_uninstalled", "tokens_revoked"]
        for heard in app.heard:
            assert (heard["team_id"], heard["enterprise_id"]) == (None, "E1001")
        assert await sdk_error(grid.office.client(token).auth_test()) == "account_inactive"
        assert not grid.north.workspace.installed
        assert grid.alone.workspace.installed


async def test_a_workspace_does_not_install_what_its_organisation_has_installed() -> None:
    async with open_grid() as grid:
        own = await grid.install(grid.north.workspace.team_id)
        assert own["team"]["id"] == grid.north.workspace.team_id
        assert own["enterprise"]["id"] == "E1001"
        assert own["is_enterprise_install"] is False
        whole = await grid.install()
        assert await sdk_error(grid.office.client(own["access_token"]).auth_test()) == "account_inactive"
        assert grid.north.bot_token == whole["access_token"]
        again = grid.install(grid.north.workspace.team_id)
        assert await sdk_error(again) == "cannot_install_an_org_installed_app"
