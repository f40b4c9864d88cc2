"""When a calendar is fetched by itself: at night on its owner's clock, spread over four hours."""

from datetime import datetime, time, timedelta

from bot.domain.calendar import local, to_utc
from storage.tables import Person

FIRST = time(1)
SPREAD = timedelta(hours=4) // timedelta(minutes=1)
"""Minutes over which the calendars of one time zone are spread."""
_STEP = 97  # shares no divisor with SPREAD, so neighbouring ids are far from each other


def next_night(now: datetime, person: Person) -> datetime:
    """The next night's moment for a person, at least an hour from `now`."""
    minute = timedelta(minutes=person.id * _STEP % SPREAD)
    today = local(now, person.zone).date()
    nights = (to_utc(today + timedelta(days=days), FIRST, person.zone) + minute for days in (0, 1))
    return next(night for night in nights if night > now + timedelta(hours=1))
