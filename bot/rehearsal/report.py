"""The results of a rehearsal as machine-readable figures."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from enum import StrEnum
from typing import Any

from sqlmodel import col, select

from bot.domain.calendar import Hours, is_working, local, to_utc
from bot.domain.surveys import LATER_AFTER
from bot.rehearsal.activity_log import ActivityLog
from bot.services.insight.summary_figures import Summary, read_summary
from bot.services.programme.end import ends_at
from bot.services.working_hours import days_off, hours_of, office_hours
from storage.queries import person_of
from storage.tables import Outbox, OutboxState, Pair, Person, Programme
from storage.unit_of_work import UnitOfWork


class Stage(StrEnum):
    """A part of a programme."""

    SET_UP = "set_up"
    RECRUIT = "recruit"
    MATCH = "match"
    INTRODUCE = "introduce"
    RUN = "run"
    CLOSE = "close"
    LATER = "90_days_on"


IN_ORDER = tuple(Stage)
OPENED_BY = {Stage.RECRUIT: "announcement", Stage.MATCH: "match_draft", Stage.INTRODUCE: "sponsor"}
"""The first message of some stages; the others begin on their day."""
Sent = tuple[datetime, int]
LOST = (OutboxState.DEAD, OutboxState.EXPIRED, OutboxState.HELD, OutboxState.UNKNOWN)


async def read_sendings(work: UnitOfWork) -> Sequence[Outbox]:
    """All outbox messages, in the order in which they were enqueued."""
    return (await work.session.exec(select(Outbox).order_by(col(Outbox.id)))).all()


async def figures(
    work: UnitOfWork, programme: Programme, activity_log: ActivityLog, rows: Sequence[Outbox]
) -> tuple[Summary, dict[str, Any]]:
    """HR's figures at the end, and the report's; `rows` are all outbox messages."""
    summary = await read_summary(work, programme)
    sent = [row for row in rows if row.state is OutboxState.SENT]
    return summary, {
        "pairs": dict(sorted(summary.stages.items())),
        "sessions": {"held": summary.sessions.held, "planned": summary.sessions.planned},
        "messages": activity_log.messages,
        "messages_by_kind": dict(sorted(Counter(row.kind for row in sent).items())),
        "parts_of_days": sum(row.day_id is not None for row in sent),
        "parts_by_kind": dict(sorted(Counter(row.kind for row in sent if row.day_id is not None).items())),
        "messages_by_stage": _by_stage(programme, sent),
        "not_wanted_any_more": dict(sorted(Counter(r.kind for r in rows if r.state is OutboxState.DROPPED).items())),
        "lost": [f"{row.kind}: {row.state}" for row in rows if row.state in LOST],
        "outside_hours": await _outside_hours(work, programme, sent),
        "refused": activity_log.refused,
        "calls": dict(sorted(Counter(call["method"] for call in activity_log.calls).items())),
    }


def _by_stage(programme: Programme, sent: Sequence[Outbox]) -> dict[str, dict[str, int]]:
    """For each kind of message, how often it was sent at which stage."""
    begins = beginnings(programme, sent)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in sent:
        found[row.kind][stage_at(begins, _sent(row))] += 1
    return {kind: {stage: found[kind][stage] for stage in IN_ORDER if found[kind][stage]} for kind in sorted(found)}


def stage_at(begins: Mapping[Stage, Sent], moment: Sent) -> Stage:
    """The stage of a moment."""
    begun = [stage for stage in IN_ORDER if stage in begins and begins[stage] <= moment]
    return begun[-1] if begun else Stage.SET_UP


def beginnings(programme: Programme, sent: Sequence[Outbox]) -> dict[Stage, Sent]:
    """When each stage began: its first message was sent, or its day came."""
    first: dict[str, Sent] = {}
    for row in sent:
        first[row.kind] = min(_sent(row), first.get(row.kind, _sent(row)))
    opened = {stage: first[kind] for stage, kind in OPENED_BY.items() if kind in first}
    ends = ends_at(programme)
    days = {
        Stage.SET_UP: programme.created_at,
        Stage.RUN: to_utc(programme.starts_on, time(), programme.zone),
        Stage.CLOSE: ends,
        Stage.LATER: ends + LATER_AFTER,
    }
    return {**opened, **{stage: (day, 0) for stage, day in days.items()}}


def _sent(row: Outbox) -> Sent:
    """When it was sent; those of one moment in the order in which they were enqueued."""
    return row.sent_at or row.due_at, row.id


async def _outside_hours(work: UnitOfWork, programme: Programme, sent: Sequence[Outbox]) -> list[dict[str, str]]:
    """Messages that should have waited for their readers' working hours, and did not."""
    off, found = days_off(programme), []
    for row in sent:
        for name, hours in await readers(work, programme, row):
            if row.keeps_hours and row.sent_at and not is_working(row.sent_at, hours, off):
                at = local(row.sent_at, hours.zone).isoformat(timespec="minutes")
                found.append({"to": name, "kind": row.kind, "at": at})
    return found


async def readers(work: UnitOfWork, programme: Programme, row: Outbox) -> list[tuple[str, Hours]]:
    """The recipients of a message, and their working hours."""
    people: list[Person | None] = []
    if row.person_id is not None:
        people = [await work.session.get(Person, row.person_id)]
    elif row.pair_id is not None and (pair := await work.session.get(Pair, row.pair_id)):
        people = [await person_of(work.session, one) for one in (pair.mentor_id, pair.leader_id)]
    else:
        return [(row.channel or "", office_hours(programme))]
    return [(one.name, hours_of(one)) for one in people if one is not None]
