"""When an enrolment counts as completed, so that a certificate is due."""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from bot.domain.sessions import Pack

SHARE = Fraction(2, 3)
"""This share of a pair's sessions is sufficient without a harvest."""


@dataclass(frozen=True, slots=True)
class Attended:
    """One session of a pair: its purpose, and whether it was held."""

    pack: str
    held: bool


def completed(pairs: Collection[Collection[Attended]]) -> bool:
    """Whether a person's pairs in one role, given all sessions of each, make a completed enrolment.

    Either a harvest was held, or two thirds as many sessions as a pair has, with any partner: a person who got a new
    partner halfway did no less.
    """
    if any(one.held and one.pack == Pack.HARVEST for sessions in pairs for one in sessions):
        return True
    planned = max((len(sessions) for sessions in pairs), default=0)
    held = sum(one.held for sessions in pairs for one in sessions)
    return held > 0 and held >= SHARE * planned
