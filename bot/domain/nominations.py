"""Nominations: colleagues name each other as mentors. Only praise can be said."""

from dataclasses import dataclass
from datetime import timedelta

MOST = 3
"""How many colleagues a person can nominate in one programme."""
LONGEST_REASON = 300
"""Characters of why."""
KEPT = timedelta(days=30)
"""How long nominations are kept after sign-up has closed."""
MOST_SHOWN = 3
"""Nominations that an invitation quotes."""


@dataclass(frozen=True)
class Praise:
    """What a person says of the colleague whom they nominate.

    `explains`: that they explain things well. `named`: the colleague may read who nominated them.
    """

    topic: str
    reason: str
    explains: bool = False
    named: bool = False
