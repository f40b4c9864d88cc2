"""Opens the group DMs of mentors' circles.

It can be interrupted anywhere: Slack answers with the same group DM when it is asked for the same people again.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import col

from bot.domain.circles import LEAST
from bot.jobs.per_workspace import PerWorkspace, due_in
from bot.services.circles.opening import next_to_open, opened
from bot.slack.gateway import Gateway, SlackRefused, SlackUnavailable
from bot.slack.turns import Turns
from storage.rate_limits import OPENS
from storage.tables import Circle
from storage.unit_of_work import Store

log = logging.getLogger(__name__)

AGAIN = timedelta(minutes=10)


@dataclass
class CircleOpenings:
    """The function of the job "circle_openings"."""

    store: Store
    gateway: Gateway
    turns: Turns
    workspaces: PerWorkspace = field(default_factory=PerWorkspace)

    async def tick(self, now: datetime) -> int:
        """Open the group DM of the circle that has waited longest in each workspace; how many circles were
        processed."""
        team_ids = await due_in(self.store, now, Circle, Circle.open_at, col(Circle.closed_at).is_(None))
        return await self.workspaces.each(team_ids, lambda team_id: self._open(team_id, now))

    async def _open(self, team_id: str, now: datetime) -> int:
        opening = await next_to_open(self.store, team_id, now, now + AGAIN)
        if opening is None:
            return 0
        if len(opening.slack_ids) < LEAST:
            return 1  # a member left since: the circle is about to be rearranged
        try:
            await self.turns.take(opening.team_id, OPENS, now)
            channel = await self.gateway.open_group(list(opening.slack_ids))
        except (SlackRefused, SlackUnavailable) as problem:
            log.info("group DM of a circle not opened, will retry: %s", problem)
            return 1
        await opened(self.store, now, opening, channel)
        return 1
