"""How many messages a programme may send to a person, and what counts as one.

A message is a post of the bot in a DM or a group DM, counted for each recipient. The limits hold for a monthly
programme of six months and people with one partner and one role; everything else is reported apart.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class MessageLimits:
    """The most that people get."""

    median: int = 30
    most: int = 40
    in_a_day: int = 3
    on_introduction: int = 2
    """For each pair that is introduced on that day."""
    in_a_week: int = 2
    """For each pair that meets weekly."""


LIMITS = MessageLimits()
