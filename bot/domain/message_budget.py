"""How many messages a programme may send to a person, and what counts as one.

A message is a post of the bot in a DM or a group DM, counted for each recipient. The limits hold for a monthly
programme of six months and people with one partner and one role; everything else is reported apart.
"""

from dataclasses import dataclass

from bot.domain.programme import Cadence


@dataclass(frozen=True)
class MessageLimits:
    """The most that people get."""

    months: int = 6
    """The length of the programme that they are for."""
    median: int = 30
    most: int = 40
    in_a_day: int = 3
    on_introduction: int = 2
    """For each pair that is introduced on that day."""
    in_a_week: int = 2
    """For each pair that meets weekly, in a usual week."""


LIMITS = MessageLimits()

BESIDES = 10
"""Messages to a person with one partner besides those about their sessions: the welcome, two at the introduction, one
with the agreement and the first survey, one with the farewell and the second, the third survey, a goal's date, the
question halfway, and about two of what people write to each other. What can wait is in a message that there is
anyway."""
OF_A_SESSION = 3
"""The chat's news of its time, its material, and the poll."""
OF_A_WEEKLY_SESSION = 2
"""The news has the way to the material."""


def expected_messages(sessions: int, cadence: Cadence) -> int:
    """About how many messages a person with one partner gets in a programme; `tests/rehearsal` compares it with one."""
    return BESIDES + sessions * (OF_A_WEEKLY_SESSION if cadence is Cadence.WEEKLY else OF_A_SESSION)
