"""The announced end of a programme, its period, and until when its pairs may take."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain.calendar import local, to_utc
from bot.domain.closing import GRACE, POLLED_WITHIN
from bot.domain.sessions import add_months
from storage.tables import MentoringSession, Programme


def last_day(programme: Programme) -> date:
    """The announced last day."""
    return programme.ends_on or add_months(programme.starts_on, programme.months) - timedelta(days=1)


def ends_at(programme: Programme) -> datetime:
    """The first moment after a programme, as announced."""
    return to_utc(last_day(programme) + timedelta(days=1), time(), programme.zone)


def period(programme: Programme, today: date) -> tuple[date, date]:
    """The first and the last day as certificates and the report name them: until its end, a programme lasts to
    `today`."""
    return programme.starts_on, max(programme.starts_on, min(last_day(programme), today))


def last_window(programme: Programme) -> date:
    """The day on which the last window of a new pair's sessions closes at the latest."""
    return last_day(programme) + timedelta(days=1) + GRACE - POLLED_WITHIN


def latest_close(programme: Programme, sessions: Iterable[MentoringSession]) -> datetime:
    """When a pair closes at the latest, given its sessions.

    Versions that let late pairs take their whole time planned windows, and let people book sessions, that are later
    than any can be now: what these pairs were told stays.
    """
    days = [last_day(programme) + timedelta(days=1)]
    for row in sessions:
        told = local(row.starts_at, programme.zone).date() if row.starts_at else row.closes_on
        if row.settled_at is None and max(told, row.closes_on) > last_window(programme):
            days.append(max(told, row.closes_on))
    return to_utc(max(days) + GRACE, time(), programme.zone)


@dataclass(frozen=True)
class PastEnd:
    """What it means that a programme is announced to end before a day. `latest`: until when its pairs can still meet
    from that day on; None if they cannot."""

    last: date
    latest: date | None


def past_end(programme: Programme, day: date, latest: date | None = None) -> PastEnd | None:
    """For a pause that lasts until `day`, or is over today; None if the programme lasts longer. `latest`: the last day
    to meet of a pair that may take longer than those of new pairs."""
    last = last_day(programme)
    if last >= day:
        return None
    possible = max(last_window(programme), latest or last)
    return PastEnd(last, possible if possible >= day else None)


def last_bookable(programme: Programme, session: MentoringSession) -> date:
    """The last day on which a session can take place: its poll has to close before its pair does."""
    return max(last_window(programme), session.closes_on)
