"""Asks Slack who is in the channels that HR's limits name: at the start, daily and after events."""

import logging
from dataclasses import dataclass
from datetime import datetime

from bot.services.recruiting.channel_limits import limit_channels, limited_by, record_members
from bot.slack.directory import Directory
from bot.slack.gateway import SlackRefused
from storage.unit_of_work import Store

log = logging.getLogger(__name__)


@dataclass
class LimitChannels:
    """Whom a channel limit no longer fits, HR reads among what it has to do."""

    store: Store
    directory: Directory

    async def watched(self, now: datetime, team_id: str | None = None) -> list[tuple[str, str]]:
        """(workspace, channel) of those that matter."""
        return await limit_channels(self.store, now, team_id)

    async def follow(self, team_id: str, channel: str, now: datetime) -> None:
        """Something happened in a channel: compare it, if limits name it. Raises as `check`."""
        if (team_id, channel) in await self.watched(now, team_id):
            await self.check(team_id, channel, now)

    async def check(self, team_id: str, channel: str, now: datetime) -> None:
        """Compare who takes part with the members of one channel. A channel that cannot be read counts as unknown.

        Raises `SlackUnavailable`.
        """
        for programme_id, channels in (await limited_by(self.store, team_id, channel, now)).items():
            found = {}
            for one in channels:
                try:
                    members = await self.directory.members_lately(team_id, one, now)
                except SlackRefused as refused:
                    log.info("members of a channel are not known: %s", refused)
                    continue
                if members:
                    found[one] = members
            await record_members(self.store, programme_id, found, now)
