"""Asks Slack again about HR's channels that could not be used, or for which it had no room."""

import logging
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col, select

from bot.jobs.per_workspace import PerWorkspace
from bot.slack.gateway import SlackRefused, SlackUnavailable
from bot.slack.hr_channels import HrChannels
from storage.deadlines import LONGEST_TURN, is_over
from storage.tables import Programme
from storage.unit_of_work import Store

log = logging.getLogger(__name__)


@dataclass
class HrChannelChecks:
    """The function of the job "hr_channels"."""

    store: Store
    channels: HrChannels
    workspaces: PerWorkspace = field(default_factory=PerWorkspace)

    async def tick(self, now: datetime) -> int:
        """Ask about those that are due; how many."""
        due = select(Programme.team_id, Programme.hr_channel).where(is_over(Programme.hr_check_at, now, LONGEST_TURN))
        by_team: dict[str, list[str]] = {}
        async with self.store.read(now) as work:
            for team_id, channel in await work.session.exec(due.distinct().order_by(col(Programme.hr_channel))):
                by_team.setdefault(team_id, []).append(channel)
        return await self.workspaces.each(list(by_team), lambda team_id: self._check(team_id, by_team[team_id], now))

    async def _check(self, team_id: str, channels: list[str], now: datetime) -> int:
        for channel in channels:
            try:
                await self.channels.check(team_id, channel, now)
            except (SlackRefused, SlackUnavailable) as problem:
                log.info("HR's channel not compared with Slack, will retry: %s", problem)
        return len(channels)
