"""The days on which people are asked to meet: never one that has passed, nor one on which they pause."""

from datetime import date, timedelta
from typing import NamedTuple

FARTHEST = timedelta(days=60)
"""How long after its window a session may take place."""


class BookingDays(NamedTuple):
    """The first and the last day to name. `is_late`: the planned days are over, and `closes` is the latest possible
    day."""

    opens: date
    closes: date
    is_late: bool = False


def booking_days(first: date, last: date, from_day: date, latest: date) -> BookingDays:
    """The planned days `first` to `last`, from `from_day` on: today, or the end of a pause that was announced.

    If nothing but that day is left of them, any day until `latest`.
    """
    if last > from_day:
        return BookingDays(max(first, from_day), last)
    return BookingDays(from_day, max(latest, from_day), is_late=True)
