"""A pair's learning plan: what the leader will be able to do after which session.

It is part of the agreement, one aim at most for each kind of session. Aims that the two leave as proposed are stored
without words, so that both read them in their own language.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

LONGEST_AIM = 200
"""Characters."""


@dataclass(frozen=True, slots=True)
class Aim:
    """`text` is the pair's own; "": as proposed for the topic and the form of sessions."""

    pack: str
    text: str = ""
    topic: str = ""
    form: str = ""


@dataclass(frozen=True, slots=True)
class PlannedFor:
    """A session that an aim or a goal belongs to: its `number`, its pack, and when its window opens."""

    number: int
    pack: str
    opens: date


def first_of_each_pack(sessions: Iterable[PlannedFor]) -> dict[str, PlannedFor]:
    """The first session of each kind, in order: longer programmes repeat some."""
    found: dict[str, PlannedFor] = {}
    for one in sorted(sessions, key=lambda session: session.number):
        found.setdefault(one.pack, one)
    return found


def shown_after(by: date | None, sessions: Iterable[PlannedFor]) -> int:
    """The number of the session after which a goal with this date is to be seen: the last one that may take place
    before it, at least the first; 0 if there is none."""
    numbers = [one.number for one in sessions if by is None or one.opens < by]
    return max(numbers, default=min((one.number for one in sessions), default=0))


def too_long(aims: Iterable[Aim]) -> dict[str, str]:
    """What is invalid, by field."""
    return {block_of(one.pack): "too_long" for one in aims if len(one.text) > LONGEST_AIM}


def block_of(pack: str) -> str:
    """The field of an aim."""
    return f"plan_{pack}"


def aims_of(stored: Iterable[Mapping[str, str]] | None) -> tuple[Aim, ...] | None:
    """The aims as stored; None for an agreement that is older than the plan."""
    return None if stored is None else tuple(Aim(**one) for one in stored)


def stored_aims(aims: Iterable[Aim] | None) -> list[dict[str, str]] | None:
    """The aims as they are stored."""
    if aims is None:
        return None
    return [
        {"pack": one.pack, "text": one.text} if one.text else {"pack": one.pack, "topic": one.topic, "form": one.form}
        for one in aims
    ]
