"""Only this machine's programs and pages reach the local Slack, and nothing that lets one act can be guessed."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Slack
from bot.sandbox.secrets import seeded
from bot.sandbox.server import new_application
from bot.sandbox.server import routes as all_routes
from tests.sandbox.local_slack_kit import MANIFEST, World, actions, button, open_app, open_world

ELSEWHERE = (
    "evil.example",
    "evil.example:80",
    "127.0.0.1.nip.io",
    "localhost.evil.example",
    "10.0.0.1",
    "",
    "[::2]:80",
)
ORIGINS = ("http://evil.example", "https://127.0.0.1.nip.io", "null", "http://localhost.evil.example:8300", "file://")
HERE = ("localhost", "localhost:9999", "127.0.0.1", "127.0.0.1:8300", "[::1]", "[::1]:8300", "LOCALHOST:1")


def routes() -> list[tuple[str, str]]:
    """Every route there is, with something in the place of its variables; and two that are not there."""
    slack = Slack(MANIFEST)
    known = new_application(all_routes(slack, slack.web_api), slack.web_api).router.routes()
    found = [
        ("POST" if one.method == "*" else one.method, re.sub(r"\{.*?\}", "x", one.resource.canonical))
        for one in known
        if one.resource is not None and one.method != "HEAD"
    ]
    return [*found, ("GET", "/api/auth.test"), ("GET", "/no/such/path"), ("DELETE", "/_local/act")]


async def status(world: World, method: str, path: str, headers: dict[str, str]) -> int:
    """What a request is answered with; not read to its end, as one of them has none."""
    async with world.http.request(method, world.url + path, headers=headers, allow_redirects=False) as response:
        return response.status


async def test_every_route_refuses_what_comes_from_elsewhere(world: World) -> None:
    for method, path in routes():
        for host in ELSEWHERE:
            assert await status(world, method, path, {"Host": host}) == 403, (path, host)
        for origin in ORIGINS:
            assert await status(world, method, path, {"Origin": origin}) == 403, (path, origin)
        for site in ("cross-site", "same-site"):
            headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
            assert await status(world, method, path, headers) == 403, (path, site)
    assert not world.slack.calls, "nothing was called"
    for method, path in routes():
        if path.startswith("/link"):
            continue  # without a ticket everybody is refused
        for host in HERE:
            here = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
            for headers in ({"Host": host}, here):
                assert await status(world, method, path, headers) != 403, (path, host)


def test_the_routes_are_found() -> None:
    paths = {path for _, path in routes()}
    assert {"/", "/api/x", "/link/", "/actions/x", "/upload/v1/x", "/_local/act", "/_local/faults"} <= paths
    assert len(paths) > 20


async def test_a_socket_is_not_opened_for_another_site(world: World) -> None:
    url = world.slack.socket_url()
    for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await world.http.ws_connect(url, headers=headers)
        assert refused.value.status == 403
    async with world.http.ws_connect(url, headers={"Origin": world.url}) as socket:
        assert (await socket.receive_json())["type"] == "hello", "the ticket was not used up"


async def test_the_page_may_be_linked_to_but_not_embedded(world: World) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert await status(world, "GET", "/", link) == 200
    assert await status(world, "GET", "/_local/state", link) == 403
    for path in ("/", "/_local/state", "/_local/events", "/page/app.js", "/nowhere"):
        async with world.http.get(world.url + path) as response:
            assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin", path
            assert "Access-Control-Allow-Origin" not in response.headers


async def test_another_sites_form_cannot_act(world: World) -> None:
    """A form needs no permission to be sent: neither the Origin that browsers add nor its content gets through."""
    form = {"token": world.slack.bot_token, "channel": world.sari.id, "text": "hi"}
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        async with world.http.post(f"{world.url}/api/chat.postMessage", data=form, headers=headers) as response:
            assert response.status == 403
    say = {"as": world.sari.id, "do": "command", "line": "/contoh"}
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        headers = {"Content-Type": kind}
        async with world.http.post(f"{world.url}/_local/act", data=json.dumps(say), headers=headers) as response:
            assert response.status == 415
    assert not world.slack.calls


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "::", "example.org", ""])
async def test_it_listens_on_loopback_only(host: str) -> None:
    with pytest.raises(ValueError, match="loopback only"):
        async with Slack(MANIFEST).serve(host=host):
            pass


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
async def test_it_answers_under_every_name_of_loopback(host: str) -> None:
    slack = Slack(MANIFEST)
    try:
        async with slack.serve(host=host) as url, aiohttp.ClientSession() as http:
            assert (url, slack.api_url) == (slack.url, f"{url}/api/")
            headers = {"Authorization": f"Bearer {slack.bot_token}"}
            async with http.post(f"{slack.api_url}auth.test", headers=headers) as response:
                assert (await response.json())["ok"]
    except OSError:
        if host != "::1":
            raise
        pytest.skip("this machine has no IPv6 loopback")


async def secrets_of(world: World) -> set[str]:
    """Everything that lets its holder act in this workspace."""
    slack = world.slack
    seen: list[Any] = []
    async with open_app(world) as app:
        await world.sari.command("/contoh")
        message = await world.dm(blocks=[actions(button("press"))])
        await world.sari.click((message["channel"], message["ts"]), "press")
        seen = app.seen
    upload = await world.call("files.getUploadURLExternal", filename="a.txt", length=3)
    urls = {str(payload[key]) for payload in seen for key in ("response_url", "trigger_id") if key in payload}
    assert len(urls) == 4, "of the command and of the click"
    drawn = {slack.bot_token, slack.app_token, slack.signing_secret, slack.verification_token, upload["upload_url"]}
    return drawn | urls | {slack.socket_url().partition("ticket=")[2].partition("&")[0]}


async def test_nothing_that_lets_one_act_is_the_same_in_two_workspaces() -> None:
    found = []
    for _ in range(2):
        async with open_world() as world:
            found.append({one.rpartition("/")[2].rpartition(".")[2] for one in await secrets_of(world)})
    assert len(found[0]) == len(found[1]) == 10
    assert not found[0] & found[1]
    assert all(len(one.rpartition("-")[2]) == 32 for one in found[0])


async def test_the_next_secret_does_not_follow_from_the_last(world: World) -> None:
    space = world.slack.workspace
    await world.dm()
    dm = next(iter(space.channels))
    triggers = [space.issue_trigger(world.sari.id) for _ in range(50)]
    urls = [space.issue_response_url(world.sari.id, dm).path for _ in range(50)]
    tickets = [world.slack.sockets.new_ticket() for _ in range(50)]
    for drawn in (triggers, urls, tickets):
        tails = [one[-32:] for one in drawn]
        assert len({tail[:16] for tail in tails}) == 50
        assert len({int(one, 16) - int(other, 16) for one, other in pairwise(tails)}) == 49


async def test_a_restart_has_new_tokens_and_the_file_holds_none(world: World, tmp_path: Path) -> None:
    path = tmp_path / "slack.json"
    world.slack.save(path)
    again = Slack.load(path, MANIFEST, clock=world.clock)
    old, new = ((one.bot_token, one.app_token, one.signing_secret) for one in (world.slack, again))
    assert not set(old) & set(new)
    assert not any(secret in path.read_text("utf-8") for secret in (*old, *new, "xoxb", "xapp"))


async def test_an_upload_goes_to_its_own_url_only(world: World) -> None:
    promised = await world.call("files.getUploadURLExternal", filename="a.txt", length=3)
    for guess in (promised["file_id"], "", "0" * 32):
        async with world.http.post(f"{world.url}/upload/v1/{guess}", data=b"abc") as response:
            assert response.status == 404
    async with world.http.post(promised["upload_url"], data=b"abc") as response:
        assert response.status == 200


async def test_a_seeded_source_is_the_same_each_time() -> None:
    one, other = (Slack(MANIFEST, draw=seeded(1)) for _ in range(2))
    assert (one.bot_token, one.app_token) == (other.bot_token, other.app_token)
