"""Times for a session that suit both people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.calendar import SEARCH_DAYS, DaysOff, Hours, Span, fits, in_break, local, overlaps, to_utc

_DAY = timedelta(days=1)
_SPREAD = ((1, 4), (3, 4), (1, 2))  # a late morning, a mid-afternoon, the middle: a choice instead of three times 09:00


@dataclass(frozen=True)
class Free:
    """What is known of the time of one of the two."""

    hours: Hours
    busy: tuple[Span, ...] = ()
    """When they cannot: other sessions, and whatever else is known."""


def suggest_slots(
    after: datetime, mentor: Free, leader: Free, off: DaysOff, minutes: int, count: int = 3, *, a_day: int = 1
) -> list[datetime]:
    """Up to `count` starts from `after` on, in UTC, in order, at most `a_day` on one day of the leader's.

    Each is a round half hour on the leader's clock, within both people's working time, and overlaps nothing that either
    has. The usual breaks are kept free if the day has another time, those that people chose always. Empty if the two
    never work at the same time within `SEARCH_DAYS`.
    """
    slots: list[datetime] = []
    hours, own = leader.hours, leader.hours.own(off)
    first = local(after, hours.zone).date()
    for day in (first + _DAY * number for number in range(SEARCH_DAYS)):
        if len(slots) >= count:
            break
        if own.is_off(day):
            continue
        possible = [start for start in _half_hours(day, hours) if start >= after and suits(start, minutes, mentor, off)]
        possible = [start for start in possible if suits(start, minutes, leader, off)]
        calm = [s for s in possible if not any(in_break(s, minutes, who.hours, off) for who in (mentor, leader))]
        slots += _spread(calm or possible, a_day, len(slots))
    return slots[:count]


def suits(start: datetime, minutes: int, who: Free, off: DaysOff) -> bool:
    """Whether a session then is within a person's working time, and overlaps nothing that they have."""
    return fits(start, minutes, who.hours, off) and not overlaps(start, minutes, who.busy)


def _spread(options: list[datetime], count: int, before: int) -> list[datetime]:
    """`count` of the times of a day: one, at another time of day than those of the `before` days, or several."""
    if not options:
        return []
    if count == 1:
        part, whole = _SPREAD[before % len(_SPREAD)]
        return [options[len(options) * part // whole]]
    return sorted({options[len(options) * (2 * number + 1) // (2 * count)] for number in range(count)})


def _half_hours(day: date, hours: Hours) -> Iterator[datetime]:
    """Every round half hour of the person's shift that begins on `day`, in UTC."""
    opens, closes = hours.shift(day)
    last = datetime.combine(day if opens < closes else day + _DAY, closes)
    wall = datetime.combine(day, time(opens.hour, 0 if opens.minute == 0 else 30))
    if opens.minute > 30:
        wall += timedelta(minutes=30)
    while wall < last:
        yield to_utc(wall.date(), wall.time(), hours.zone).astimezone(UTC)
        wall += timedelta(minutes=30)
