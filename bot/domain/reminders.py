"""Reminders that nobody reacts to come less and less often, and then stop."""

from datetime import datetime, timedelta

NUDGES = "nudge"
"""The group of the reminders to book and to meet."""
MATERIAL = "material"
"""The group of the material for sessions."""
USUAL = (timedelta(), timedelta(), timedelta(), timedelta(days=28))
"""After so many reminders without a reaction, how long the next one waits; after the last of these there is none."""
LESS = (timedelta(days=7), timedelta(days=21))
"""The same for people who asked for fewer."""


def is_too_much(unanswered: int, last: datetime | None, now: datetime, *, less: bool) -> bool:
    """Whether a reminder is not sent: after `unanswered` others, of which the last was sent at `last`."""
    waits = LESS if less else USUAL
    if unanswered >= len(waits):
        return True
    return last is not None and now - last < waits[unanswered]


def are_rare(unanswered: int) -> bool:
    """Whether the next reminder waits, or does not come at all, without anyone having asked for fewer."""
    return unanswered >= len(USUAL) or USUAL[unanswered] > timedelta()
