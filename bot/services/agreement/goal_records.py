"""The goals as an agreement stores them, and when the date of one comes."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from bot.domain.agreement import SETTLED, GoalProgress
from bot.domain.calendar import to_utc
from bot.services.pair_context import PairContext
from storage.tables import Agreement
from storage.tables.columns import Record

PROGRESS = ("progress", "note")
"""What a goal keeps in a new version."""
KEPT = (*PROGRESS, "moved", "asked")
"""What it keeps if its agreed date stays: also the date to which it was moved, and the date about which the two were
asked last. Both are ISO dates."""


def date_of(goal: Record) -> date | None:
    """A goal's date: the one it was moved to, or the agreed one."""
    said = goal.get("moved") or goal["by"]
    return date.fromisoformat(said) if said else None


def is_settled(goal: Record) -> bool:
    return GoalProgress(goal.get("progress", GoalProgress.NOT_STARTED)) in SETTLED


def dates_to_ask(row: Agreement) -> list[date]:
    """The dates of open goals about which the pair was not asked yet, in order."""
    wanted = {
        day for one in row.goals if not is_settled(one) and (day := date_of(one)) and one.get("asked") != str(day)
    }
    return sorted(wanted)


def begins_at(day: date, couple: PairContext) -> datetime:
    """When a day begins for the first of the two."""
    return min(to_utc(day, time.min, hours.zone) for hours in couple.hours.values())


def plan(row: Agreement, couple: PairContext) -> None:
    """Set when the job next asks the pair about a goal's date."""
    row.next_goal_at = min((begins_at(day, couple) for day in dates_to_ask(row)), default=None)


def change(row: Agreement, wanted: Sequence[str], day: date, **values: Any) -> None:
    """Change the stored goals with these words and this date."""
    row.goals = [{**one, **values} if one["goal"] in wanted and date_of(one) == day else one for one in row.goals]
