"""Slack's requests over HTTP, and `/health` for whoever watches the bot."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

EVENTS_PATH = "/slack/events"
LARGEST_BODY = 1024**2
"""Bytes. Slack's payloads stay far below; anything larger is not from Slack."""

Health = Callable[[], Awaitable[dict[str, Any]]]
"""What `/health` tells; its `ok` decides between 200 and 503."""


@asynccontextmanager
async def serve(bolt: AsyncApp | None, health: Health, host: str, port: int) -> AsyncIterator[int]:
    """Listen on `host`:`port` (0 picks a free one); the port that was taken.

    With `bolt`, `/slack/events` is served, where Bolt checks the signature and its age. Raises OSError if the port is
    in use.
    """
    server = web.Application(client_max_size=LARGEST_BODY)
    server.router.add_get("/health", _health(health))
    if bolt:
        server.router.add_post(EVENTS_PATH, _events(bolt))
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def _events(bolt: AsyncApp) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def events(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

    return events


def _health(health: Health) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def tell(_request: web.Request) -> web.Response:
        state = await health()
        return web.json_response(state, status=200 if state["ok"] else 503)

    return tell
