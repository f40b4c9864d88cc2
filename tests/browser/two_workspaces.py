"""Two workspaces of a local Slack, and a small app that is installed in them by OAuth.

Started as `python -m tests.browser.two_workspaces SLACK_PORT APP_PORT`.

A process of its own: Playwright keeps a loop running in the one that drives the browser.
"""

import asyncio
import sys
from dataclasses import replace
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Workspaces
from tests.sandbox.local_slack_kit import MANIFEST

CALLBACK = "/slack/oauth_redirect"


def new_app(home: Workspaces, base_url: str, folder: str, callback: str) -> AsyncApp:
    """The app: answers a command with the name of the workspace that it comes from."""
    settings = AsyncOAuthSettings(
        client_id=home.client.id,
        client_secret=home.client.secret,
        scopes=["chat:write", "commands", "im:write"],
        redirect_uri=callback,
        authorization_url=f"{base_url}/oauth/v2/authorize",
        success_url=f"{base_url}/",  # Bolt's own page opens slack://, for which a browser asks in a window of its own
        installation_store=FileInstallationStore(base_dir=folder),
        state_store=FileOAuthStateStore(expiration_seconds=600, base_dir=folder),
    )
    client = AsyncWebClient(base_url=f"{base_url}/api/")
    app = AsyncApp(client=client, signing_secret=home.signing_secret, oauth_settings=settings)

    @app.command("/contoh")
    async def answer(ack: Any, client: AsyncWebClient) -> None:
        who = await client.auth_test()
        await ack(f"Hello from {who['team']}")

    return app


def routes_of(app: AsyncApp) -> list[web.RouteDef]:
    """The app's addresses: events, the start of an installation and its end."""
    flow = app.oauth_flow
    assert flow

    async def events(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    async def install(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await flow.handle_installation(await to_bolt_request(request)))

    async def callback(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await flow.handle_callback(await to_bolt_request(request)))

    return [web.post("/slack/events", events), web.get("/slack/install", install), web.get(CALLBACK, callback)]


async def main(slack_port: int, app_port: int) -> None:
    """Serve both until the process is ended."""
    address = f"http://127.0.0.1:{app_port}"
    redirect_urls = (f"{address}{CALLBACK}",)
    home = Workspaces(replace(MANIFEST, org_deploy=True), redirect_urls=redirect_urls, ack_seconds=60)
    for name in ("Angin", "Bukit"):
        slack = home.add_workspace(name)
        slack.add_user(f"Sari {name}", email=f"sari@{name.lower()}.id", title="Analis")
        slack.add_channel("umum", members=[slack.users[0].id])
    with TemporaryDirectory() as folder:
        async with home.serve(slack_port) as url:
            app = new_app(home, url, folder, redirect_urls[0])
            server = web.Application()
            server.add_routes(routes_of(app))
            runner = web.AppRunner(server, access_log=None)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", app_port).start()
            home.push.url = f"{address}/slack/events"
            print("ready", flush=True)
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
