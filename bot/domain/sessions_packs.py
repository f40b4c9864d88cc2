"""Selects the session pack of each session, so that a pair repeats material as late as possible, and its timetable.

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


# The timetable

OPENER = 5
CLOSE = 10
"""The close, with the booking of the next session."""
ACTIVITY = 25
"""Minutes of the steps of every activity that is shipped. A company's own activity may take another time."""
LONGEST_TALK = 10
"""Of the questions and of the exchange each, in a session of an hour; in a longer one half as much again."""
HOUR = 60


class Timetable(NamedTuple):
    """Minutes of each part of a session. They add up to its length."""

    opener: int
    questions: int
    """0 if there is no time for them: they are asked during the activity."""
    activity: int
    exchange: int
    """The leader's turn; 0 if there is no time for it."""
    close: int
    shortened: bool
    """Whether the activity gets less time than its steps take."""
    spare: int
    """Minutes of the activity that its steps leave free."""


def timetable(length: int, steps: int = ACTIVITY) -> Timetable:
    """Divides a session of `length` minutes, at least 30, whose activity has `steps` minutes of steps.

    The opener and the close are fixed. The activity comes next, then the exchange, then the questions; what is left
    in a long session goes to the activity. 60: 5, 10, 25, 10, 10 · 45: 5, 0, 25, 5, 10 · 30: 5, 0, 15, 0, 10.
    """
    rest = max(length - OPENER - CLOSE, 0)
    wanted = min(steps, rest)
    longest = LONGEST_TALK if length <= HOUR else LONGEST_TALK * 3 // 2
    exchange = min(longest, rest - wanted)
    questions = min(longest, rest - wanted - exchange)
    activity = rest - exchange - questions
    return Timetable(OPENER, questions, activity, exchange, CLOSE, wanted < steps, activity - wanted)
