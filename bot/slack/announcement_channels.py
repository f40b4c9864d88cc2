"""Asks Slack whether something can be posted in the announcement's channels: at the start, daily and after events."""

from dataclasses import dataclass
from datetime import datetime

from bot.services.recruiting.public_channel import announcement_channels, record_trouble
from bot.slack.channel_objects import announcement_trouble_in
from bot.slack.directory import Directory
from bot.slack.turns import Turns
from storage.rate_limits import CHANNELS
from storage.unit_of_work import Store


@dataclass
class AnnouncementChannels:
    """What a post would be refused for, HR learns before something is to be posted."""

    store: Store
    directory: Directory
    turns: Turns

    async def watched(self, now: datetime, team_id: str | None = None) -> list[tuple[str, str]]:
        """(workspace, channel) of those that matter."""
        return await announcement_channels(self.store, now, team_id)

    async def follow(self, team_id: str, channel: str, now: datetime) -> None:
        """Something happened in a channel: compare it, if programmes are announced there. Raises as `check`."""
        if (team_id, channel) in await self.watched(now, team_id):
            await self.check(team_id, channel, now)

    async def check(self, team_id: str, channel: str, now: datetime) -> None:
        """Compare one channel with Slack, and store what changed. Raises `SlackUnavailable`, `SlackRefused`."""
        await self.turns.take(team_id, CHANNELS, now)
        seen = await self.directory.channel(team_id, channel, now)
        await record_trouble(self.store, team_id, channel, announcement_trouble_in(seen), now)
