"""The course of a programme: what becomes of its dates and of each pair's sessions when HR changes it.

One pure function computes it. HR's preview counts its result, and the change writes the same result.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.programme import Cadence
from bot.domain.sessions import Pack, PlannedSession, add_months, packs_for
from bot.domain.sessions_cadence import Slot, later, replanned, whole_windows

MOST_DAYS = 366
"""How far HR can move a programme, pause it, or move its end."""
ONE_DAY = timedelta(days=1)


class Act(StrEnum):
    """What HR does with a programme."""

    MOVE = "move"
    """Everything that is still to come moves by some days."""
    END = "end"
    """Another last day: later or earlier."""
    PAUSE = "pause"
    GO_ON = "go_on"
    """Before the pause's last day."""
    CADENCE = "cadence"
    """Pairs that chose no frequency of their own meet more or less often."""
    CANCEL = "cancel"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Course:
    """A programme's first and last day; while it is paused, the day on which it continues."""

    first: date
    last: date
    resumes: date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """An act of HR. `days`: by how many it moves, fewer than 0 for earlier; `day`: the new last day, or the day on
    which the programme continues after a pause; of a move with `to_day` the new first day, or the new last day once
    the programme has begun."""

    act: Act
    days: int = 0
    day: date | None = None
    cadence: Cadence | None = None
    to_day: bool = False


@dataclass(frozen=True, slots=True)
class CourseSession:
    """One session of a pair. `day`: its booked day. `over`: it took place, was missed, or its questions are open.
    `material`: it was sent, so its purpose stays."""

    number: int
    pack: Pack
    opens: date
    closes: date
    day: date | None = None
    over: bool = False
    material: bool = False


@dataclass(frozen=True, slots=True)
class PairCourse:
    """What becomes of a pair's sessions. `ahead`: all that are still to come, new ones with new numbers.

    `dropped` and `called_off` are numbers; a session that is called off may stay without a time, or fall away.
    """

    ahead: tuple[PlannedSession, ...]
    dropped: frozenset[int] = frozenset()
    called_off: frozenset[int] = frozenset()


def wrong(change: Change, now: Course, today: date) -> str:
    """Why it cannot be done, as a code; "" if it can."""
    match change.act:
        case Act.MOVE:
            return _wrong_move(shift_of(change, now, today), now, today, to_day=change.to_day)
        case Act.END:
            return _wrong_end(change.day, now, today)
        case Act.PAUSE:
            return _wrong_pause(change.day, now, today)
        case Act.GO_ON:
            return "" if now.resumes and now.resumes > today else "not_paused"
        case _:
            return ""


def course_after(change: Change, now: Course, today: date) -> Course:
    """The programme's dates after a change that is not `wrong`."""
    days = shift_of(change, now, today)
    first = max(now.first + timedelta(days=days), today) if now.first > today else now.first
    match change.act:
        case Act.MOVE:
            return Course(first, now.last + timedelta(days=days), now.resumes)
        case Act.END if change.day:
            return Course(now.first, change.day, now.resumes)
        case Act.PAUSE:
            return Course(first, now.last + timedelta(days=days), change.day)
        case Act.GO_ON:
            return Course(first, now.last + timedelta(days=days))
        case _:
            return now


def closing_after(closes_on: date, now: Course, after: Course, today: date) -> date:
    """The last day to join, which is still to come: it moves with the first day, and is never after the last one."""
    return max(min(closes_on + (after.first - now.first), after.last), today)


def shift_of(change: Change, now: Course, today: date) -> int:
    """By how many days everything that is still to come moves: a pause's length, and back if it ends early."""
    match change.act:
        case Act.MOVE if change.to_day:
            return (change.day - (now.first if now.first > today else now.last)).days if change.day else 0
        case Act.MOVE:
            return change.days
        case Act.PAUSE if change.day:
            return (change.day - max(now.resumes or today, today)).days
        case Act.GO_ON if now.resumes:
            return -(now.resumes - today).days
        case _:
            return 0


