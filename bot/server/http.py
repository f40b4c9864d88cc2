"""Slack's requests over HTTP; `/health` and `/metrics` for monitoring.

Anyone can send to `/slack/events`. Requests that are not from Slack get 400, 401, 408 or 413 and one line in the log,
and are not parsed: the timestamp is checked before the body is read, the signature before it is parsed.
"""

import asyncio
import errno
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncBoltRequest

from bot.clock import SystemClock
from bot.server.health import CONTENT_TYPE
from bot.slack.bolt_app import SignedApp
from bot.workspaces.oauth_paths import EVENTS_PATH

if TYPE_CHECKING:  # needed only where many workspaces install the app
    from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow

log = logging.getLogger(__name__)

LARGEST_BODY = 1024**2
"""Bytes. Slack's payloads stay far below; larger ones are not from Slack."""
OLDEST_STAMP = 60 * 5
"""Seconds that the timestamp of a signed request may differ from the time here, as Slack recommends."""
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


def _in_one_line(record: logging.LogRecord) -> bool:
    """Invalid HTTP may come from anyone and contain anything: log neither a traceback nor its bytes."""
    if record.exc_info and isinstance(record.exc_info[1], HttpProcessingError):
        log.warning("Refused an HTTP request: not valid HTTP (%d)", record.exc_info[1].code)
        return False
    return True


_wire = logging.getLogger(f"{__name__}.wire")
"""aiohttp's access log, as far as this module is concerned."""
_wire.addFilter(_in_one_line)


class PortTaken(Exception):
    """Another program listens on the port."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"port {port} on {host} is in use")
        self.host, self.port = host, port


Health = Callable[[], Awaitable[dict[str, Any]]]
"""The data of `/health`; `ok` decides between 200 and 503."""
SlacksClock = Callable[[], datetime | None]
"""Slack's current time; None without a reply from Slack."""
AckSent = Callable[[dict[str, Any]], object]
"""Called with the payload of a request once its response is on its way."""
Measure = Callable[[], Awaitable[bytes]]
"""The response of `/metrics`, in Prometheus's text format."""


@asynccontextmanager
async def serve(
    host: str,
    port: int,
    health: Health,
    *,
    bolt: SignedApp | None = None,
    measure: Measure | None = None,
    patience: float = 10.0,
    slacks_clock: SlacksClock = lambda: None,
    oauth: "AsyncOAuthFlow | None" = None,
    ack_sent: AckSent = lambda _payload: None,
) -> AsyncIterator[int]:
    """Listen on `host`:`port` (0 chooses a free one); returns the port.

    `/health/live` responds as long as the process does; `/health/ready`, and `/health` for short, once it can work.
    With `bolt`, `/slack/events` is served for requests signed with its secret. With `oauth`, the page that installs the
    app, and the way back from Slack. With `measure`, `/metrics`. A client has `patience` seconds for its headers, and
    as many for its body. Raises `PortTaken`.
    """
    slow = _Slow(patience)
    server = web.Application(client_max_size=LARGEST_BODY, middlewares=[slow.heard])
    server.router.add_get("/health/live", _alive)
    for path in ("/health", "/health/ready"):
        server.router.add_get(path, _health(health))
    if bolt:
        server.router.add_post(EVENTS_PATH, _events(bolt, patience, slacks_clock, ack_sent))
    if oauth:
        from bot.server.oauth_routes import add_oauth_routes

        add_oauth_routes(server, oauth)
    if measure:
        server.router.add_get("/metrics", _metrics(measure))
    # Slack compresses nothing; what is signed are the bytes as they came.
    runner = web.AppRunner(
        server,
        access_log=None,
        logger=_wire,
        keepalive_timeout=patience,
        lingering_time=1.0,
        auto_decompress=False,
    )
    await runner.setup()
    assert runner.server is not None, "it was set up in the line above"
    try:
        try:
            listening = await asyncio.get_running_loop().create_server(slow.watching(runner.server), host, port)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(host, port) from error
            raise
        try:
            yield listening.sockets[0].getsockname()[1]
        finally:
            listening.close()
    finally:
        await runner.cleanup()


