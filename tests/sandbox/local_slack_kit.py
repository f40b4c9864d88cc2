"""What the tests of the local Slack share: a clock that stands, a served workspace, clients, and a small app."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Manifest, Person, Slack, Workspaces
from bot.sandbox.ack_time import processor_time
from tests.processes import HANG

MANIFEST = Manifest.load(Path(__file__).parent / "app_manifest.yml")
EVERYTHING = re.compile(".*")
START = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)
Json = dict[str, Any]


@dataclass
class StandingClock:
    """Stands still until it is moved."""

    moment: datetime = START

    def now(self) -> datetime:
        return self.moment

    def move_to(self, moment: datetime) -> None:
        self.moment = moment

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def without(*scopes: str) -> Manifest:
    """The test manifest less some scopes."""
    return replace(MANIFEST, scopes=MANIFEST.scopes - set(scopes))


@dataclass
class World:
    """A served workspace with two people, and the ways to it."""

    slack: Slack
    clock: StandingClock
    client: AsyncWebClient
    http: aiohttp.ClientSession
    url: str
    people: list[Person] = field(default_factory=list)

    @property
    def sari(self) -> Person:
        return self.people[0]

    @property
    def budi(self) -> Person:
        return self.people[1]

    async def call(self, method: str, **args: Any) -> Json:
        """A call as JSON, straight: the whole answer, refused or not."""
        headers = {"Authorization": f"Bearer {self.slack.bot_token}"}
        async with self.http.post(f"{self.url}/api/{method}", json=args, headers=headers) as response:
            body: Json = await response.json()
            return body | {"status": response.status, "retry_after": response.headers.get("Retry-After")}

    async def refusal(self, method: str, **args: Any) -> str:
        """The error a call is refused with."""
        body = await self.call(method, **args)
        assert body["ok"] is False, body
        return str(body["error"])

    async def dm(self, text: str = "halo", **args: Any) -> Json:
        """A message in Sari's DM."""
        return await self.call("chat.postMessage", channel=self.sari.id, text=text, **args)


@asynccontextmanager
async def open_world(manifest: Manifest = MANIFEST, **options: Any) -> AsyncIterator[World]:
    """Serve a fresh workspace."""
    clock = StandingClock()
    usual: dict[str, Any] = {"ack_seconds": 1.0, "ack_limit": processor_time}
    slack = Slack(manifest, clock=clock, **(usual | options))
    people = [
        slack.add_user("Sari Wulandari", email="sari@contoh.id", title="Analis"),
        slack.add_user("Budi Santoso", email="budi@contoh.id", tz="Asia/Jayapura"),
    ]
    async with slack.serve() as url, aiohttp.ClientSession() as http:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[], session=http)
        yield World(slack, clock, client, http, url, [slack.as_person(p) for p in people])


def give_up_soon(world: World) -> None:
    """For an app that never acknowledges: its time is over after a moment."""
    world.slack.deliveries.ack_seconds = 0.3
    world.slack.deliveries.ack_limit = asyncio.timeout


@dataclass
class App:
    """A real Bolt app over Socket Mode, and what it was sent."""

    bolt: AsyncApp
    seen: list[Json] = field(default_factory=list)


