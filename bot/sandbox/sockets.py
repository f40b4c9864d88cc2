"""Socket Mode: the app's WebSockets, each payload to exactly one of them."""

import asyncio
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from .delivery import Reply
from .model import Json
from .secrets import Draw

MAX_SOCKETS = 10
HOST = "local-slack"
CONNECTION_SECONDS = 18_060
CLOSE_SECONDS = 1.0  # how long a client may take to say goodbye
LARGEST_FRAME = 20_480
"""Bytes of a frame from the app. A larger one closes the socket, as Slack does."""


@dataclass(eq=False)
class Socket:
    """One open connection and the envelopes it has not acked."""

    ws: web.WebSocketResponse
    waiting: dict[str, "asyncio.Future[Any]"] = field(default_factory=dict)

    def lost(self) -> None:
        for future in self.waiting.values():
            if not future.done():
                future.set_exception(ConnectionResetError("the socket closed before the ack"))


class Sockets:
    """Hands out tickets, keeps the open sockets, and carries envelopes."""

    def __init__(self, app_id: str, draw: Draw) -> None:
        self.app_id = app_id
        self._draw = draw
        self.open: list[Socket] = []
        self._tickets: set[str] = set()
        self._turn = 0
        self.refuse_with: str | None = None
        """Why new sockets are closed at once, such as "link_disabled" while Socket Mode is switched off."""
        self.largest_frame = 0
        """Bytes of the largest frame that the app sent."""
        self._arrived = asyncio.Event()

    def new_ticket(self) -> str:
        """A ticket for one connection; a URL that was used cannot be used again."""
        ticket = self._draw()
        self._tickets.add(ticket)
        return ticket

    async def wait_connected(self, timeout: float = 10.0) -> None:
        """Return once a socket is open."""
        async with asyncio.timeout(timeout):
            while not self.open:
                self._arrived.clear()
                await self._arrived.wait()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it closes."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=403)
        self._tickets.discard(ticket)
        ws = web.WebSocketResponse(timeout=CLOSE_SECONDS, max_msg_size=LARGEST_FRAME)
        await ws.prepare(request)
        reason = self.refuse_with or ("too_many_websockets" if len(self.open) >= MAX_SOCKETS else "")
        if reason:
            await ws.send_json({"type": "disconnect", "reason": reason})
            await ws.close()
            return ws
        socket = Socket(ws)
        self.open.append(socket)
        try:
            await ws.send_json(self._hello())
            self._arrived.set()
            async for message in ws:
                if message.type is WSMsgType.TEXT:
                    self.largest_frame = max(self.largest_frame, len(message.data.encode()))
                    _take_ack(socket, message.data)
        except ConnectionResetError:
            pass  # the app went away while we greeted it
        finally:
            if socket in self.open:
                self.open.remove(socket)
            socket.lost()
        return ws

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.open),
            "debug_info": {
                "host": HOST,
                "build_number": 1,
                "approximate_connection_time": CONNECTION_SECONDS,
            },
            "connection_info": {"app_id": self.app_id},
        }

    async def carry(self, envelope: Json) -> Reply:
        """Send to the next socket in turn and wait for its ack."""
        if not self.open:
            return Reply(False, reason="connection_failed")
        self._turn += 1
        socket = self.open[self._turn % len(self.open)]
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        socket.waiting[envelope["envelope_id"]] = future
        try:
            await socket.ws.send_json(envelope)
            return Reply(True, payload=await future)
        except ConnectionError:
            return Reply(False, reason="connection_failed")
        finally:
            socket.waiting.pop(envelope["envelope_id"], None)
            if future.done() and not future.cancelled():
                future.exception()  # looked at, so that asyncio does not complain of it

    async def drop_all(self, reason: str | None = None) -> list[Socket]:
        """Close every socket; with a `reason`, only say goodbye, and return those that are still to be closed."""
        dropped, self.open[:] = list(self.open), []
        if not reason:
            await close_all(dropped)
            return []
        for socket in dropped:
            with suppress(ConnectionError):  # it may have gone by itself
                await socket.ws.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": HOST}})
        return dropped


async def close_all(sockets: Iterable[Socket]) -> None:
    """Close these sockets, if they are still open."""
    for socket in sockets:
        with suppress(ConnectionError):
            await socket.ws.close()


def _take_ack(socket: Socket, text: str) -> None:
    try:
        ack = json.loads(text)
    except ValueError:
        return  # not an ack: Slack overlooks what it cannot read
    if not isinstance(ack, dict):
        return
    future = socket.waiting.get(str(ack.get("envelope_id")))
    if future and not future.done():
        future.set_result(ack.get("payload"))
