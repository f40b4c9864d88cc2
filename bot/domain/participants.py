"""Where a person who signed up is in a programme, as HR sees it, and the departments by which HR looks for people."""

from collections.abc import Iterable
from enum import StrEnum

LEAVE_REASONS = ("no_time", "new_role", "no_fit", "other")
"""The causes that a person who leaves can choose from."""


class Stage(StrEnum):
    """What HR sees of a person's place in the programme. It says nothing of what anyone answered."""

    UNMATCHED = "unmatched"
    PAIRED = "paired"
    PAUSED = "paused"
    HELD = "held"
    """HR keeps them out of drafts."""
    WAITING = "waiting"
    """Their sign-up waits for HR's approval."""
    FINISHED = "finished"
    """Their pairs have closed, and none is under way."""
    LEFT = "left"
    DECLINED = "declined"
    """HR answered their sign-up with "not this time"."""
    INVITED = "invited"
    """HR invited them by name, and they have not answered."""
    NOT_THIS_TIME = "not_this_time"
    """What they answered to HR's invitation."""
    NOT_DELIVERED = "not_delivered"
    """HR's invitation did not reach them."""

    @property
    def takes_part(self) -> bool:
        return self in (Stage.UNMATCHED, Stage.PAIRED, Stage.PAUSED, Stage.HELD, Stage.FINISHED)

    @property
    def is_over(self) -> bool:
        """Whether a person who signed up does not take part any more."""
        return self in (Stage.LEFT, Stage.DECLINED)


def stage_of(
    *,
    left: bool,
    paused: bool,
    held: bool,
    partners: int,
    closed: int,
    waiting: bool = False,
    declined: bool = False,
) -> Stage:
    """The stage of a person with so many partners, and closed pairs: what limits them most comes first."""
    if left:
        return Stage.DECLINED if declined else Stage.LEFT
    if waiting:
        return Stage.WAITING
    if paused:
        return Stage.PAUSED
    if partners:
        return Stage.PAIRED
    if closed:
        return Stage.FINISHED
    return Stage.HELD if held else Stage.UNMATCHED


def department_key(name: str) -> str:
    """Normalised, so that departments that are only typed differently are equal."""
    return " ".join(name.casefold().split())


def departments_by_size(names: Iterable[str]) -> list[str]:
    """Each department of these people once, as it was first typed, the largest first."""
    typed: dict[str, list[str]] = {}
    for name in names:
        if key := department_key(name):
            typed.setdefault(key, []).append(name)
    return [several[0] for _, several in sorted(typed.items(), key=lambda one: (-len(one[1]), one[0]))]
