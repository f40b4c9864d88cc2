"""The forms in which a person asks for another partner, and in which HR pauses a pair."""

from datetime import date, datetime, time

from bot.domain.calendar import to_utc
from bot.services.care.parting import LONGEST, Wish
from handlers.kit.form_result import Invalid
from handlers.kit.payload import FormState
from storage.tables import Programme

ANOTHER, NONE = "another", "none"
LONGEST_REST = 366
"""Days."""


def wish(form: FormState) -> Wish | Invalid:
    """What the person wants next."""
    what, why = form.one("then"), form.one("why")
    if what not in (ANOTHER, NONE):
        return Invalid.below("care.parting.form.errors", {"then": "choose"})
    if len(why) > LONGEST:
        return Invalid.too_long("care.parting.form.errors", {"why": "too_long"}, {"why": LONGEST})
    return Wish(what == ANOTHER, why)


def reason(form: FormState) -> str | Invalid:
    """Why HR ends a pair; "" for no reason."""
    why = form.one("reason")
    if len(why) > LONGEST:
        return Invalid.too_long("care.parting.end.errors", {"reason": "too_long"}, {"reason": LONGEST})
    return why


def rest(form: FormState, programme: Programme, today: date) -> datetime | Invalid:
    """The start of the day on which the pair continues: a later day within a year."""
    day = form.day("until")
    if day is None or not 0 < (day - today).days <= LONGEST_REST:
        return Invalid.below("care.parting.rest.errors", {"until": "until"})
    return to_utc(day, time(), programme.zone)
