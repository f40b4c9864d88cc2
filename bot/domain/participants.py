"""Where a person who signed up is in a programme, as HR sees it."""

from enum import StrEnum


class Stage(StrEnum):
    """What HR sees of a person's place in the programme. It says nothing of what anybody answered."""

    UNMATCHED = "unmatched"
    PAIRED = "paired"
    PAUSED = "paused"
    HELD = "held"
    """HR keeps them out of drafts."""
    LEFT = "left"


def stage_of(*, left: bool, paused: bool, held: bool, partners: int) -> Stage:
    """The stage of a person with so many partners: what limits them most comes first."""
    if left:
        return Stage.LEFT
    if paused:
        return Stage.PAUSED
    if partners:
        return Stage.PAIRED
    return Stage.HELD if held else Stage.UNMATCHED
