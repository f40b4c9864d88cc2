"""Effects of a transition besides its row: pauses of buckets, and the notice that Slack refuses everything."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.delivery.transitions import Transition
from storage.rate_limits import POSTS, pause
from storage.recipients import forget_channel
from storage.refusals import accepted, pause_longer
from storage.tables import Outbox
from storage.unit_of_work import UnitOfWork


def stored(verdict: Transition, now: datetime) -> dict[str, Any]:
    """The columns that a transition changes, recorded at `now`."""
    moments = {name: now + after for name, after in verdict.moments.items()}
    return verdict.values | moments | ({} if verdict.wait is None else {"due_at": now + verdict.wait})


@dataclass
class Refusals:
    """Whether Slack refuses everything, by workspace, as far as this process knows."""

    _refused: dict[tuple[str, str], str] = field(default_factory=dict)
    """By workspace and bucket the reason; each is reported once."""
    _accepts: set[str] = field(default_factory=set)
    """Workspaces in which a post was accepted since the last refusal."""

    async def record(self, work: UnitOfWork, row: Outbox, verdict: Transition) -> bool:
        """Pause the bucket of `verdict`, or record that posts are accepted; whether that starts an incident."""
        if verdict.reopen:
            await forget_channel(work.session, row)
        if verdict.sent:
            self._accepts.add(row.team_id)
            for key in [key for key in self._refused if key == (row.team_id, POSTS)]:
                await accepted(work.session, row.team_id)
                del self._refused[key]
        if verdict.pause is None:
            return False
        if verdict.pause.wait is not None:
            await pause(work.session, row.team_id, verdict.pause.bucket, work.now + verdict.pause.wait, work.now)
            return False
        bucket, reason = verdict.pause.bucket, str(verdict.values.get("error"))
        if bucket == POSTS and row.team_id in self._accepts:
            # Others were accepted just now, so it may concern this channel only: do not pause the others.
            self._accepts.discard(row.team_id)
            bucket = row.lane
        begins = await pause_longer(work.session, row.team_id, bucket, reason, work.now)
        new = begins or self._refused.get((row.team_id, bucket)) != reason
        self._refused[row.team_id, bucket] = reason
        return new
