"""Over HTTP: what is not from Slack is refused in one line, whatever it is; Slack's own notices are taken."""

import asyncio
import gzip
import hashlib
import hmac
import json
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from sqlmodel import select

from bot.app import build
from bot.balik import Balik, BotConfig
from bot.clock import SystemClock
from bot.sandbox import Manifest, Slack
from bot.sandbox.ack_time import processor_time
from bot.server import http
from bot.server.health import exposition
from bot.server.run import health
from storage.tables import Outbox
from tests.databases import lay_out
from tests.ports import free_port
from tests.processes import HANG
from tests.scenarios.office import ROOT
from tests.scenarios.test_http import SECRET, Line

SHORT = 1.0
"""Seconds that slow senders have here."""
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
HELP = {"command": "/mentoring", "text": "help", "user_id": "U1", "team_id": "T0001", "trigger_id": "1.2.3"}


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    async with open_line(tmp_path) as line:
        yield line


@pytest.fixture
async def impatient(tmp_path: Path) -> AsyncIterator[Line]:
    async with open_line(tmp_path, patience=SHORT) as line:
        yield line


@asynccontextmanager
async def open_line(folder: Path, operator: str = "", patience: float = 30) -> AsyncIterator[Line]:
    """The bot behind HTTP, and a local Slack."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    slack = Slack(
        Manifest.load(ROOT / "manifest.yml"),
        request_url=f"{url}/slack/events",
        signing_secret=SECRET,
        ack_limit=processor_time,
    )
    async with slack.serve():
        database = f"sqlite:///{folder}/balik.sqlite"
        await lay_out(database)
        parts = BotConfig(
            slack.bot_token, database, SystemClock(), slack.api_url, signing_secret=SECRET, operator=operator
        )
        async with build(parts) as balik:
            serving = http.serve(
                "127.0.0.1",
                port,
                lambda: health(balik),
                bolt=balik.bolt,
                measure=lambda: exposition(balik),
                patience=patience,
            )
            async with serving:
                yield Line(slack, balik, url)


def signed(body: bytes, *, secret: str = SECRET, age: float = 0, kind: str = JSON) -> dict[str, str]:
    stamp = str(int(time.time() - age))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"Content-Type": kind, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


async def post(line: Line, body: bytes, headers: dict[str, str]) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{line.url}/slack/events", data=body, headers=headers) as reply,
    ):
        return reply.status


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged; no traceback among it."""
    assert not any(one.exc_info for one in caplog.records)
    assert not any(one.levelno >= logging.ERROR for one in caplog.records)
    lines = [one.getMessage() for one in caplog.records if one.name.startswith("bot.server.http")]
    assert all("\n" not in one for one in lines)
    return lines


BODIES = {
    "nothing": b"",
    "broken JSON": b'{"type": "event_callback", ',
    "a list": b"[1, 2]",
    "a number": b"7",
    "deep JSON": b"[" * 100_000,
    "no UTF-8": b'{"type": "\xff\xfe"}',
    "a form without a payload": b"a=b&c=d",
    "a form with a broken payload": b"payload=%7B%22type",
    "a form with a list": b"payload=%5B%5D",
    "compressed": gzip.compress(b"{}"),
}


