"""When a part in a programme counts as completed, so that a certificate is due."""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from bot.domain.sessions import Pack

SHARE = Fraction(2, 3)
"""Of the sessions that a pair has, so many are enough without a harvest."""


@dataclass(frozen=True, slots=True)
class Attended:
    """One session of a pair: what it was for, and whether it was held."""

    pack: str
    held: bool


def completed(pairs: Collection[Collection[Attended]]) -> bool:
    """Whether somebody's pairs on one side, all sessions of each, add up to a completed part.

    Either a harvest was held; or two thirds as many sessions as a pair has, with whomever: who was given a new
    partner half-way did no less.
    """
    if any(one.held and one.pack == Pack.HARVEST for sessions in pairs for one in sessions):
        return True
    planned = max((len(sessions) for sessions in pairs), default=0)
    held = sum(one.held for sessions in pairs for one in sessions)
    return held > 0 and held >= SHARE * planned
