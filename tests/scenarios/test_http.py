"""HTTP instead of Socket Mode: Slack's signature is checked, and `/health` tells how the bot is."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from slack_sdk.signature import SignatureVerifier

from bot.app import build
from bot.balik import Balik, BotConfig
from bot.clock import SystemClock
from bot.config import Settings
from bot.sandbox import Manifest, Slack
from bot.sandbox.ack_time import processor_time
from bot.server import http
from bot.server.health import exposition
from bot.server.run import health, running
from tests.databases import lay_out
from tests.ports import free_port
from tests.scenarios.office import ROOT

SECRET = "a-signing-secret"


@dataclass
class Line:
    slack: Slack
    balik: Balik
    url: str


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    """The bot behind HTTP, and a local Slack that calls it there."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    slack = Slack(
        Manifest.load(ROOT / "manifest.yml"),
        request_url=f"{url}/slack/events",
        signing_secret=SECRET,
        ack_limit=processor_time,
    )
    async with slack.serve():
        database = f"sqlite:///{tmp_path}/balik.sqlite"
        await lay_out(database)
        parts = BotConfig(slack.bot_token, database, SystemClock(), slack.api_url, signing_secret=SECRET)
        async with (
            build(parts) as balik,
            http.serve(
                "127.0.0.1",
                port,
                lambda: health(balik),
                bolt=balik.bolt,
                measure=lambda: exposition(balik),
                slacks_clock=balik.check.slacks_clock,
                ack_sent=balik.context.ack_sent,
            ),
        ):
            yield Line(slack, balik, url)


async def test_a_command_is_answered(line: Line) -> None:
    sari = line.slack.as_person(line.slack.add_user("Sari Wulandari"))
    outcome = await sari.command("/mentoring help")
    await line.balik.context.wait_idle()
    assert outcome.ok
    assert sari.dm is not None
    assert sari.visible(sari.dm)


@pytest.mark.parametrize("minutes", [-60, -10, 10, 60])
async def test_a_machine_whose_clock_is_wrong_still_answers(
    line: Line, minutes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack's own clock, as its answers tell it, is good enough for the age of a signature."""

    class Wrong(SystemClock):
        def now(self) -> datetime:
            return super().now() + timedelta(minutes=minutes)

    await line.balik.gateway.greet()
    monkeypatch.setattr(http, "SystemClock", Wrong)
    sari = line.slack.as_person(line.slack.add_user("Sari Wulandari"))
    assert (await sari.command("/mentoring help")).ok
    await line.balik.context.wait_idle()


@pytest.mark.parametrize("text", ["help payload", "payload", "payload={}", "&payload=%7B%7D", "ssl_check=1 🙂"])
async def test_a_command_may_say_anything(line: Line, text: str) -> None:
    """Bolt takes a form for a click if the word "payload" is anywhere in it."""
    sari = line.slack.as_person(line.slack.add_user("Sari Wulandari"))
    outcome = await sari.command(f"/mentoring {text}")
    await line.balik.context.wait_idle()
    assert outcome.ok
    assert sari.dm is not None
    assert sari.visible(sari.dm)


async def test_it_can_be_used_as_by_socket(line: Line) -> None:
    dewi = line.slack.as_person(line.slack.add_user("Dewi Lestari"))
    hr_channel = line.slack.add_channel("hr", private=True, members=[dewi.id])
    line.slack.invite_bot(hr_channel)
    await dewi.command("/mentoring setup", hr_channel)
    await line.balik.context.wait_idle()
    assert dewi.modal is not None


@pytest.mark.parametrize(
    ("secret", "age", "expected"),
    [(SECRET, 0, 200), ("another-secret", 0, 401), (SECRET, 60 * 6, 401)],
    ids=["right", "wrong signature", "stale timestamp"],
)
async def test_only_fresh_signed_requests_are_taken(line: Line, secret: str, age: int, expected: int) -> None:
    sari = line.slack.add_user("Sari Wulandari")
    body = urlencode(
        {
            "command": "/mentoring",
            "text": "help",
            "team_id": line.slack.workspace.team_id,
            "user_id": sari.id,
            "channel_id": "C1",
            "trigger_id": "1.2.3",
        }
    )
    stamp = str(int(time.time()) - age)
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature or "",
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{line.url}/slack/events", data=body, headers=headers) as reply,
    ):
        assert reply.status == expected


async def test_health_tells_that_the_database_answers(line: Line) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{line.url}/health") as reply:
        assert reply.status == 200
        assert await reply.json() == {
            "ok": True,
            "database": True,
            "clock": True,
            "socket": None,
            "socket_trouble": None,
            "late_ticks": [],
        }
    async with aiohttp.ClientSession() as session, session.get(f"{line.url}/health/live") as reply:
        assert reply.status == 200


async def test_prometheus_reads_numbers_and_nobody(line: Line) -> None:
    sari = line.slack.as_person(line.slack.add_user("Sari Wulandari"))
    await sari.command("/mentoring help")
    await line.balik.context.wait_idle()
    async with aiohttp.ClientSession() as session, session.get(f"{line.url}/metrics") as reply:
        assert reply.status == 200
        text = await reply.text()
    told = {sample.name: sample for family in text_string_to_metric_families(text) for sample in family.samples}
    assert told["balik_ready"].value == 1
    assert told["balik_ack_seconds_count"].value == 1
    assert told["balik_outbox_messages"].value == 0
    assert sari.id not in text
    assert "Sari" not in text


async def test_with_socket_mode_it_is_watched_at_an_address_of_its_own(tmp_path: Path) -> None:
    slack = Slack(Manifest.load(ROOT / "manifest.yml"))
    async with slack.serve():
        settings = Settings(
            bot_token=slack.bot_token,
            app_token=slack.app_token,
            database_url=f"sqlite:///{tmp_path}/balik.sqlite",
            api_url=slack.api_url,
            watch_port=free_port(),
        )
        async with running(settings, SystemClock()), aiohttp.ClientSession() as session:
            watched = f"http://127.0.0.1:{settings.watch_port}"
            async with session.get(f"{watched}/health/ready") as reply:
                assert reply.status == 200
                assert (await reply.json())["socket"] is True
            await slack.drop_sockets()
            async with session.get(f"{watched}/metrics") as reply:
                assert "balik_sockets 0.0" in await reply.text()
