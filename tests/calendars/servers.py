"""A calendar server on loopback, whose replies a test decides."""

import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[str]:
    """The server's origin, `http://127.0.0.1:PORT`, while it answers each request with `answer`."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


def replies(body: bytes, status: int = 200, **headers: str) -> Answer:
    """The same reply to every request; names of headers with `_` for `-`."""

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(
            body=body, status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    return answer


def bomb(size: int) -> bytes:
    """Little that unfolds to `size` bytes of a calendar."""
    return gzip.compress(b"BEGIN:VCALENDAR\r\n" + b" " * size)
