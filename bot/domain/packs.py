"""Selects the session pack of each session, so that a pair repeats material as late as possible.

A pack of the middle repeats in longer programmes. Each time it has another round's text, and each round has an
activity for each form of session. Only after every round was used does the first repeat, then in another form.
"""

from typing import NamedTuple

from bot.domain.sessions import MIDDLE, Pack
from bot.domain.signup import FORMATS

ROUNDS = 6
"""The rounds written for each pack of the middle: with the first and the last session enough for 26 sessions, also for
a pair that changes its form halfway; for 74 if it keeps to one."""


class Material(NamedTuple):
    """The keys of a session's texts below `packs`: the pack in its round, and its activity."""

    pack: str
    activity: str
    fresh: bool
    """Whether the round comes for the first time."""


def material(pack: Pack, again: int, form: str) -> Material:
    """The texts of `pack` after `again` earlier occurrences, for a pair that meets in `form`."""
    if pack not in MIDDLE:
        return Material(pack, "activity", fresh=not again)
    cycle, round_ = divmod(again, ROUNDS)
    form = FORMATS[(FORMATS.index(form) + cycle) % len(FORMATS)]
    return Material(pack if round_ == 0 else f"{pack}_{round_ + 1}", f"activity_{form}", fresh=not cycle)
