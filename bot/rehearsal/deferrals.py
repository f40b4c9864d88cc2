"""Why a message was sent later than it was enqueued: it waited for its reader's next working time."""

from datetime import date, timedelta

from bot.domain.calendar import DaysOff, Hours, closing, is_working, local
from storage.tables import Outbox

AT_ONCE = timedelta(minutes=5)
_DAY = timedelta(days=1)


def waited_over(row: Outbox, hours: Hours, off: DaysOff) -> list[date] | None:
    """The days off over which a message waited; empty if it was only the night. None if it did not wait."""
    if row.sent_at is None or row.sent_at - row.created_at <= AT_ONCE or is_working(row.created_at, hours, off):
        return None
    written, sent, off = local(row.created_at, hours.zone), local(row.sent_at, hours.zone), hours.own(off)
    days = []
    day = sent.date() - _DAY
    while off.is_off(day):
        days.append(day)
        day -= _DAY
    evening_before = written.date() == day and row.created_at >= closing(day, hours)
    return days if evening_before or written.date() in {*days, sent.date()} else None
