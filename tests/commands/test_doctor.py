"""`python -m bot doctor` compares the clocks with Slack's."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli.doctor import Finding, examine
from bot.clock import ManualClock
from bot.config import Settings
from bot.sandbox import Manifest, Slack
from storage.engine import make_engine
from storage.migrate import upgrade
from tests.delivery.harness import NOW, Wrong
from tests.processes import ROOT


async def findings(slack: Slack, url: str, clock: Wrong) -> dict[str, Finding]:
    """What the doctor says of each subject."""
    engine = make_engine(url)
    await upgrade(engine)
    await engine.dispose()
    env = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token, "DATABASE_URL": url}
    settings = replace(Settings.read(env), api_url=slack.api_url)
    return {one.subject: one async for one in examine(settings, clock)}


@pytest.mark.parametrize(
    ("by", "well"), [(timedelta(), True), (timedelta(hours=1), False), (-timedelta(days=365), False)]
)
async def test_the_clock_is_compared_with_slacks(empty_url: str, by: timedelta, well: bool) -> None:
    slack = Slack(Manifest.load(ROOT / "manifest.yml"), clock=(right := ManualClock(NOW)))
    async with slack.serve():
        found = await findings(slack, empty_url, Wrong(right, by))
    assert found["clock"].well is well
    assert ("database's clock" in found) is empty_url.startswith("postgresql")
    assert all(one.well is well for subject, one in found.items() if subject.endswith("clock"))


async def test_a_date_that_nobody_can_read_is_no_fault(tmp_path: Path) -> None:
    slack = Slack(Manifest.load(ROOT / "manifest.yml"), clock=(right := ManualClock(NOW)))
    slack.web_api.told_date = "yesterday"
    async with slack.serve():
        found = await findings(slack, f"sqlite:///{tmp_path}/balik.sqlite", Wrong(right, timedelta(hours=1)))
    assert found["clock"].well