class _Slow:
    """Closes connections whose first request has not arrived after `patience` seconds: aiohttp would wait for ever."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._silent: set[asyncio.BaseProtocol] = set()

    def watching(self, server: web.Server) -> Callable[[], asyncio.BaseProtocol]:
        """Creates a protocol for each connection."""

        def connection() -> asyncio.BaseProtocol:
            protocol = server()
            self._silent.add(protocol)
            asyncio.get_running_loop().call_later(self._patience, self._cut_off, protocol)
            return protocol

        return connection

    @property
    def heard(self) -> Any:
        """The middleware that records that a connection sent a request."""

        @web.middleware
        async def heard(
            request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
        ) -> web.StreamResponse:
            self._silent.discard(request.protocol)
            return await handler(request)

        return heard

    def _cut_off(self, protocol: Any) -> None:
        if protocol not in self._silent:
            return
        self._silent.discard(protocol)
        if protocol.transport is not None:
            log.warning("Refused an HTTP request: headers timed out (408)")
            protocol.transport.write(b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
            protocol.transport.close()


class Refused(Exception):
    """A request is not from Slack, or is malformed."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


def _events(
    bolt: SignedApp, patience: float, slacks_clock: SlacksClock, ack_sent: AckSent
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def events(request: web.Request) -> web.Response:
        try:
            body = await checked(request, bolt.signing_secret, patience, slacks_clock())
        except Refused as refused:
            log.warning("Refused an HTTP request: %s (%d)", refused.why, refused.status)
            reply = web.Response(status=refused.status, text=refused.why)
            reply.force_close()  # the rest of its body may still be in transit
            return reply
        headers: dict[str, str | Sequence[str]] = {name: request.headers.getall(name) for name in request.headers}
        # Bolt itself would take every form that contains the word "payload" for a click, the text of a command too.
        # It takes parsed bodies only in this mode, in which it does not check the signature again.
        asked = AsyncBoltRequest(body=body, query=request.query_string, headers=headers, mode="socket_mode")
        reply = await to_aiohttp_response(await bolt.async_dispatch(asked))
        # A form's next step follows its answer, and has to know when that was sent.
        await reply.prepare(request)
        await reply.write_eof()
        ack_sent(body)
        return reply

    return events


async def checked(request: web.Request, secret: str, patience: float, slack: datetime | None = None) -> dict[str, Any]:
    """The payload of a request from Slack, whose current time is `slack`. Raises `Refused`."""
    stamp, signature = _claimed(request, slack)
    body = await _body(request, patience)
    _check(secret, stamp, signature, body)
    return _understood(request.content_type, body)


def _claimed(request: web.Request, slack: datetime | None) -> tuple[str, str]:
    """The timestamp and signature of the request; the timestamp is current."""
    stamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise Refused(401, "no valid timestamp")
    # The machine's clock may be wrong, and Slack's last time may be outdated after a suspend: either one will do.
    clocks = [moment.timestamp() for moment in (SystemClock().now(), slack) if moment]
    if all(abs(now - int(stamp)) > OLDEST_STAMP for now in clocks):
        raise Refused(401, "the timestamp is not of now")
    if not (signature.isascii() and signature.startswith("v0=") and len(signature) == 67):
        raise Refused(401, "no valid signature")
    return stamp, signature


async def _body(request: web.Request, patience: float) -> bytes:
    _check_size(request.content_length or 0)
    read = bytearray()
    try:
        async with asyncio.timeout(patience):
            async for part in request.content.iter_any():
                read += part
                _check_size(len(read))
    except TimeoutError:
        raise Refused(408, "the body did not come in time") from None
    except (web.RequestPayloadError, ConnectionError):
        raise Refused(400, "the body is broken") from None
    return bytes(read)


def _check_size(size: int) -> None:
    if size > LARGEST_BODY:
        raise Refused(413, "the body is too large")


def _check(secret: str, stamp: str, signature: str, body: bytes) -> None:
    signed = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    if not secret or not hmac.compare_digest(f"v0={signed}", signature):
        raise Refused(401, "the signature is wrong")


def _understood(content_type: str, body: bytes) -> dict[str, Any]:
    """What Slack sends: a JSON object, a form with a payload, or a command's form."""
    try:
        text = body.decode("utf-8")
        if content_type == JSON:
            payload = json.loads(text)
        elif content_type == FORM:
            form = parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=1_000)
            if "payload" in form:
                payload = json.loads(form["payload"][-1])
            else:
                payload = {name: values[-1] for name, values in form.items()} if "command" in form else None
        else:
            raise Refused(400, "the content type is not one of Slack's")
    except (ValueError, RecursionError):
        raise Refused(400, "the body cannot be read") from None
    if not isinstance(payload, dict):
        raise Refused(400, "the body holds no payload")
    return payload


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
