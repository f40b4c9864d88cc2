"""Asks Slack whether something can be posted in the announcement's channels: at the start, daily and after events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.programme import AnnouncementTrouble
from bot.services.recruiting.public_channel import announcement_channels, record_trouble
from bot.slack.directory import Directory, is_shared_outside
from storage.unit_of_work import Store


@dataclass
class AnnouncementChannels:
    """What a post would be refused for, HR learns before something is to be posted."""

    store: Store
    directory: Directory

    async def check_all(self, now: datetime, team_id: str | None = None) -> None:
        """Compare every announcement's channel with Slack. Raises `SlackUnavailable`, `SlackRefused`."""
        for team, channel in await announcement_channels(self.store, now, team_id):
            await self._check(team, channel, now)

    async def follow(self, team_id: str, channel: str, now: datetime) -> None:
        """Something happened in a channel: compare it, if programmes are announced there. Raises as `check_all`."""
        if (team_id, channel) in await announcement_channels(self.store, now, team_id):
            await self._check(team_id, channel, now)

    async def _check(self, team_id: str, channel: str, now: datetime) -> None:
        seen = await self.directory.channel(channel, now)
        await record_trouble(self.store, team_id, channel, announcement_trouble_in(seen), now)


def announcement_trouble_in(channel: Mapping[str, Any] | None) -> AnnouncementTrouble | None:
    """Why nothing can be posted in a channel, as far as its object says; None for a channel that the bot cannot see."""
    if channel is None:
        return AnnouncementTrouble.GONE
    if channel.get("is_archived"):
        return AnnouncementTrouble.ARCHIVED
    if is_shared_outside(channel):
        return AnnouncementTrouble.SHARED
    if channel.get("is_private") and channel.get("is_member") is False:
        return AnnouncementTrouble.GONE
    return AnnouncementTrouble.RESTRICTED if posting_limit(channel) else None


def posting_limit(channel: Mapping[str, Any]) -> str:
    """How posting is limited, where the channel object says so: "read_only", "threads", "some"; "" otherwise."""
    if channel.get("is_read_only"):
        return "read_only"
    if channel.get("is_thread_only"):
        return "threads"
    properties = channel.get("properties")
    limits = properties.get("posting_restricted_to") if isinstance(properties, Mapping) else None
    return "some" if limits else ""
