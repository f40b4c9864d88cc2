"""Forms for pausing, leaving, and raising a concern."""

from dataclasses import dataclass
from datetime import date, datetime, time

from bot.domain.calendar import to_utc
from bot.services.care.concerns import LONGEST
from handlers.kit.payload import FormState, Malformed
from storage.tables import Person

LEAVE_REASONS = ("no_time", "new_role", "no_fit", "other")

Errors = dict[str, str]
"""block_id → the name of the sentence, below `care.pause.form.errors` or `care.concern.form.errors`."""
VALUES = {"too_long": {"longest": LONGEST}}
"""The values of a sentence."""


@dataclass(frozen=True)
class Pause:
    """`until` is when the person returns: the start of their working hours on the chosen day."""

    until: datetime | None


def pause(form: FormState, person: Person, today: date) -> Pause | Errors:
    """`today` is the person's."""
    said = form.one("until")
    if not said:
        return Pause(None)
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return {"until": "past"}
    if not today < day <= date(today.year + 2, 1, 1):
        return {"until": "past"}
    return Pause(to_utc(day, time.fromisoformat(person.work_start), person.zone))


def leave_reason(form: FormState) -> str | None:
    """The reason for leaving, if given. Raises `Malformed`."""
    reason = form.one("reason")
    if reason and reason not in LEAVE_REASONS:
        raise Malformed("reason")
    return reason or None


def concern(form: FormState) -> str | Errors:
    """The concern's text; it is never empty."""
    text = form.one("text")
    if not text:
        return {"text": "empty"}
    return {"text": "too_long"} if len(text) > LONGEST else text
