"""What a programme teaches the next one: HR's notes, and the settings that follow from what pairs did."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.figures import MIN_GROUP

LONGEST = 1500
FEWEST_PAIRS = MIN_GROUP
"""Of fewer pairs no cadence is proposed: how one pair meets is for the two."""


@dataclass(frozen=True)
class Notes:
    """HR's notes. Each may be empty."""

    worked: str = ""
    changes: str = ""
    advice: str = ""


def proposed_cadence(planned: str, of_pairs: Sequence[str]) -> str | None:
    """The cadence to begin the next programme with, if more than half of the pairs that completed met at another one
    than was `planned`; None if what was planned suited most, or there are too few.

    That is what people chose, and needs nobody's opinion. How useful they found it decides nothing here: pairs that
    meet more often are other pairs, too, so a better rating of them proves no cause.
    """
    if len(of_pairs) < FEWEST_PAIRS:
        return None
    cadence, count = min(Counter(of_pairs).items(), key=lambda item: (-item[1], item[0]))
    return cadence if cadence != planned and count * 2 > len(of_pairs) else None
