"""A calendar server in a process of its own, for the benchmark: its work is not counted as the bot's."""

import asyncio
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from aiohttp import web

FIRST = datetime(2025, 6, 2, 2, tzinfo=UTC)
EVENTS = 300
"""Of a calendar: one every working day for more than a year, of which about 40 are in the next eight weeks."""


class Server:
    """Calendars `/N.ics`. In each round those below the share of unchanged ones are as before: every second of them
    answers that nothing changed, the others are sent again with a new DTSTAMP."""

    def __init__(self) -> None:
        self.round = 0
        self.unchanged = 0
        """In percent."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        number = int(request.match_info["number"])
        is_unchanged = number % 100 < self.unchanged
        version = 0 if is_unchanged else self.round
        etag = f'"{number}-{version}"' if number % 2 else ""
        if etag and request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        body = calendar(number, version, self.round)
        return web.Response(body=body, headers={"ETag": etag} if etag else {})

    async def turn(self, request: web.Request) -> web.StreamResponse:
        """Begin a round."""
        self.round += 1
        self.unchanged = int(request.query["unchanged"])
        return web.Response()


def calendar(number: int, version: int, stamp: int) -> bytes:
    """About 100 kB."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Bench//EN", "X-WR-TIMEZONE:Asia/Jakarta"]
    for day in range(EVENTS):
        start = FIRST + timedelta(days=day // 5 * 7 + day % 5, hours=(number + day) % 7, minutes=15 * (version % 4))
        lines += [
            "BEGIN:VEVENT",
            f"UID:{number}-{day}@bench.example",
            f"DTSTAMP:20260105T{stamp:06}Z",
            f"DTSTART:{start:%Y%m%dT%H%M%SZ}",
            f"DTEND:{start + timedelta(hours=1):%Y%m%dT%H%M%SZ}",
            "SUMMARY:Meeting",
            f"DESCRIPTION:{'x' * 150}",
            "STATUS:CONFIRMED",
            "TRANSP:OPAQUE",
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def run(ready: Connection) -> None:
    """Serve until killed; sends the port."""

    async def serve() -> None:
        server = Server()
        app = web.Application()
        app.router.add_get("/{number:[0-9]+}.ics", server.answer)
        app.router.add_get("/turn", server.turn)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ready.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(serve())


def start() -> tuple[SpawnProcess, str]:
    """The process, and the server's origin."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=run, args=(there,), daemon=True)
    process.start()
    return process, f"http://127.0.0.1:{here.recv()}"
