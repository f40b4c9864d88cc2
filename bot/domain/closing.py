"""When a pair's time is over, and when it, or an enrolment, counts as completed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from bot.domain.sessions import Pack

SHARE = Fraction(2, 3)
"""This share of a pair's sessions is sufficient without a harvest."""
GRACE = timedelta(days=14)
"""A pair that is late closes at most this long after the announced end of its programme."""
POLLED_WITHIN = timedelta(days=7)
"""A poll closes about this long after its session: the last window of a new pair ends that much before `GRACE` does."""


@dataclass(frozen=True, slots=True)
class Attended:
    """One session of a pair: its purpose, and whether it was held."""

    pack: str
    held: bool


def completed(pairs: Collection[Collection[Attended]], most: Collection[int | None] = ()) -> bool:
    """Whether a person's pairs in one role, given all sessions of each, make a completed enrolment; or, given the
    sessions of one pair, whether that pair completed.

    Either a harvest was held, or two thirds as many sessions as a pair has, with any partner: a person who got a new
    partner halfway did no less. `most`: of each pair, against how many of its sessions it counts at most, if that was
    settled before the programme was extended.
    """
    if any(one.held and one.pack == Pack.HARVEST for sessions in pairs for one in sessions):
        return True
    limits = [*most, *[None] * (len(pairs) - len(most))]
    planned = max((min(len(one), limit or len(one)) for one, limit in zip(pairs, limits, strict=True)), default=0)
    held = sum(one.held for sessions in pairs for one in sessions)
    return held > 0 and held >= SHARE * planned


def closes_at(*, unsettled: int, last_held: bool, planned_end: datetime, latest: datetime) -> datetime | None:
    """From when a pair's time is over, by the number of its sessions that are not settled; None: it is over already.

    It is over with its last planned session, or else at its planned end: that of its last window, or the announced one
    if that comes first. It waits for open polls, and for sessions that were booked late, until `latest` at the longest.
    """
    if unsettled:
        return latest
    return None if last_held else min(planned_end, latest)
