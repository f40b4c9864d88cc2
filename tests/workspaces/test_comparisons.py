"""The first comparisons of many workspaces with Slack."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import col, select

from bot.clock import ManualClock
from bot.jobs.compare_with_slack import SPREAD, Comparing
from bot.slack.connections import ManyConnections
from bot.slack.gateway import Gateway
from bot.slack.turns import Turns
from storage.tables import SlackComparison
from storage.unit_of_work import Store

NOW = datetime(2027, 1, 12, 3, 0, tzinfo=UTC)
TEAMS = [f"T{number:04}" for number in range(60)]


class Installations:
    async def team_ids(self) -> list[str]:
        return TEAMS

    async def bot_token(self, team_id: str) -> str | None:
        return None


async def test_two_replicas_plan_the_first_comparisons_at_once(store: Store) -> None:
    def comparing() -> Comparing:
        gateway = Gateway(AsyncWebClient("xoxb-x", retry_handlers=[]))
        gateway.connections = ManyConnections(Installations(), _client, ManualClock(NOW).monotonic)
        return Comparing(store, gateway, Turns(store))

    await asyncio.gather(*(comparing().tick(NOW) for _ in range(4)))
    async with store.read(NOW) as work:
        rows = (await work.session.exec(select(SlackComparison).order_by(col(SlackComparison.next_at)))).all()
    assert sorted(row.team_id for row in rows) == TEAMS
    assert max(row.next_at for row in rows) < NOW + SPREAD
    assert len({row.next_at for row in rows if row.next_at > NOW}) >= len(TEAMS) - 1, "over an hour, not at once"


def _client(_team_id: str, _token: str) -> Any:
    raise AssertionError("no workspace has a token")
