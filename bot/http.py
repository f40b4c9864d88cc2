"""Slack's requests over HTTP; `/health` and `/metrics` for whoever watches the bot."""

import errno
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from bot.metrics import CONTENT_TYPE

EVENTS_PATH = "/slack/events"
LARGEST_BODY = 1024**2
"""Bytes. Slack's payloads stay far below; anything larger is not from Slack."""


class PortTaken(Exception):
    """Another program listens there."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"port {port} on {host} is in use")
        self.host, self.port = host, port


Health = Callable[[], Awaitable[dict[str, Any]]]
"""What `/health` tells; its `ok` decides between 200 and 503."""
Measure = Callable[[], Awaitable[bytes]]
"""What `/metrics` tells, in Prometheus's text format."""


@asynccontextmanager
async def serve(
    host: str, port: int, health: Health, *, bolt: AsyncApp | None = None, measure: Measure | None = None
) -> AsyncIterator[int]:
    """Listen on `host`:`port` (0 picks a free one); the port that was taken.

    `/health/live` answers as long as the process does; `/health/ready`, and `/health` for short, once it can do its
    work. With `bolt`, `/slack/events` is served, where Bolt checks the signature and its age. With `measure`,
    `/metrics`. Raises `PortTaken`.
    """
    server = web.Application(client_max_size=LARGEST_BODY)
    server.router.add_get("/health/live", _alive)
    for path in ("/health", "/health/ready"):
        server.router.add_get(path, _health(health))
    if bolt:
        server.router.add_post(EVENTS_PATH, _events(bolt))
    if measure:
        server.router.add_get("/metrics", _metrics(measure))
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(host, port) from error
            raise
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def _events(bolt: AsyncApp) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def events(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

    return events


async def _alive(_request: web.Request) -> web.Response:
    return web.json_response({"ok": True})


def _metrics(measure: Measure) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def tell(_request: web.Request) -> web.Response:
        return web.Response(body=await measure(), headers={"Content-Type": CONTENT_TYPE})

    return tell


def _health(health: Health) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def tell(_request: web.Request) -> web.Response:
        state = await health()
        return web.json_response(state, status=200 if state["ok"] else 503)

    return tell
