"""What was sent when: every entry of the activity log with the kind of its message and the stage of the programme."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.messages.care import MidwayMessage
from bot.rehearsal.activity_log import Activity, ActivityLog
from bot.rehearsal.report import Stage, beginnings, stage_at
from storage.tables import Outbox, OutboxState, Programme

LAST = 2**62
"""Sorts after every message of the same moment."""


@dataclass(frozen=True)
class TimelineEntry:
    """An entry of the activity log. `number` is its place in the whole; `kind` is "" for what is not a message."""

    number: int
    entry: Activity
    kind: str
    stage: Stage
    unasked: bool
    """Whether the bot sent it on its own, and not in reply to a click."""
    check_in: bool = False
    """Whether it asks how it is going because HR chose more such questions than the one halfway."""


def timetable(activity_log: ActivityLog, programme: Programme, rows: Sequence[Outbox]) -> list[TimelineEntry]:
    """All entries in order; `rows` are all sendings."""
    sent = [row for row in rows if row.state is OutboxState.SENT]
    begins = beginnings(programme, sent)
    known = {(row.channel, row.ts): row for row in sent}
    found = []
    for number, entry in enumerate(activity_log.entries):
        row = known.get((entry.channel, entry.ts)) if entry.kind == "message" else None
        moment = (row.sent_at or row.due_at, row.id) if row else (entry.at, LAST)
        unasked = row is not None and row.keeps_hours
        kind, stage = row.kind if row else "", stage_at(begins, moment)
        check_in = row is not None and kind == MidwayMessage.kind.name and bool(row.data.get("check_in"))
        found.append(TimelineEntry(number, entry, kind, stage, unasked, check_in))
    return found