@asynccontextmanager
async def open_app(world: World, register: Callable[[AsyncApp], None] | None = None) -> AsyncIterator[App]:
    """Connect a Bolt app; whatever no listener takes is acked and kept in `seen`."""
    bolt = AsyncApp(client=world.client)
    app = App(bolt)

    @bolt.use
    async def keep(body: Json, next: Callable[[], Any]) -> None:
        app.seen.append(body)
        await next()

    if register:
        register(bolt)

    async def take(ack: Callable[[], Any]) -> None:
        await ack()

    # Registered last, so that only what nobody else took comes here.
    bolt.command("/contoh")(take)
    bolt.action(EVERYTHING)(take)
    bolt.view(EVERYTHING)(take)
    bolt.view_closed(EVERYTHING)(take)
    bolt.shortcut(EVERYTHING)(take)
    bolt.event(EVERYTHING)(take)
    handler = AsyncSocketModeHandler(bolt, world.slack.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    await world.slack.sockets.wait_connected()
    try:
        yield app
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped


@dataclass
class RawSocket:
    """One Socket Mode connection by hand: sees envelopes, acks only when told."""

    ws: aiohttp.ClientWebSocketResponse

    async def receive(self, timeout: float = HANG) -> Json:
        message = await asyncio.wait_for(self.ws.receive(), timeout)
        assert message.type is aiohttp.WSMsgType.TEXT, message
        body: Json = json.loads(message.data)
        return body

    async def ack(self, envelope: Json, payload: Any = None) -> None:
        body = {"envelope_id": envelope["envelope_id"]} | ({"payload": payload} if payload is not None else {})
        await self.ws.send_json(body)


async def socket_url(world: World) -> str:
    client = AsyncWebClient(token=world.slack.app_token, base_url=world.slack.api_url, session=world.http)
    answer = await client.apps_connections_open(app_token=world.slack.app_token)
    return str(answer["url"])


@asynccontextmanager
async def open_socket(world: World) -> AsyncIterator[RawSocket]:
    """A connection that has been greeted."""
    async with world.http.ws_connect(await socket_url(world)) as ws:
        socket = RawSocket(ws)
        hello = await socket.receive()
        assert hello["type"] == "hello"
        yield socket


async def sdk_error(call: Any) -> str:
    """The error the SDK raises for a refused call."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Judul"), "submit": plain("Kirim"), "blocks": list(blocks), **more}


def text_input(block_id: str = "name", action_id: str = "value", **element: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain("Nama"),
        "element": {"type": "plain_text_input", "action_id": action_id, **element},
    }


def button(action_id: str = "go", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain("Ya"), "value": "1", **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "block_id": "acts", "elements": list(elements), **more}


def option(value: str, text: str | None = None) -> Json:
    return {"text": plain(text or value), "value": value}


SCOPES = "chat:write,commands,users:read,users:read.email,channels:read,im:write,im:history"


@dataclass
class Office:
    """Several served workspaces of one app, and a browser."""

    home: Workspaces
    clock: StandingClock
    http: aiohttp.ClientSession

    def client(self, token: str = "") -> AsyncWebClient:
        return AsyncWebClient(token=token, base_url=self.home.api_url, retry_handlers=[], session=self.http)

    def link(self, **more: str) -> str:
        """The address of the authorisation page, as an app makes it."""
        query = {"client_id": self.home.client.id, "scope": SCOPES, "state": "s1", **more}
        return f"{self.home.authorize_url}?{urlencode(query)}"

    async def press(self, answer: str, team: str, user: str, **more: str) -> dict[str, str]:
        """Press a button of the page: what the browser then brings to the app."""
        form = {"answer": answer, "as": user}
        async with self.http.post(self.link(team=team, **more), data=form, allow_redirects=False) as response:
            assert response.status == 302, await response.text()
            return dict(parse_qsl(urlsplit(response.headers["Location"]).query))

    async def install(self, slack: Slack, **more: str) -> Json:
        """Install the app in a workspace as somebody there: the answer with the token."""
        user = slack.users[0]
        brought = await self.press("allow", slack.workspace.team_id, user.id, **more)
        return await self.access(code=brought["code"], **more)

    async def access(self, **args: str) -> Json:
        """oauth.v2.access with the app's id and secret."""
        client = self.home.client
        args.pop("scope", None)
        answer = await self.client().oauth_v2_access(client_id=client.id, client_secret=client.secret, **args)
        body = answer.data
        assert isinstance(body, dict)
        return body


REDIRECT = "http://127.0.0.1:9/slack/oauth_redirect"


@asynccontextmanager
async def open_workspaces(*names: str, manifest: Manifest = MANIFEST, **options: Any) -> AsyncIterator[Office]:
    """Serve workspaces with two people each, in which the app is not installed yet."""
    clock = StandingClock()
    usual: dict[str, Any] = {"ack_seconds": 1.0, "ack_limit": processor_time, "redirect_urls": (REDIRECT,)}
    home = Workspaces(manifest, clock=clock, **(usual | options))
    for name in names:
        slack = home.add_workspace(name)
        slack.add_user(f"Sari {name}", email=f"sari@{name.lower()}.id")
        slack.add_user(f"Budi {name}", email=f"budi@{name.lower()}.id")
    async with home.serve(), aiohttp.ClientSession() as http:
        yield Office(home, clock, http)
