"""Calls of a method for which nobody waits take turns, so that clicks find room below Slack's limit.

The buckets are in the database (`storage.rate_limits`), shared by all replicas. `bot.slack.methods` says which method
has which.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.slack.results import SlackUnavailable
from storage.rate_limits import Limits, count_call, take_turns
from storage.unit_of_work import Store

OURS = "own_limit"
"""Why a call was not made: our own limit, below Slack's, has no room for it now."""


@dataclass
class Turns:
    """The turns of every workspace."""

    store: Store
    limits: Limits = field(default_factory=Limits)

    async def take(self, team_id: str, bucket: str, now: datetime) -> None:
        """Use `bucket` before a call for which nobody waits. Raises `SlackUnavailable` while it has no room."""
        await self.take_all(team_id, [bucket], now)

    async def take_all(self, team_id: str, buckets: Sequence[str], now: datetime) -> None:
        """Use `buckets` before the calls of a task for which nobody waits. Raises `SlackUnavailable` while one of them
        has no room; then none is used."""
        async with self.store.write(now) as work:
            opens, last = await take_turns(work.session, team_id, buckets, self.limits, now)
            await work.commit()
        if opens > now:
            raise SlackUnavailable(last, OURS, (opens - now).total_seconds())

    async def count(self, team_id: str, bucket: str, now: datetime) -> None:
        """Use `bucket` for a call for which a person waits: it is made in any case, and the others make room."""
        async with self.store.write(now) as work:
            await count_call(work.session, team_id, bucket, self.limits, now)
            await work.commit()