def pair_after(
    sessions: Sequence[CourseSession], change: Change, now: Course, today: date, cadence: Cadence
) -> PairCourse:
    """What becomes of the sessions of one active pair, in order of their numbers."""
    if change.act in (Act.CANCEL, Act.DELETE):
        ahead = [one for one in sessions if not _is_past(one, today)]
        off = frozenset(one.number for one in ahead if one.day)
        return PairCourse((), frozenset(one.number for one in ahead) - off, off)
    after = course_after(change, now, today)
    if change.act is Act.CADENCE:
        return _at_cadence(sessions, after.last + ONE_DAY, today, change.cadence or cadence)
    if change.act is not Act.END:
        return _moved(sessions, shift_of(change, now, today), today, _free_until(change, now, after))
    end = after.last + ONE_DAY
    return _extended(sessions, end, today, cadence) if end > now.last + ONE_DAY else _shortened(sessions, end, today)


def months_between(first: date, end: date) -> int:
    """The fewest whole months from `first` that reach `end`; 1 at least."""
    months = 1
    while add_months(first, months) < end:
        months += 1
    return months


# What cannot be done


def _wrong_move(days: int, now: Course, today: date, *, to_day: bool) -> str:
    if days == 0 or abs(days) > MOST_DAYS:
        return "to_day" if to_day else "days"
    if days < 0 and now.first > today and now.first + timedelta(days=days) < today:
        return "start_past"
    return "end_past" if now.last + timedelta(days=days) < today else ""


def _wrong_end(day: date | None, now: Course, today: date) -> str:
    if day is None or day > now.last + timedelta(days=MOST_DAYS):
        return "end_far"
    if day == now.last:
        return "end_same"
    return "end_past" if day < max(today, now.first) else ""


def _wrong_pause(day: date | None, now: Course, today: date) -> str:
    if day is None or day <= today:
        return "resumes_past"
    if day > today + timedelta(days=MOST_DAYS):
        return "resumes_far"
    return "resumes_same" if day == now.resumes else ""


# Sessions


def _free_until(change: Change, now: Course, after: Course) -> date | None:
    """Until when no session takes place: the end of a pause, or the first day of a programme that begins later."""
    if change.act is Act.PAUSE:
        return after.resumes
    return after.first if change.act is Act.MOVE and after.first > now.first else None


def _is_past(session: CourseSession, today: date) -> bool:
    """Whether a session is left as it is: it has a result, or had no time when its window closed."""
    return session.over or (session.day is None and session.closes <= today)


def _is_open(session: CourseSession, today: date) -> bool:
    """Whether a session is still to come, and has no time."""
    return not _is_past(session, today) and session.day is None


def _moved(sessions: Sequence[CourseSession], days: int, today: date, free_until: date | None) -> PairCourse:
    """Everything that is still to come moves. Booked sessions keep their time, except those before `free_until`."""
    shift = timedelta(days=days)
    off = frozenset(
        one.number for one in sessions if free_until and one.day and not one.over and today <= one.day < free_until
    )
    ahead = []
    for session in sessions:
        if _is_past(session, today):
            continue
        opens = max(session.opens + shift, today + ONE_DAY) if session.opens > today else session.opens
        earliest = max(opens, today) + ONE_DAY
        if session.day and session.number not in off:
            earliest = max(earliest, session.day + ONE_DAY)
        ahead.append(_planned(session, opens, max(session.closes + shift, earliest)))
    return PairCourse(tuple(ahead), called_off=off)


def _at_cadence(sessions: Sequence[CourseSession], end: date, today: date, cadence: Cadence) -> PairCourse:
    """Sessions without a time are planned again, as when a pair changes its own frequency; the others stay."""
    slots = [Slot(one.number, one.opens, _stays_until(one, today)) for one in sessions]
    planned = replanned(slots, today, max([end, *(one.closes for one in sessions)]), cadence)
    if not planned:
        return PairCourse(())
    left = {one.number for one in planned}
    return PairCourse(tuple(planned), frozenset(slot.number for slot in slots if not slot.until) - left)


