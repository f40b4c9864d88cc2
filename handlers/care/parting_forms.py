"""The forms in which a person asks for another partner, and in which HR pauses a pair."""

from datetime import date, datetime, time

from bot.domain.calendar import to_utc
from bot.services.care.parting import LONGEST, Wish
from handlers.kit.payload import FormState
from storage.tables import Programme

ANOTHER, NONE = "another", "none"
LONGEST_REST = 366
"""Days."""


def wish(form: FormState) -> Wish | dict[str, str]:
    """What the person wants next; or block_id → the sentence's name below `care.parting.form.errors`."""
    what, why = form.one("then"), form.one("why")
    if what not in (ANOTHER, NONE):
        return {"then": "choose"}
    return {"why": "too_long"} if len(why) > LONGEST else Wish(what == ANOTHER, why)


def rest(form: FormState, programme: Programme, today: date) -> datetime | None:
    """The start of the day on which the pair continues; None unless that is a later day within a year."""
    try:
        day = date.fromisoformat(form.one("until"))
    except ValueError:
        return None
    return to_utc(day, time(), programme.zone) if 0 < (day - today).days <= LONGEST_REST else None
