"""Pauses of buckets while Slack refuses everything, with growing length up to a limit."""

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.deadlines import LONGEST_RETRY, possible
from storage.rate_limits import lock_buckets
from storage.tables import RateBucket

FIRST = timedelta(minutes=1)
LONGEST = timedelta(minutes=5)
FORGOTTEN = timedelta(minutes=30)
"""A refusal so long after the last pause starts a new incident."""


async def pause_longer(session: AsyncSession, team_id: str, name: str, reason: str, now: datetime) -> bool:
    """Pause a bucket because Slack refuses all its calls; whether this starts an incident.

    Concurrent requests that are refused together make one pause.
    """
    bucket = (await lock_buckets(session, [(team_id, name)], now))[team_id, name]
    bucket.reason = reason
    paused_until = possible(bucket.paused_until, now, LONGEST_RETRY)
    if paused_until and paused_until > now and bucket.refusals:
        return False
    if bucket.refused_since is None or paused_until is None or now - paused_until > FORGOTTEN:
        bucket.refused_since, bucket.refusals = now, 0
    until = now + min(FIRST * 2**bucket.refusals, LONGEST)
    bucket.refusals = min(bucket.refusals + 1, 10)
    bucket.paused_until = max(paused_until or until, until)
    return bucket.refused_since == now


async def accepted(session: AsyncSession, team_id: str) -> None:
    """Slack accepts posts of a workspace again: the next incident begins with a short pause."""
    refused = (col(RateBucket.team_id) == team_id, col(RateBucket.refusals) > 0)
    await session.exec(update(RateBucket).where(*refused).values(refusals=0, refused_since=None, reason=None))


async def release(session: AsyncSession, team_id: str, name: str, now: datetime) -> bool:
    """End a bucket's pause; False if there is none."""
    paused = (
        col(RateBucket.team_id) == team_id,
        col(RateBucket.name) == name,
        or_(col(RateBucket.paused_until) > now, col(RateBucket.stopped)),
    )
    free = {"paused_until": None, "refusals": 0, "refused_since": None, "reason": None, "stopped": False}
    return bool((await session.exec(update(RateBucket).where(*paused).values(**free))).rowcount)
