"""Events and requests over HTTP: signed, repeated, and an app that is not there."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Slack
from bot.sandbox.secrets import seeded
from tests.sandbox.local_slack_kit import (
    MANIFEST,
    StandingClock,
    actions,
    button,
    open_world,
)


@dataclass
class HttpApp:
    """A request URL that keeps what it gets."""

    answer: web.Response | None = None
    bodies: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        self.bodies.append((dict(request.headers), await request.read()))
        return self.answer or web.Response()


async def http_app(port_of: list[str], app: HttpApp) -> web.AppRunner:
    server = web.Application()
    server.router.add_post("/slack/events", app.handle)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port_of.append(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    return runner


async def test_http_requests_are_signed_and_repeated() -> None:
    app, where = HttpApp(), list[str]()
    runner = await http_app(where, app)
    try:
        async with open_world(request_url=where[0], signing_secret="rahasia") as world:
            app.answer = web.json_response({"text": "baik"})
            assert (await world.sari.command("/contoh satu")).text == "baik"
            headers, body = app.bodies[-1]
            assert SignatureVerifier("rahasia").is_valid_request(body, headers)
            assert not SignatureVerifier("lain").is_valid_request(body, headers)
            base = b"v0:" + headers["X-Slack-Request-Timestamp"].encode() + b":" + body
            digest = hmac.new(b"rahasia", base, hashlib.sha256).hexdigest()
            assert headers["X-Slack-Signature"] == f"v0={digest}"
            assert b"command=%2Fcontoh" in body
            app.answer = web.Response(status=500)
            await world.sari.open_home()
            app.answer = None
            world.clock.advance(4)
            assert await world.slack.pump() == 1
            headers, body = app.bodies[-1]
            assert (headers["X-Slack-Retry-Num"], headers["X-Slack-Retry-Reason"]) == ("1", "http_error")
            assert json.loads(body)["event"]["type"] == "app_home_opened"
            app.answer = web.Response(status=500, headers={"X-Slack-No-Retry": "1"})
            await world.sari.open_home()
            world.clock.advance(4)
            assert await world.slack.pump() == 0
    finally:
        await runner.cleanup()


async def test_bolt_over_http_takes_everything() -> None:
    bolt = AsyncApp(
        client=AsyncWebClient(f"xoxb-{seeded(1)()}", base_url="http://127.0.0.1:9/api/"),
        signing_secret="rahasia",
        request_verification_enabled=True,
    )
    seen: list[str] = []

    @bolt.command("/contoh")
    async def command(ack: Any, body: dict[str, Any]) -> None:
        seen.append(body["text"])
        await ack("baik")

    @bolt.event("app_home_opened")
    async def opened(event: dict[str, Any]) -> None:
        seen.append(event["type"])

    @bolt.action("go")
    async def pressed(ack: Any) -> None:
        seen.append("go")
        await ack()

    runner = web.AppRunner(bolt.web_app("/slack/events"))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        async with open_world(request_url=url, signing_secret="rahasia", ack_seconds=3.0, draw=seeded(1)) as world:
            bolt.client.base_url = world.slack.api_url
            assert await world.slack.verify_url()
            assert (await world.sari.command("/contoh satu")).text == "baik"
            assert (await world.sari.open_home()).ok
            sent = await world.dm("pilih", blocks=[actions(button())])
            assert (await world.sari.click((sent["channel"], sent["ts"]), "go")).ok
            await world.slack.wait_idle()
            assert seen == ["satu", "app_home_opened", "go"]
        async with open_world(request_url=url, signing_secret="lain") as world:
            assert not (await world.sari.command("/contoh")).ok
            assert not await world.slack.verify_url()
    finally:
        await runner.cleanup()


async def test_an_http_app_that_is_not_there() -> None:
    clock = StandingClock()
    slack = Slack(MANIFEST, clock=clock, request_url="http://127.0.0.1:9/", ack_seconds=0.3)
    sari = slack.as_person(slack.add_user("Sari"))
    async with slack.serve():
        assert not (await sari.command("/contoh")).ok
