"""How often and in which form a pair meets, and what a change means for the coming sessions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.programme import Cadence
from bot.domain.sessions import PlannedSession, add_months, packs_for

_DAYS = {Cadence.WEEKLY: 7, Cadence.FORTNIGHTLY: 14}


@dataclass(frozen=True, slots=True)
class Slot:
    """A planned session. `until`: the day after a session that is kept; None for one that is planned again."""

    number: int
    opens: date
    until: date | None


def wished(mentor: Collection[str], leader: Collection[str], usual: Cadence) -> Cadence | None:
    """The cadence to propose to two people instead of the programme's `usual` one, by what both chose at sign-up.

    None if the usual one suits both, or if they chose nothing in common. Of several the nearest to the usual one, a
    fixed one before `BY_AGREEMENT`.
    """
    common = [one for one in Cadence if one in mentor and one in leader]
    if not common or usual in common:
        return None
    return min(common, key=lambda one: (one is Cadence.BY_AGREEMENT, abs(_periods(one) - _periods(usual))))


def _periods(cadence: Cadence) -> int:
    """The length of its period in days, with a month as 28."""
    return _DAYS.get(cadence, 28)


def replanned(
    slots: Sequence[Slot], today: date, end: date, cadence: Cadence, start: date | None = None
) -> list[PlannedSession]:
    """The free sessions, planned again from `today`, or from the programme's `start` if that is later, to its `end`.

    The session whose window is open keeps its opening, and with it what was recorded about it; its window closes a
    whole period from today. The numbers of `slots` are used first, further ones are new, and unused ones are dropped.
    If no time is left, nothing is planned.
    """
    stay = [slot for slot in slots if slot.until]
    free = sorted((slot for slot in slots if not slot.until), key=lambda slot: slot.number)
    current = next((slot for slot in free if slot.opens <= today), None)
    windows: list[tuple[date, date]] = []
    edge = max([today + timedelta(days=1), start or today, *(slot.until for slot in stay if slot.until)])
    if current:
        edge = min(later(today, 1, cadence), end)
        windows.append((current.opens, edge))
    windows += whole_windows(edge, end, cadence)
    if windows:
        windows[-1] = windows[-1][0], max(windows[-1][1], end)
    numbers = [slot.number for slot in free]
    new = max((slot.number for slot in slots), default=0) + 1
    numbers += range(new, new + len(windows))
    packs = packs_for(len(stay) + len(windows))[len(stay) :]
    return [
        PlannedSession(number, pack, opens, closes)
        for number, pack, (opens, closes) in zip(numbers, packs, windows, strict=False)
    ]


def whole_windows(start: date, end: date, cadence: Cadence) -> list[tuple[date, date]]:
    """One window per whole period, and one for the remainder if it is half a period or all there is."""
    edges, count = [start], 1
    while (edge := later(start, count, cadence)) <= end:
        edges.append(edge)
        count += 1
    left, period = end - edges[-1], edge - edges[-1]
    if left * 2 >= period or (len(edges) == 1 and start < end):
        edges.append(end)
    return [(edges[i], edges[i + 1]) for i in range(len(edges) - 1)]


def later(day: date, periods: int, cadence: Cadence) -> date:
    """The day some periods of a cadence after `day`."""
    days = _DAYS.get(cadence)
    return day + timedelta(days=days * periods) if days else add_months(day, periods)
