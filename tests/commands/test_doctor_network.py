"""What stands between the bot and Slack, as the doctor reports it: names, ports, certificates, proxies, replies."""

import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cli.doctor import probe
from bot.cli.doctor.examine import examine
from bot.cli.doctor.finding import Finding
from bot.clock import ManualClock
from bot.config import Settings
from tests.commands.test_doctor import with_programme
from tests.delivery.harness import NOW

Serve = Callable[[web.Request], Any]


async def first(api_url: str, url: str) -> Finding:
    """What the doctor says of a Slack at `api_url`: the first trouble, and the only one of Slack."""
    env = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "DATABASE_URL": url}
    found = [one async for one in examine(replace(Settings.read(env), api_url=api_url), ManualClock(NOW))]
    bad = [one for one in found if not one.well and one.subject != "database"]
    assert len(bad) == 1, found
    return bad[0]


@asynccontextmanager
async def instead_of_slack(answer: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server that answers everything with `answer`; its port."""
    server = web.Application()
    server.router.add_route("*", "/{tail:.*}", answer)
    runner = web.AppRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def text(body: str, status: int = 200, content_type: str = "application/json", **headers: str) -> Serve:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=body, status=status, content_type=content_type, headers=headers)

    return answer


async def hang_up(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


REPLIES = {
    "login page": (text("<html>Log in</html>", content_type="text/html"), "proxy", "web page"),
    "page as JSON": (text("\n <!doctype html>"), "proxy", "web page"),
    "blocked": (text("<html>Blocked</html>", 403, "text/html"), "proxy", "HTTP 403"),
    "redirected": (text("", 302, Location="https://login.kantor.example/x"), "proxy", "login.kantor.example"),
    "proxy login": (text("", 407), "proxy", "login"),
    "captive portal": (text("", 511), "proxy", "login"),
    "empty": (text(""), "proxy", "empty"),
    "cut": (text('{"ok": tr'), "proxy", "not one of Slack"),
    "another type": (text("[1]"), "proxy", "not one of Slack"),
    "no ok": (text('{"status": "up"}'), "proxy", "not one of Slack"),
    "busy": (text("upstream connect error", 503, "text/plain"), "Slack", "HTTP 503"),
    "limited": (text('{"ok": false, "error": "ratelimited"}', 429, **{"Retry-After": "30"}), "Slack", "429"),
    "reset": (hang_up, "network", "cut off"),
}


@pytest.mark.parametrize("case", REPLIES)
async def test_what_stands_between_us_and_slack_is_told_apart(url: str, case: str) -> None:
    answer, subject, words = REPLIES[case]
    async with instead_of_slack(answer) as port:
        found = await first(f"http://127.0.0.1:{port}/api/", url)
    assert (found.subject, words in found.what) == (subject, True), found


async def test_a_name_a_port_and_a_certificate_are_told_apart(url: str) -> None:
    async with instead_of_slack(text("{}")) as port:
        plain = await first(f"https://127.0.0.1:{port}/api/", url)
    refused = await first(f"http://127.0.0.1:{port}/api/", url)
    unknown = await first("http://slack.invalid/api/", url)
    assert [one.subject for one in (plain, refused, unknown)] == ["network"] * 3
    assert "certificate" in plain.what or "TLS" in plain.what
    assert "refuses the connection" in refused.what
    assert "cannot be resolved" in unknown.what


async def test_a_server_that_never_answers_is_a_timeout(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "TIMEOUT", 0.05)
    gone = False

    async def wait(request: web.Request) -> web.Response:
        while not gone:
            await request.content.wait_eof()
            await __import__("asyncio").sleep(0.01)
        return web.Response()

    async with instead_of_slack(wait) as port:
        found = await first(f"http://127.0.0.1:{port}/api/", url)
        gone = True
    assert found.subject == "network"
    assert "does not answer within" in found.what


async def test_a_proxy_of_the_environment_is_shown_without_its_password(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with instead_of_slack(text("", 407)) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://adi:rahasia@127.0.0.1:{port}")
        env = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "DATABASE_URL": url}
        settings = replace(Settings.read(env), api_url="http://slack.invalid/api/")
        found = [one async for one in examine(settings, ManualClock(NOW))]
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
        unreachable = [one async for one in examine(settings, ManualClock(NOW))]
        monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:1")
        unusable = [one async for one in examine(settings, ManualClock(NOW))]
    assert (found[0].subject, found[0].what) == ("proxy", f"127.0.0.1:{port}, from HTTPS_PROXY")
    assert (found[1].subject, "login" in found[1].what) == ("proxy", True)
    assert "rahasia" not in str(found)
    assert (unreachable[1].subject, "cannot be reached" in unreachable[1].what) == ("proxy", True)
    assert (unusable[0].subject, unusable[0].well) == ("proxy", False)


NAMES = ["ok", "error", "team_id", "user_id", "bot_id", "url", "bot", "app_id", "channel", "members", "user", "name"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "<x>", "A0001", "T0001", "ws://", "\x00"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=6,
)


BODIES = st.one_of(
    st.dictionaries(st.sampled_from(NAMES), VALUES).map(lambda body: json.dumps({"ok": True, **body})),
    VALUES.map(json.dumps),
    st.sampled_from(["", "<html>", '{"ok":', "[" * 5000, '{"ok": true, "members": 3}', "\ufeff{}"]),
)


@settings(max_examples=40)
@given(bodies=st.lists(BODIES, min_size=1, max_size=4), kind=st.sampled_from(["application/json", "text/html"]))
async def test_no_reply_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[str], kind: str
) -> None:
    place = tmp_path_factory.getbasetemp() / "doctor.sqlite"
    turn = iter(bodies * 40)

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=next(turn), content_type=kind)

    env = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1-A1-1-a", "DATABASE_URL": f"sqlite:///{place}"}
    if not place.exists():
        await with_programme(env["DATABASE_URL"])
    async with instead_of_slack(answer) as port:
        settings = replace(Settings.read(env), api_url=f"http://127.0.0.1:{port}/api/", operator="U0ADI")
        found = [one async for one in examine(settings, ManualClock(NOW))]
    assert found
    assert not any("check itself failed" in one.what for one in found), found
