"""Opens the group DMs of mentors' circles.

It can be interrupted anywhere: Slack answers with the same group DM when it is asked for the same people again.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.circles import LEAST
from bot.services.circles.opening import next_to_open, opened
from bot.slack.gateway import Gateway, SlackRefused, SlackUnavailable
from bot.slack.turns import Turns
from storage.rate_limits import OPENS
from storage.unit_of_work import Store

log = logging.getLogger(__name__)

AGAIN = timedelta(minutes=10)


@dataclass
class CircleOpenings:
    """The function of the job "circle_openings"."""

    store: Store
    gateway: Gateway
    turns: Turns

    async def tick(self, now: datetime) -> int:
        """Open the group DM of the circle that has waited longest; how many circles were processed."""
        found = await next_to_open(self.store, now, now + AGAIN)
        if found is None:
            return 0
        if len(found.slack_ids) < LEAST:
            return 1  # a member left since: the circle is about to be rearranged
        try:
            await self.turns.take(found.team_id, OPENS, now)
            channel = await self.gateway.open_group(list(found.slack_ids))
        except (SlackRefused, SlackUnavailable) as problem:
            log.info("group DM of a circle not opened, will retry: %s", problem)
            return 1
        await opened(self.store, now, found, channel)
        return 1
