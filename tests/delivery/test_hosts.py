"""The bot's token, files and answers go to Slack's hosts and to no other, whatever a payload names."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Slack
from bot.sandbox.model import Json
from bot.slack.gateway import Gateway, Message, SlackRefused
from bot.slack.hosts import ELSEWHERE, is_slacks
from tests.sandbox.local_slack_kit import MANIFEST

SLACK = "https://slack.com/api/"
MOST = 1_000
LOCAL = "http://127.0.0.1:8300/api/"
OURS = [
    ("https://files.slack.com/files-pri/T1-F1/a.csv", SLACK),
    ("https://hooks.slack.com/actions/T1/1/x", SLACK),
    ("https://SLACK.com:443/x", SLACK),
    ("https://files.slack-gov.com/x", "https://slack-gov.com/api/"),
    ("http://127.0.0.1:8300/files-pri/x", LOCAL),
    ("http://localhost:8300/files-pri/x", LOCAL),
    ("https://proxy.example/files/x", "https://proxy.example/api/"),
]
NOT_OURS = [
    ("http://files.slack.com/x", SLACK),
    ("https://slack.com.evil.example/x", SLACK),
    ("https://evilslack.com/x", SLACK),
    ("https://slack.com@evil.example/x", SLACK),
    ("https://evil.example\\@slack.com/x", SLACK),
    ("https://evil.example#@slack.com/", SLACK),
    ("https://user:pass@files.slack.com/x", SLACK),
    ("https://files.slack.com:8443/x", SLACK),
    ("https://files.slack.com:x/", SLACK),
    ("https://files.slаck.com/x", SLACK),  # a Cyrillic letter is what is tried
    ("https://files.slack.com\t.evil.example/", SLACK),
    (" https://files.slack.com/x", SLACK),
    ("//files.slack.com/x", SLACK),
    ("ftp://files.slack.com/x", SLACK),
    ("file:///etc/passwd", SLACK),
    ("https://169.254.169.254/latest", SLACK),
    ("http://127.0.0.1:8300/x", SLACK),
    ("http://127.0.0.1:8301/x", LOCAL),
    ("https://127.0.0.1:8300/x", LOCAL),
    ("http://evil.example:8300/x", LOCAL),
    ("https://drive.google.com/file", SLACK),
    ("https://files.slack.com./x", SLACK),
    ("", SLACK),
    (None, SLACK),
    (["https://slack.com"], SLACK),
]


@pytest.mark.parametrize(("url", "api_url"), OURS)
def test_slacks_addresses(url: str, api_url: str) -> None:
    assert is_slacks(url, api_url)


@pytest.mark.parametrize(("url", "api_url"), NOT_OURS)
def test_all_others_are_not(url: object, api_url: str) -> None:
    assert not is_slacks(url, api_url)


@dataclass
class Elsewhere:
    """A server that is not Slack's, and the headers that it was sent."""

    url: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)


@asynccontextmanager
async def elsewhere() -> AsyncIterator[Elsewhere]:
    found = Elsewhere()

    async def hear(request: web.Request) -> web.Response:
        found.asked.append(dict(request.headers))
        return web.Response(text="ok")

    app = web.Application()
    app.add_routes([web.route("*", "/{path:.*}", hear)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield found
    finally:
        await runner.cleanup()


@asynccontextmanager
async def gateway(slack: Slack) -> AsyncIterator[Gateway]:
    async with slack.serve():
        yield Gateway(AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[]))


async def test_the_token_is_not_sent_to_where_a_file_says_it_is() -> None:
    slack = Slack(MANIFEST)
    async with elsewhere() as other, gateway(slack) as way:
        for names in ("url_private", "url_private_download"):
            file: Json = {"url_private": f"{slack.url}/files-pri/x/y", names: f"{other.url}/a.csv"}
            with pytest.raises(SlackRefused) as refused:
                await way.download(file, MOST)
            assert refused.value.error == ELSEWHERE
        assert not other.asked


async def test_an_answer_is_not_sent_to_where_a_payload_says() -> None:
    slack = Slack(MANIFEST)
    async with elsewhere() as other, gateway(slack) as way:
        with pytest.raises(SlackRefused) as refused:
            await way.respond(f"{other.url}/actions/x", Message("private"))
        assert refused.value.error == ELSEWHERE
        assert not other.asked


async def test_a_file_is_not_put_to_where_an_answer_says() -> None:
    slack = Slack(MANIFEST)
    async with elsewhere() as other, gateway(slack) as way:
        slack.workspace.base_url = slack.url
        slack.url, real = other.url, slack.url
        try:
            with pytest.raises(SlackRefused) as refused:
                await way.upload(b"abc", "a.txt")
        finally:
            slack.url = real
        assert refused.value.error == ELSEWHERE
        assert not other.asked


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(status: int) -> None:
    """The host is Slack's, its answer leads elsewhere."""
    async with elsewhere() as other:

        async def away(_request: web.Request) -> web.Response:
            return web.Response(status=status, headers={"Location": other.url})

        app = web.Application()
        app.add_routes([web.route("*", "/{path:.*}", away)])
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        own = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            way = Gateway(AsyncWebClient("xoxb-secret", base_url=f"{own}/api/", retry_handlers=[]))
            with pytest.raises(SlackRefused):
                await way.download({"url_private": f"{own}/files-pri/x"}, MOST)
        finally:
            await runner.cleanup()
        assert not other.asked


@pytest.mark.parametrize("honest", [True, False])
async def test_of_a_file_without_end_no_more_is_read_than_is_needed(honest: bool) -> None:
    """Whatever its headers say."""
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        reply = web.StreamResponse(headers={"Content-Length": str(10**9)} if honest else {})
        await reply.prepare(request)
        with suppress(ConnectionError):
            while True:
                await reply.write(b"x" * 10_000)
                sent += 10_000
        return reply

    app = web.Application()
    app.add_routes([web.get("/files-pri/x", endless)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    own = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        way = Gateway(AsyncWebClient("xoxb-secret", base_url=f"{own}/api/", retry_handlers=[]))
        assert len(await way.download({"url_private": f"{own}/files-pri/x"}, MOST)) == MOST + 1
    finally:
        await runner.cleanup()
    assert sent < 100_000_000
