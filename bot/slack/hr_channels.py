"""Asks Slack whether HR's channels can still be used: at the start, daily, after events, and at HR's actions."""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from bot.domain.programme import HrTrouble
from bot.services.people.eligibility import why_unfit
from bot.services.programme.hr_channel import (
    ChannelState,
    creators_of,
    is_watched,
    record_state,
    watched_channels,
)
from bot.slack.directory import Directory
from bot.slack.gateway import Gateway, SlackRefused, SlackUnavailable
from storage.deadlines import LONGEST_TURN, is_over
from storage.tables import Programme
from storage.unit_of_work import Store

log = logging.getLogger(__name__)

MOST_MEMBERS = 200
"""Members of HR's channel whose profiles are read."""


@dataclass
class HrChannels:
    """`operator`: the Slack id of whoever is told of what changed, besides who answers for the programme."""

    store: Store
    gateway: Gateway
    directory: Directory
    operator: str = ""

    async def check_all(self, now: datetime, team_id: str | None = None) -> int:
        """Compare every HR channel with Slack; how many there are. Raises `SlackUnavailable`, `SlackRefused`."""
        channels = await watched_channels(self.store, now, team_id)
        for team, channel in channels:
            await self.check_hr_channel(team, channel, now)
        return len(channels)

    async def check_hr_channel(self, team_id: str, channel: str, now: datetime) -> HrTrouble | None:
        """Compare one HR channel with Slack, and store what changed; why it cannot be used. Raises as `check_all`."""
        found = await self.look(team_id, channel, now)
        for owner in await creators_of(self.store, team_id, channel, now):
            await self._refresh(team_id, owner.slack_id, now)
        await record_state(self.store, self.operator, team_id, channel, found, now)
        return found.trouble

    async def follow(self, team_id: str, channel: str, now: datetime) -> None:
        """Something happened in a channel: compare it, if it is HR's. Raises as `check_all`."""
        self.directory.forget_members(channel)
        if await is_watched(self.store, team_id, channel, now):
            await self.check_hr_channel(team_id, channel, now)

    async def look(self, team_id: str, channel: str, now: datetime) -> ChannelState:
        """A channel as Slack has it now. Raises as `check_all`."""
        trouble = await self.directory.trouble_of(channel, now)
        if trouble is not None:
            return ChannelState(trouble)
        hr: set[int] = set()
        members = await self.gateway.members(channel) - {await self.gateway.own_id()}
        for slack_id in sorted(members)[:MOST_MEMBERS]:
            try:
                person = await self.directory.picked(team_id, slack_id, now)
            except SlackRefused as refused:
                if not refused.final:
                    raise
                continue
            if why_unfit(person, guests=False) is None:
                hr.add(person.id)
        return ChannelState(None if hr else HrTrouble.EMPTY, frozenset(hr))

    async def tick(self, now: datetime) -> int:
        """The job: ask again about channels that could not be used; how many."""
        due = select(Programme.team_id, Programme.hr_channel).where(is_over(Programme.hr_check_at, now, LONGEST_TURN))
        async with self.store.read(now) as work:
            channels = list(await work.session.exec(due.distinct().order_by(col(Programme.hr_channel))))
        for team_id, channel in channels:
            try:
                await self.check_hr_channel(team_id, channel, now)
            except (SlackRefused, SlackUnavailable) as problem:
                log.info("HR's channel not compared with Slack, will retry: %s", problem)
        return len(channels)

    async def _refresh(self, team_id: str, slack_id: str, now: datetime) -> None:
        try:
            await self.directory.picked(team_id, slack_id, now)
        except SlackRefused as refused:
            if not refused.final:
                raise
            log.info("profile of a person not compared with Slack: %s", refused)
