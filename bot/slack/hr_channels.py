"""Asks Slack whether HR's channels can still be used: at the start, daily, after events, and at HR's actions."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.programme import HrTrouble
from bot.services.alerts.operator import operator_in
from bot.services.people.eligibility import why_unfit
from bot.services.programme.hr_channel import (
    ChannelState,
    check_again,
    creators_of,
    is_watched,
    record_state,
    watched_channels,
)
from bot.slack.directory import Directory
from bot.slack.gateway import Gateway, SlackRefused, SlackUnavailable
from bot.slack.turns import Turns
from storage.rate_limits import CHANNELS, MEMBERS
from storage.unit_of_work import Store

log = logging.getLogger(__name__)

AGAIN = timedelta(minutes=1)
"""How long until a channel is compared again for which Slack had no room."""
MOST_MEMBERS = 200
"""Members of HR's channel whose profiles are read."""


@dataclass
class HrChannels:
    """`operator`: who is told of what changed, besides who answers for the programme (`operator_in`)."""

    store: Store
    gateway: Gateway
    directory: Directory
    turns: Turns
    operator: str = ""

    async def watched(self, now: datetime, team_id: str | None = None) -> list[tuple[str, str]]:
        """(workspace, channel) of those that matter."""
        return await watched_channels(self.store, now, team_id)

    async def check_all(self, now: datetime, team_id: str | None = None) -> int:
        """Compare every HR channel with Slack; how many there are. Raises as `check`; the others are compared soon."""
        channels = await self.watched(now, team_id)
        for place, (team, channel) in enumerate(channels, 1):
            try:
                await self.check(team, channel, now)
            except SlackUnavailable as busy:
                for later in channels[place:]:
                    await self._again(*later, busy, now)
                raise
        return len(channels)

    async def check(self, team_id: str, channel: str, now: datetime) -> None:
        """The same as `check_hr_channel` when nobody waits: the calls take turns, and it is repeated if Slack, or our
        own limit, has no room for them. Raises `SlackUnavailable`, `SlackRefused`."""
        try:
            await self.check_hr_channel(team_id, channel, now, in_turn=True)
        except SlackUnavailable as busy:
            await self._again(team_id, channel, busy, now)
            raise

    async def _again(self, team_id: str, channel: str, busy: SlackUnavailable, now: datetime) -> None:
        at = now + max(AGAIN, timedelta(seconds=busy.seconds))
        await check_again(self.store, team_id, channel, at, now)

    async def check_hr_channel(
        self, team_id: str, channel: str, now: datetime, *, in_turn: bool = False
    ) -> HrTrouble | None:
        """Compare one HR channel with Slack, and store what changed; why it cannot be used. Raises as `check`."""
        channel_state = await self.look(team_id, channel, now, in_turn=in_turn)
        for owner in await creators_of(self.store, team_id, channel, now):
            if not self.directory.is_fresh(owner, now):
                await self._refresh(team_id, owner.slack_id, now, in_turn=in_turn)
        await record_state(self.store, operator_in(self.operator, team_id), team_id, channel, channel_state, now)
        return channel_state.trouble

    async def follow(self, team_id: str, channel: str, now: datetime) -> None:
        """Something happened in a channel: compare it, if it is HR's. Raises as `check`."""
        self.directory.forget_members(team_id, channel)
        if await is_watched(self.store, team_id, channel, now):
            await self.check(team_id, channel, now)

    async def look(self, team_id: str, channel: str, now: datetime, *, in_turn: bool = False) -> ChannelState:
        """A channel as Slack has it now. Raises as `check`."""
        if in_turn:
            await self.turns.take_all(team_id, [CHANNELS, MEMBERS], now)
        trouble = await self.directory.trouble_of(team_id, channel, now)
        if trouble is not None:
            return ChannelState(trouble)
        hr: set[int] = set()
        members = sorted(await self.gateway.members(channel) - {await self.gateway.own_id()})[:MOST_MEMBERS]
        known = await self.directory.fresh(team_id, members, now)
        for slack_id in members:
            try:
                person = known.get(slack_id) or await self.directory.picked(team_id, slack_id, now, in_turn=in_turn)
            except SlackRefused as refused:
                if not refused.final:
                    raise
                continue
            if why_unfit(person, guests=False) is None:
                hr.add(person.id)
        return ChannelState(None if hr else HrTrouble.EMPTY, frozenset(hr))

    async def _refresh(self, team_id: str, slack_id: str, now: datetime, *, in_turn: bool) -> None:
        try:
            await self.directory.picked(team_id, slack_id, now, in_turn=in_turn)
        except SlackRefused as refused:
            if not refused.final:
                raise
            log.info("profile of a person not compared with Slack: %s", refused)
