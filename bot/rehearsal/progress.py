"""How far a rehearsal is, and how long the rest of it takes."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from time import monotonic

from bot.rehearsal.rehearsal_plan import UNTIL_START, RehearsalPlan
from prompts.catalogue import Texts

BEFORE, DURING, AFTER = 2.0, 1.0, 0.25
"""How much happens in a day before the programme's first one, until its last one, and afterwards."""
SOON = 60
"""Seconds."""


class Progress:
    """Estimates by what was played so far. `seconds` is real time."""

    def __init__(self, plan: RehearsalPlan, texts: Texts, seconds: Callable[[], float] = monotonic) -> None:
        self.plan, self.texts, self.seconds = plan, texts, seconds
        self.began = seconds()

    def share(self, now: datetime) -> float:
        """How much of the whole was played, from 0 to 1."""
        return self._done(now) / self._done(self.plan.ends)

    def line(self, now: datetime, day: date) -> str:
        """The day, how much was played, and how long the rest takes, in plain words."""
        share = min(1.0, self.share(now))
        left = (self.seconds() - self.began) * (1 - share) / share if share else 0.0
        key = "soon" if left < SOON else "minutes"
        told = self.texts.plain(f"rehearsal.progress.left.{key}", minutes=round(left / 60))
        return self.texts.plain(
            "rehearsal.progress.so_far", day=self.texts.day(day), share=self.texts.percent(share), left=told
        )

    def _done(self, now: datetime) -> float:
        plan = self.plan
        spans = (
            (plan.begins, plan.begins + UNTIL_START, BEFORE),
            (plan.begins + UNTIL_START, plan.last_day, DURING),
            (plan.last_day, plan.ends, AFTER),
        )
        return sum(max(timedelta(), min(now, end) - start) / timedelta(days=1) * weight for start, end, weight in spans)