def _stays_until(session: CourseSession, today: date) -> date | None:
    if _booked(session) and session.day:
        return session.day + ONE_DAY
    return None if _is_open(session, today) else min(session.closes, today)


def _extended(sessions: Sequence[CourseSession], end: date, today: date, cadence: Cadence) -> PairCourse:
    """Further sessions after the last one, up to `end`; if there is no time for one, the last one has longer."""
    edge = max([today + ONE_DAY, *(one.closes for one in sessions)])
    new = whole_windows(edge, end, cadence)
    ahead = [_planned(one, one.opens, one.closes) for one in sessions if not _is_past(one, today)]
    if ahead and edge < end and (end - edge) * 2 < later(edge, 1, cadence) - edge:
        new, ahead[-1] = [], PlannedSession(ahead[-1].number, ahead[-1].pack, ahead[-1].opens, end)
    number = max((one.number for one in sessions), default=0)
    for opens, closes in new:
        number += 1
        ahead.append(PlannedSession(number, Pack.HARVEST, opens, closes))
    return PairCourse(_with_packs(sessions, ahead, today))


def _shortened(sessions: Sequence[CourseSession], end: date, today: date) -> PairCourse:
    """Sessions after `end` fall away, their times are called off; a window that reaches beyond it is cut.

    A session that is called off takes the window of the last one without a time: so its entry in calendars can still be
    removed. If the pair has no other session ahead, it keeps the time that is left.
    """
    off = [one for one in sessions if _booked(one) and one.day and one.day >= end]
    stay = [one for one in sessions if _booked(one) and one not in off]
    free = [(one, cut) for one in sessions if _is_open(one, today) and (cut := _cut(one, end, today))]
    ahead = [_kept(one, one.day or today, end) for one in stay]
    if off and free:
        free[-1] = (off[0], free[-1][1])
    elif off and not stay:
        free = [(off[0], (min(off[0].opens, today), end))]
    ahead += [_planned(one, *window) for one, window in free]
    ahead.sort(key=lambda one: one.opens)
    left = {one.number for one in ahead}
    gone = frozenset(one.number for one in sessions if not _is_past(one, today) and one.number not in left)
    return PairCourse(_with_packs(sessions, ahead, today), gone, frozenset(one.number for one in off))


def _booked(session: CourseSession) -> bool:
    return not session.over and session.day is not None


def _kept(session: CourseSession, day: date, end: date) -> PlannedSession:
    """A booked session before `end`; one that was booked before its window opens has the window of its day."""
    closes = max(min(session.closes, end), day + ONE_DAY)
    return _planned(session, session.opens if session.opens < closes else day, closes)


def _cut(session: CourseSession, end: date, today: date) -> tuple[date, date] | None:
    """The window up to `end`; None if too little of it is left. The open window always stays."""
    if session.opens >= end:
        return None
    closes = min(session.closes, end)
    if session.opens <= today or (closes - session.opens) * 2 >= session.closes - session.opens:
        return session.opens, max(closes, session.opens + ONE_DAY)
    return None


def _with_packs(
    sessions: Sequence[CourseSession], ahead: Sequence[PlannedSession], today: date
) -> tuple[PlannedSession, ...]:
    """Purposes in order: the harvest comes last. A session whose material was sent keeps its purpose."""
    material = {one.number: one.pack for one in sessions if one.material}
    past = sum(_is_past(one, today) for one in sessions)
    packs = packs_for(past + len(ahead))[past:]
    return tuple(
        PlannedSession(one.number, material.get(one.number, pack), one.opens, one.closes)
        for one, pack in zip(ahead, packs, strict=True)
    )


def _planned(session: CourseSession, opens: date, closes: date) -> PlannedSession:
    return PlannedSession(session.number, session.pack, opens, closes)
