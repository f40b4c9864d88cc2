"""A pair's sessions: how many, their purposes, and which messages are sent when.

`plan` computes the windows, `timeline` every step of one session, `due` which of them are due now. All are
recomputed from the facts whenever these change (a session is booked or moved, a person changes zone); completed
steps are known by their keys.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from bot.domain.calendar import (
    DaysOff,
    Hours,
    closing,
    local,
    morning,
    next_working,
    workday,
    working_days_after,
    working_days_before,
    working_days_in,
)
from bot.domain.programme import Cadence

MENTOR_PACK_DAYS = 3
LEADER_PACK_DAYS = 1
BOOKING_REMINDER_DAYS = 5
POLL_OPEN_DAYS = 5
LONGEST_POLL_DAYS = 20
"""All five in working days."""

POLL_DELAY = timedelta(minutes=15)
REMINDER_LATEST = timedelta(minutes=15)
UNBOOKED = "unbooked"
SLOT_FORMAT = "%Y%m%dT%H%MZ"
"""The slot of a session without a time."""
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""When a step expires that must be done however late."""

_DAYS = {Cadence.WEEKLY: 7, Cadence.FORTNIGHTLY: 14}


class Pack(StrEnum):
    """The purpose of a session; its text is the session pack of that name."""

    PREPARE = "prepare"
    CONTRACT = "contract"
    WORKING_DAY = "working_day"
    HANDS_ON = "hands_on"
    BLIND_SPOTS = "blind_spots"
    INSIGHT = "insight"
    HARVEST = "harvest"


MIDDLE = (Pack.WORKING_DAY, Pack.HANDS_ON, Pack.BLIND_SPOTS, Pack.INSIGHT)
"""The packs that repeat in longer programmes."""

_SHORT = (
    (),
    (Pack.CONTRACT,),
    (Pack.CONTRACT, Pack.HARVEST),
    (Pack.CONTRACT, Pack.HANDS_ON, Pack.HARVEST),
    (Pack.CONTRACT, Pack.HANDS_ON, Pack.INSIGHT, Pack.HARVEST),
    (Pack.CONTRACT, Pack.WORKING_DAY, Pack.HANDS_ON, Pack.INSIGHT, Pack.HARVEST),
)
"""The packs of a programme of 0-5 sessions: the most important ones stay."""


class Side(StrEnum):
    """The role in the pair."""

    MENTOR = "mentor"
    LEADER = "mentee"

    @property
    def other(self) -> "Side":
        return Side.LEADER if self is Side.MENTOR else Side.MENTOR


class StepKind(StrEnum):
    """One kind of step in a session."""

    BOOKING_NUDGE = "booking_nudge"
    BOOKING_REMINDER = "booking_reminder"
    MENTOR_PACK = "mentor_pack"
    LEADER_PACK = "leader_pack"
    REMINDER = "reminder"
    POLL = "poll"
    POLL_CLOSE = "poll_close"


PACKS = frozenset({StepKind.MENTOR_PACK, StepKind.LEADER_PACK})
"""The steps that send a session's material. Keys of earlier versions have no slot."""


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """One session of a programme: its `number` from 1, and the window `[opens, closes)` in which the pair meets.

    `round` says how many earlier sessions had this pack, so that a repeated pack has other activities.
    """

    number: int
    pack: Pack
    opens: date
    closes: date
    round: int = 0


class StepKey(NamedTuple):
    """A step of a session. It stays the same when the timeline is recomputed, so that each step is done once.

    `side` is None for a step without a reader. `slot` is the time of the session (`slot_at`), for steps that are
    repeated when the session is moved. Stored as `kind:side:slot`, without empty parts.
    """

    kind: StepKind
    side: Side | None = None
    slot: str = ""

    def __str__(self) -> str:
        return ":".join(part for part in self if part)


def read_step_keys(stored: Iterable[str]) -> list[StepKey]:
    """Keys as they are stored; without those of steps that this version does not know."""
    return [key for one in stored if (key := _read_step_key(one))]


@lru_cache(maxsize=4096)
def _read_step_key(stored: str) -> StepKey | None:
    kind, *rest = stored.split(":")
    if kind not in set(StepKind):
        return None
    side = Side(rest.pop(0)) if rest and rest[0] in set(Side) else None
    return StepKey(StepKind(kind), side, ":".join(rest))


def slot_at(starts_at: datetime | None) -> str:
    """The slot of a session that starts then."""
    return starts_at.astimezone(UTC).strftime(SLOT_FORMAT) if starts_at else UNBOOKED


