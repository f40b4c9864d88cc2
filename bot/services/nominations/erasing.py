"""Nominations are erased 30 days after sign-up has closed."""

from datetime import datetime, time, timedelta

from sqlmodel import col, select

from bot.domain.calendar import to_utc
from bot.domain.nominations import KEPT
from bot.services.programme.end import ends_at
from storage.tables import Nomination, Programme
from storage.unit_of_work import Store

BATCH = 500
LOOK_AGAIN = KEPT - timedelta(days=2)
"""HR can move the day on which sign-up closes, and end the programme, but not before today. So a job that looks more
often than nominations are kept is never late."""


def erased_at(programme: Programme) -> datetime:
    """When its nominations are erased, as things are. Sign-up closes with the programme unless HR set a day."""
    closed = ends_at(programme)
    if programme.sign_up_closes_on:
        closed = min(closed, to_utc(programme.sign_up_closes_on + timedelta(days=1), time(), programme.zone))
    if programme.cancelled_at:
        closed = min(closed, programme.cancelled_at)
    return closed + KEPT


def erase_look_at(programme: Programme, now: datetime) -> datetime:
    return min(erased_at(programme), now + LOOK_AGAIN)


async def tick_nominations(store: Store, now: datetime) -> int:
    """Erase those that are due; how many were looked at."""
    async with store.write(now) as work:
        due = select(Nomination).where(col(Nomination.erase_look_at) <= now).order_by(col(Nomination.id)).limit(BATCH)
        rows = (await work.session.exec(due.with_for_update(skip_locked=True))).all()
        for row in rows:
            programme = await work.session.get_one(Programme, row.programme_id)
            if erased_at(programme) <= now:
                await work.session.delete(row)
            else:
                row.erase_look_at = erase_look_at(programme, now)
        await work.commit()
    return len(rows)
