"""What a rehearsal came to, in numbers, for machines to read."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from bot.domain.calendar import Hours, is_working, local
from bot.rehearsal.diary import Diary
from bot.services.numbers import Summary, read_summary
from bot.services.reach import days_off, hours_of, office_hours
from storage.queries import person_of
from storage.tables import Outbox, OutboxState, Pair, Person, Programme
from storage.unit_of_work import UnitOfWork

LOST = (OutboxState.DEAD, OutboxState.EXPIRED, OutboxState.HELD, OutboxState.UNKNOWN)


async def figures(work: UnitOfWork, programme: Programme, diary: Diary) -> tuple[Summary, dict[str, Any]]:
    """HR's numbers at the end, and the report's."""
    summary = await read_summary(work, programme)
    rows = (await work.session.exec(select(Outbox).order_by(col(Outbox.id)))).all()
    sent = [row for row in rows if row.state is OutboxState.SENT]
    return summary, {
        "pairs": dict(sorted(summary.stages.items())),
        "sessions": {"held": summary.sessions.held, "planned": summary.sessions.planned},
        "messages": diary.messages,
        "messages_by_kind": dict(sorted(Counter(row.kind for row in sent).items())),
        "not_wanted_any_more": dict(sorted(Counter(r.kind for r in rows if r.state is OutboxState.DROPPED).items())),
        "lost": [f"{row.kind}: {row.state}" for row in rows if row.state in LOST],
        "outside_hours": await _outside_hours(work, programme, sent),
        "refused": diary.refused,
        "calls": dict(sorted(Counter(call["method"] for call in diary.calls).items())),
    }


async def _outside_hours(work: UnitOfWork, programme: Programme, sent: Sequence[Outbox]) -> list[dict[str, str]]:
    """Messages that should have waited for their readers' working hours, and did not."""
    off, found = days_off(programme), []
    for row in sent:
        for name, hours in await _readers(work, programme, row):
            if row.keeps_hours and row.sent_at and not is_working(row.sent_at, hours, off):
                at = local(row.sent_at, hours.zone).isoformat(timespec="minutes")
                found.append({"to": name, "kind": row.kind, "at": at})
    return found


async def _readers(work: UnitOfWork, programme: Programme, row: Outbox) -> list[tuple[str, Hours]]:
    people: list[Person | None] = []
    if row.person_id is not None:
        people = [await work.session.get(Person, row.person_id)]
    elif row.pair_id is not None and (pair := await work.session.get(Pair, row.pair_id)):
        people = [await person_of(work.session, one) for one in (pair.mentor_id, pair.mentee_id)]
    else:
        return [(row.channel or "", office_hours(programme))]
    return [(one.name, hours_of(one)) for one in people if one is not None]
