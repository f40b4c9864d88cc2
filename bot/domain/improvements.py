"""What people think the programme should do better: when they are asked, and when HR reads what they share.

HR reads all shared texts of one stage from the same day on, sorted by area. A text that appeared when it was written
would say that its writer is among those who had just been asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST = 500
OPEN_FOR = timedelta(days=21)
"""How long after the question a text can be written and changed, as with surveys."""


class Stage(StrEnum):
    HALF_WAY = "half_way"
    CLOSING = "closing"


class Area(StrEnum):
    """What a suggestion is about."""

    MATCHING = "matching"
    TIME = "time"
    MATERIAL = "material"
    SUPPORT = "support"
    MESSAGES = "messages"
    OTHER = "other"


class Sharing(StrEnum):
    """Who may read it."""

    NOBODY = "nobody"
    """Only its writer."""
    UNNAMED = "unnamed"
    """HR, without the writer's name."""
    NAMED = "named"


@dataclass(frozen=True)
class Suggestion:
    """A suggestion as it was written. An empty text takes an earlier one back."""

    area: Area
    text: str
    sharing: Sharing


@dataclass(frozen=True)
class Window:
    """Until when a suggestion can be written and changed: the moment from which HR reads it."""

    stage: Stage
    closes: datetime


def window(half_way: datetime, end: datetime, now: datetime) -> Window | None:
    """The window that is open now; None after the last one.

    `half_way`: the middle of the programme. `end`: its announced end; pairs that close two weeks later still have one.
    """
    windows = (Window(Stage.HALF_WAY, half_way + OPEN_FOR), Window(Stage.CLOSING, end + OPEN_FOR))
    return next((one for one in windows if now < one.closes), None)


@dataclass(frozen=True)
class Shared:
    """A text that HR may read. `name`: "" unless the writer agreed; not even a role stands in for it, since a programme
    may have one person with both roles."""

    area: Area
    text: str
    name: str = ""


def by_area(shared: Iterable[Shared]) -> list[tuple[Area, Sequence[Shared]]]:
    """The texts of each area, most texts first."""
    found: dict[Area, list[Shared]] = {}
    for improvement in shared:
        found.setdefault(improvement.area, []).append(improvement)
    order = list(Area)
    return sorted(found.items(), key=lambda item: (-len(item[1]), order.index(item[0])))
