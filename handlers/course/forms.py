"""HR's forms for a programme's course."""

from datetime import date, timedelta
from enum import StrEnum

from bot.domain.course import Act, Change, Course
from bot.domain.programme import Cadence
from handlers.kit.payload import FormState, Malformed

GROUP = "course.errors"
WEEKS = (1, 2, 3, 4, 6, 8, 12)
USUAL_WEEKS = 2
TO_DAY = "day"
"""The choice to move to a day, for which the form then asks."""
USUAL_EXTENSION, USUAL_NOTICE, USUAL_PAUSE = timedelta(weeks=4), timedelta(weeks=1), timedelta(weeks=2)


class Kind(StrEnum):
    """A form. Extending, shortening and ending early are the same act with other words."""

    MOVE = "move"
    END = "end"
    END_EARLY = "end_early"
    PAUSE = "pause"
    GO_ON = "go_on"
    CADENCE = "cadence"
    CANCEL = "cancel"
    DELETE = "delete"


ACTS = {
    Kind.MOVE: Act.MOVE,
    Kind.END: Act.END,
    Kind.END_EARLY: Act.END,
    Kind.PAUSE: Act.PAUSE,
    Kind.GO_ON: Act.GO_ON,
    Kind.CADENCE: Act.CADENCE,
    Kind.CANCEL: Act.CANCEL,
    Kind.DELETE: Act.DELETE,
}
FIELDS = {Kind.MOVE: "days", Kind.END: "day", Kind.END_EARLY: "day", Kind.PAUSE: "day", Kind.CADENCE: "cadence"}


def kind_of(text: str) -> Kind:
    """Raises `Malformed`."""
    try:
        return Kind(text)
    except ValueError as error:
        raise Malformed("kind") from error


def usual(kind: Kind, now: Course, today: date, cadence: str) -> Change:
    """What a form proposes when it is opened."""
    match kind:
        case Kind.MOVE:
            return Change(Act.MOVE, days=7 * USUAL_WEEKS)
        case Kind.END:
            return Change(Act.END, day=now.last + USUAL_EXTENSION)
        case Kind.END_EARLY:
            return Change(Act.END, day=max(min(today + USUAL_NOTICE, now.last - timedelta(days=1)), today, now.first))
        case Kind.PAUSE:
            return Change(Act.PAUSE, day=max(now.resumes or today, today) + USUAL_PAUSE)
        case Kind.CADENCE:
            other = Cadence.MONTHLY if cadence == Cadence.FORTNIGHTLY else Cadence.FORTNIGHTLY
            return Change(Act.CADENCE, cadence=other)
        case _:
            return Change(ACTS[kind])


def change(kind: Kind, form: FormState) -> Change:
    """What the form says. Whether it can be done, the domain knows. Raises `Malformed`: pickers return days."""
    if kind is Kind.MOVE:
        chosen = form.one("days")
        if chosen == TO_DAY:
            return Change(Act.MOVE, day=form.picked_day("to") if "to" in form.block_ids() else None, to_day=True)
        options = {str(7 * sign * weeks) for weeks in WEEKS for sign in (1, -1)}
        return Change(Act.MOVE, days=int(chosen) if chosen in options else 0)
    if kind is Kind.CADENCE:
        cadence = form.one("cadence")
        return Change(Act.CADENCE, cadence=Cadence(cadence) if cadence in set(Cadence) else None)
    return Change(ACTS[kind], day=form.picked_day("day") if kind in FIELDS else None)
