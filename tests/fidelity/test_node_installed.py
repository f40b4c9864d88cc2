"""Slack's official Node packages install an app in several workspaces of the local Slack as they are."""

from dataclasses import replace

from bot.sandbox import Slack
from tests.fidelity.conftest import Program, running
from tests.ports import free_port
from tests.sandbox.local_slack_kit import MANIFEST, Office, open_workspaces

READY = replace(MANIFEST, events=MANIFEST.events | {"tokens_revoked"}, org_deploy=True)


async def install(office: Office, app: str, target: str, user: str) -> int:
    """Go through the installation as a browser does; the status of the app's last page."""
    async with office.http.get(f"{app}/slack/install", allow_redirects=False) as response:
        assert response.status == 302
        link, cookie = response.headers["Location"], response.headers["Set-Cookie"].split(";")[0]
    form = {"answer": "allow", "as": user}
    async with office.http.post(f"{link}&team={target}", data=form, allow_redirects=False) as response:
        assert response.status == 302, await response.text()
        back = response.headers["Location"]
    async with office.http.get(back, headers={"Cookie": cookie}, allow_redirects=False) as response:
        return response.status


async def greet(program: Program, slack: Slack, key: str) -> None:
    """A person's command is answered in their own workspace."""
    me = slack.as_person(slack.users[0])
    outcome = await me.command("/contoh")
    assert outcome.text == f"baik: {key}"
    assert await program.told() == {"posted": me.id}
    assert me.dm
    assert f"halo {me.id}" in [message.text for message in me.visible(me.dm)]


async def test_bolt_is_installed_in_two_workspaces_and_an_organisation(node: str) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    options = {"ack_seconds": 300, "redirect_urls": (f"{address}/slack/oauth_redirect",), "token_rotation": True}
    async with open_workspaces("Angin", "Bukit", manifest=READY, **options) as office:
        home = office.home
        angin, bukit = home.slacks.values()
        cabang = home.add_workspace("Cabang", organisation=home.add_organisation("Grup"))
        admin = cabang.add_user("Ayu Admin", is_admin=True)
        home.push.url = f"{address}/slack/events"
        client = home.client
        args = (str(port), client.id, client.secret, home.signing_secret, home.api_url, home.authorize_url)
        async with running(node, "installed.mjs", *args) as program:
            assert await program.told() == {"started": True}
            for slack in (angin, bukit):
                space = slack.workspace
                assert await install(office, address, space.team_id, slack.users[0].id) == 200
                stored = {"stored": space.team_id, "team": space.team_id, "enterprise": None, "bot": space.bot_user}
                assert await program.told() == stored | {"user": slack.users[0].id, "isEnterpriseInstall": False}
            assert await install(office, address, "E1001", admin.id) == 200
            stored = {"stored": "E1001", "team": None, "enterprise": "E1001", "bot": cabang.workspace.bot_user}
            assert await program.told() == stored | {"user": admin.id, "isEnterpriseInstall": True}
            keys = {angin: angin.workspace.team_id, bukit: bukit.workspace.team_id, cabang: "E1001"}
            for slack, key in keys.items():
                await greet(program, slack, key)
            await renew(program, angin)
            assert not [call for slack in keys for call in slack.calls if not call["ok"]]
            await angin.uninstall()
            gone = {"revoked": [angin.workspace.bot_user], "of": angin.workspace.team_id}
            assert await program.told() == gone


async def renew(program: Program, slack: Slack) -> None:
    """A token that has expired is renewed before the next request is served."""
    before = slack.bot_token
    await slack.as_person(slack.users[0]).command("/contoh tua")
    stored = slack.deliveries.spawn(slack.as_person(slack.users[0]).command("/contoh"))
    told = [await program.told(), await program.told()]
    await stored
    assert [one.get("stored") for one in told] == [slack.workspace.team_id, None]
    assert slack.bot_token != before
