"""From a click to its ack: our bot beside a bare Bolt app that only acks, on the same local Slack in the same run."""

import statistics
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Manifest, Slack
from tests.scenarios.office import ROOT, open_office

pytestmark = pytest.mark.bench
CLICKS = 300


async def bare() -> list[float]:
    """The seconds of each ack of an app that does nothing."""
    slack = Slack(Manifest.load(ROOT / "manifest.yml"), rate_limits=False)
    async with slack.serve():
        app = AsyncApp(client=AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[]))

        async def only_ack(ack: AsyncAck, body: dict[str, Any]) -> None:
            await ack()

        app.command("/mentoring")(only_ack)
        handler = AsyncSocketModeHandler(app, slack.app_token)
        await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
        sari = slack.as_person(slack.add_user("Sari"))
        taken = [(await sari.command("/mentoring help")).ack_seconds for _ in range(CLICKS)]
        await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    return taken


async def ours(folder: Path) -> tuple[list[float], list[float]]:
    """The seconds of each ack, and of everything until the bot is done with the click."""
    async with open_office(f"sqlite:///{folder}/bench.sqlite") as office:
        office.slack.limits.enabled = False
        sari = office.hire("Sari")
        acks, wholes = [], []
        for _ in range(CLICKS):
            began = perf_counter()
            acks.append((await sari.command("help")).ack_seconds)
            wholes.append(perf_counter() - began)
    return acks, wholes


async def test_click_to_ack(tmp_path: Path) -> None:
    acks, wholes = await ours(tmp_path)
    rows = {"bare Bolt app": await bare(), "Balik": acks, "Balik, until done": wholes}
    print(f"\n{CLICKS} commands, one after another, in milliseconds")
    print(f"{'':20}{'median':>10}{'p95':>10}{'worst':>10}")
    for name, taken in rows.items():
        p95 = statistics.quantiles(taken, n=20)[-1]
        print(f"{name:20}{statistics.median(taken) * 1e3:10.1f}{p95 * 1e3:10.1f}{max(taken) * 1e3:10.1f}")
    assert all(len(taken) == CLICKS for taken in rows.values())