def read_slot(slot: str) -> datetime:
    """The moment of a slot. Raises ValueError for `UNBOOKED`, and for what `slot_at` never returns."""
    return datetime.strptime(slot, SLOT_FORMAT).replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """`key` is due from `at` (inside its side's working hours) until just before `expires`; then it is too late."""

    key: StepKey
    at: datetime
    expires: datetime

    @property
    def kind(self) -> StepKind:
        return self.key.kind

    @property
    def side(self) -> Side | None:
        return self.key.side


class Due(NamedTuple):
    """The steps to do now, the steps that expired, and when to check again (None: nothing is left)."""

    send: list[Step]
    expired: list[Step]
    next_at: datetime | None

    def look_at(self, now: datetime) -> datetime | None:
        """When to do something: `now`, if anything is to be done now."""
        return now if self.send or self.expired else self.next_at


def packs_for(sessions: int) -> list[Pack]:
    """The pack of each of `sessions` sessions: contract first, harvest last, the middle ones in rotation."""
    if sessions < len(_SHORT):
        return list(_SHORT[max(sessions, 0)])
    between = sessions - 2
    return [Pack.CONTRACT, *(MIDDLE[i % len(MIDDLE)] for i in range(between)), Pack.HARVEST]


def plan(start: date, months: int, cadence: Cadence, until: date | None = None) -> list[PlannedSession]:
    """Every session of a programme of `months` from `start`: one for each whole period of `cadence` that fits.

    Windows follow each other without a gap, and close by `until`: a pair that begins late has fewer, the last one
    shorter if at least half a period is left for it, or all there is. None at all if `until` is not after `start`.
    Raises `ValueError` for less than a month.
    """
    if months < 1:
        raise ValueError(f"a programme needs a month at least, not {months}")
    edges = _edges(start, months, cadence)
    if until is not None and until < edges[-1]:
        edges = _cut(edges, until)
    packs = packs_for(max(len(edges) - 1, 0))
    return [
        PlannedSession(i + 1, pack, edges[i], edges[i + 1], round=packs[:i].count(pack)) for i, pack in enumerate(packs)
    ]