async def test_rubbish_is_refused_in_one_line(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    for what, body in BODIES.items():
        for kind in (JSON, FORM, "text/plain", "multipart/form-data", ""):
            caplog.clear()
            for headers in (
                {"Content-Type": kind},
                signed(body, secret="another", kind=kind),
                signed(body, kind=kind) | {"X-Slack-Signature": "v0="},
                signed(body, kind=kind) | {"X-Slack-Signature": "v0=" + "é" * 32},
                signed(body, kind=kind) | {"Content-Encoding": "gzip", "X-Slack-Signature": "v0=" + "0" * 64},
            ):
                assert await post(line, body, headers) == 401, (what, kind)
            assert len(told(caplog)) == 5, (what, kind)
            caplog.clear()
            assert await post(line, body, signed(body, kind=kind)) == 400, (what, kind, "signed, and still no sense")
            assert len(told(caplog)) == 1, (what, kind)


STAMPS = ("", "abc", "-1", "1e9", "NaN", "0", "9" * 12, "9" * 20, "9" * 400, "١٢٣", " ", "1.5", "0x10")


async def test_a_stamp_that_is_none_or_not_of_now_is_refused(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    body = urlencode(HELP).encode()
    for stamp in STAMPS:
        headers = signed(body, kind=FORM) | {"X-Slack-Request-Timestamp": stamp.encode().decode("latin-1")}
        assert await post(line, body, headers) == 401, stamp
    for age in (-3600, -301 - 60, 301 + 60, 86_400):
        assert await post(line, body, signed(body, age=age, kind=FORM)) == 401, age
    assert len(told(caplog)) == len(STAMPS) + 4


@given(st.binary(max_size=200), st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30))
@settings(max_examples=60)
def test_any_bytes_and_headers(body: bytes, header: str) -> None:
    async def ask() -> None:
        for headers in (signed(body), {"X-Slack-Request-Timestamp": header, "X-Slack-Signature": header}):
            request = _Asked(body, headers)
            with pytest.raises(http.Refused) as refused:
                await http.checked(request, SECRET, SHORT)  # type: ignore[arg-type]  # as much of one as is read
            assert refused.value.status in (400, 401)

    asyncio.run(ask())


class _Asked:
    """As much of a request as is looked at."""

    def __init__(self, body: bytes, headers: dict[str, str]) -> None:
        self.headers = headers
        self.content_length = len(body)
        self.content_type = headers.get("Content-Type", "")
        self.content = self
        self._body = body

    async def iter_any(self) -> AsyncIterator[bytes]:
        yield self._body


async def test_a_body_that_is_too_large_is_not_read(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    body = b"x" * (http.LARGEST_BODY + 1)
    assert await post(line, body, signed(body)) == 413
    assert len(told(caplog)) == 1


async def test_a_body_in_chunks_is_not_read_beyond_the_limit(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    head = "Transfer-Encoding: chunked\r\nX-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={zeros}\r\n"
    await raw(line, _head(head), endless=b"10000\r\n" + b"x" * 65_536 + b"\r\n")
    (said,) = told(caplog)
    assert said.endswith("(413)")


async def test_a_body_that_never_ends_is_cut_off(impatient: Line, caplog: pytest.LogCaptureFixture) -> None:
    for length in ("Transfer-Encoding: chunked\r\n", "Content-Length: 100\r\n"):
        head = length + "X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={zeros}\r\n"
        first = b"1\r\nx\r\n" if "chunked" in length else b"x"
        reply = await raw(impatient, _head(head) + first)
        assert b" 408 " in reply.split(b"\r\n")[0]
    assert len(told(caplog)) == 2


async def test_headers_that_never_end_are_cut_off(impatient: Line, caplog: pytest.LogCaptureFixture) -> None:
    for sent in (b"", b"POST /slack/ev", b"POST /slack/events HTTP/1.1\r\nHost: x\r\nX-A: "):
        reply = await raw(impatient, sent)
        assert b" 408 " in reply.split(b"\r\n")[0]
    assert len(told(caplog)) == 3


async def test_a_second_request_that_never_ends_is_cut_off(impatient: Line, caplog: pytest.LogCaptureFixture) -> None:
    healthy = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
    reply = await raw(impatient, healthy + b"POST /slack/events HTTP/1.1\r\nX-A: ")
    assert reply.startswith(b"HTTP/1.1 200")
    assert not told(caplog)


async def test_what_is_no_http_ends_the_connection(impatient: Line, caplog: pytest.LogCaptureFixture) -> None:
    for sent in (b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"POST / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02"):
        await raw(impatient, sent)
    assert len(told(caplog)) <= 4


def _head(more: str) -> bytes:
    head = f"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Type: {JSON}\r\n{more}\r\n"
    return head.format(stamp=int(time.time()), zeros="0" * 64).encode()


async def raw(line: Line, sent: bytes, *, endless: bytes = b"") -> bytes:
    """Send bytes, and `endless` again and again; what came back until the server closed the connection."""
    address = urlsplit(line.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        async with asyncio.timeout(HANG):
            writer.write(sent)
            reading = asyncio.create_task(reader.read())
            while endless and not reading.done():
                writer.write(endless)
                await writer.drain()
                await asyncio.sleep(0)
            return await reading
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_slack_verifies_the_address(line: Line) -> None:
    assert await line.slack.verify_url()


async def test_that_slack_drops_events_is_noticed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with open_line(tmp_path, operator="U0002") as line:
        adi = line.slack.as_person(line.slack.add_user("Adi"))
        assert adi.id == "U0002"
        await adi.command("/mentoring help")
        await line.balik.context.wait_idle()
        for minute in (1_800_000_000, 1_800_000_060, 1_800_000_060):
            body = json.dumps(
                {"type": "app_rate_limited", "token": "x", "team_id": "T0001", "minute_rate_limited": minute}
            ).encode()
            assert await post(line, body, signed(body)) == 200
        lines = [one for one in caplog.records if "app_rate_limited" in one.getMessage()]
        assert len(lines) == 1
        async with line.balik.store.read(line.balik.clock.now()) as work:
            alerts = (await work.session.exec(select(Outbox).where(Outbox.kind == "operator_alert"))).all()
        assert [one.data for one in alerts] == [{"dropped": 1_800_000_000}]
        assert await _counted(line.balik) == 3


async def _counted(balik: Balik) -> float:
    families = text_string_to_metric_families((await exposition(balik)).decode())
    return next(
        sample.value
        for family in families
        for sample in family.samples
        if sample.name == "balik_slack_dropped_minutes_total"
    )