def add_months(day: date, months: int) -> date:
    """The same day `months` later; the month's last day where that day does not exist."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def timeline(
    planned: PlannedSession,
    starts_at: datetime | None,
    minutes: int,
    mentor: Hours,
    leader: Hours,
    off: DaysOff,
    told_at: datetime | None = None,
) -> list[Step]:
    """Every step of one session, in order of time; `starts_at` is None until it is booked.

    `told_at`: when it was reported afterwards that it took place at that time; its poll comes no earlier.
    Every step with a side is in that side's working hours. A window without a working day has no steps.
    """
    people = {Side.MENTOR: mentor, Side.LEADER: leader}
    steps = _booked(starts_at, minutes, people, off, told_at) if starts_at else _unbooked(planned, people, off)
    return sorted(steps, key=lambda step: (step.at, str(step.key)))


def due(
    steps: Iterable[Step],
    done: Collection[StepKey],
    now: datetime,
    people: Mapping[Side, Hours] | None = None,
    off: DaysOff | None = None,
) -> Due:
    """Sort the steps whose key is not in `done` into due and expired ones at `now`.

    A late step is still due until it expires: a pack until its session starts. With `people` and `off`, a late
    step waits for its reader's next working moment, which is `next_at`.
    """
    send: list[Step] = []
    expired: list[Step] = []
    later: list[datetime] = []
    for step in steps:
        if step.key in done or (step.kind in PACKS and StepKey(step.kind, step.side) in done):
            continue
        if now >= step.expires:
            expired.append(step)
            continue
        at = max(step.at, now)
        if people is not None and off is not None and step.side is not None:
            at = next_working(at, people[step.side], off)
        if at > now:
            later.append(at)
        else:
            send.append(step)
    return Due(send, expired, min(later, default=None))


def steps_after_booking(
    stored: Iterable[str], before: datetime | None, after: datetime, hours: Mapping[Side, Hours]
) -> list[str]:
    """The stored keys of completed steps once a session has another time.

    Its material is due again, except to a person for whom it stays on the same day.
    """
    kept: list[str] = []
    for one in stored:
        key = _read_step_key(one)
        if key is None or key.side is None or key.kind not in PACKS:
            kept.append(one)
            continue
        if key.slot:
            kept.append(one)
        if before and key.slot in ("", slot_at(before)) and _same_day(before, after, hours[key.side].zone):
            kept.append(str(StepKey(key.kind, key.side, slot_at(after))))
    return list(dict.fromkeys(kept))


def _same_day(one: datetime, other: datetime, zone: str) -> bool:
    return local(one, zone).date() == local(other, zone).date()


def _edges(start: date, months: int, cadence: Cadence) -> list[date]:
    """The boundaries of the windows: one more than there are windows."""
    if cadence not in _DAYS:
        return [add_months(start, i) for i in range(months + 1)]
    days = _DAYS[cadence]
    count = (add_months(start, months) - start).days // days
    return [start + timedelta(days=days * i) for i in range(count + 1)]


def _cut(edges: list[date], until: date) -> list[date]:
    """The boundaries that are no later than `until`, and `until` itself if enough time is left before it."""
    kept = [edge for edge in edges if edge <= until]
    if not kept or kept[-1] == until:
        return kept
    whole = edges[len(kept)] - kept[-1]
    return [*kept, until] if len(kept) == 1 or (until - kept[-1]) * 2 >= whole else kept


def _unbooked(planned: PlannedSession, people: Mapping[Side, Hours], off: DaysOff) -> list[Step]:
    steps: list[Step] = []
    polls: dict[Side, datetime] = {}
    for side, hours in people.items():
        days = working_days_in(planned.opens, planned.closes, hours.own(off))
        if not days:  # away all the time
            continue
        # A weekly window is over before five working days have passed: there the reminder comes halfway.
        wait = min(BOOKING_REMINDER_DAYS, len(days) // 2)
        nudge, remind = (morning(days[i], hours, off) for i in (0, wait))
        polls[side] = _last_hour(days[-1], hours, off)
        # Of several missed steps only one is sent: each expires when the next one is due.
        moments = [(StepKind.BOOKING_NUDGE, nudge)]
        if remind > nudge:
            moments.append((StepKind.BOOKING_REMINDER, remind))
        too_late = [at for _, at in moments[1:]] + [polls[side]]
        steps += [_step(kind, side, at, end) for (kind, at), end in zip(moments, too_late, strict=True) if at < end]
    if not polls:
        return []
    # Nobody is asked about a session that had no time: it is only closed.
    return [*steps, _close_step(polls, people, off, UNBOOKED)]


def _booked(
    starts_at: datetime, minutes: int, people: Mapping[Side, Hours], off: DaysOff, told_at: datetime | None
) -> list[Step]:
    start = starts_at.astimezone(UTC)
    slot = slot_at(start)
    ask_from = max(start + timedelta(minutes=minutes) + POLL_DELAY, told_at or start)
    steps: list[Step] = []
    polls: dict[Side, datetime] = {}
    for side, hours in people.items():
        kind, ahead = _pack_of(side)
        pack_day = working_days_before(workday(start, hours, off), ahead, hours.own(off))
        steps.append(_step(kind, side, morning(pack_day, hours, off), start, slot))
        remind = _reminder_at(start, hours, off)
        # At an opening that is also the start, "on time" is already "late": it is still sent.
        steps.append(_step(StepKind.REMINDER, side, remind, max(start, remind + REMINDER_LATEST), slot))
        polls[side] = next_working(ask_from, hours, off)
    return steps + _poll_steps(polls, people, off, slot)


def _pack_of(side: Side) -> tuple[StepKind, int]:
    if side is Side.MENTOR:
        return StepKind.MENTOR_PACK, MENTOR_PACK_DAYS
    return StepKind.LEADER_PACK, LEADER_PACK_DAYS


def _reminder_at(start: datetime, hours: Hours, off: DaysOff) -> datetime:
    """The opening on the session's day; if the session is before it or on a day off, the last working hour before."""
    day, own = workday(start, hours, off), hours.own(off)
    if not own.is_off(day) and morning(day, hours, off) <= start:
        return morning(day, hours, off)
    return _last_hour(working_days_before(day, 1, own), hours, off)


def _last_hour(day: date, hours: Hours, off: DaysOff) -> datetime:
    """An hour before the person's working day ends, or its opening if it is shorter."""
    return max(morning(day, hours, off), closing(day, hours) - timedelta(hours=1))


def _poll_steps(polls: Mapping[Side, datetime], people: Mapping[Side, Hours], off: DaysOff, slot: str) -> list[Step]:
    """One poll per side, and the close of both."""
    close = _close_step(polls, people, off, slot)
    return [*(_step(StepKind.POLL, side, at, close.at, slot) for side, at in polls.items() if at < close.at), close]


def _close_step(polls: Mapping[Side, datetime], people: Mapping[Side, Hours], off: DaysOff, slot: str) -> Step:
    """At the end of the day that gives the later of two polls its full time; long absences are not waited for."""
    closes = max(
        closing(working_days_after(workday(at, people[side], off), POLL_OPEN_DAYS, people[side].own(off)), people[side])
        for side, at in polls.items()
    )
    first, side = min((at, side) for side, at in polls.items())
    latest = working_days_after(workday(first, people[side], off), LONGEST_POLL_DAYS, off)
    return _step(StepKind.POLL_CLOSE, None, min(closes, closing(latest, people[side])), NEVER, slot)


def _step(kind: StepKind, side: Side | None, at: datetime, expires: datetime, slot: str = "") -> Step:
    return Step(StepKey(kind, side, slot), at, expires)
