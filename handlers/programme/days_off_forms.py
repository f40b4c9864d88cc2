"""HR's form for days off."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.services.programme.days_off import AHEAD, LONGEST
from handlers.kit.form_result import Invalid
from handlers.kit.payload import FormState, day_of
from handlers.working_time.forms import read_country


@dataclass(frozen=True)
class Days:
    """Days to make days off, and days off on which people work."""

    added: list[date]
    worked: list[date]
    country: str | None = None
    """Another country for public holidays; None: the form does not ask, or it stays."""


def days(form: FormState, today: date, country: str) -> Days | Invalid:
    """Read the form; `country`: whose public holidays apply until now."""
    chosen = read_country(form.one("country")) or country
    first, last = form.picked_day("first"), form.picked_day("last")
    worked = [day_of(one) for one in form.many("worked")]
    if first is None and last is None:
        changed = worked or chosen != country
        return Days([], worked, chosen) if changed else _wrong("first", "nothing")
    if first is None:
        return _wrong("first", "first")
    last = last or first
    if not today <= first <= today + AHEAD:
        return _wrong("first", "past")
    if not first <= last <= first + LONGEST:
        return _wrong("last", "last")
    return Days([first + timedelta(days=n) for n in range((last - first).days + 1)], worked, chosen)


def _wrong(block: str, code: str) -> Invalid:
    return Invalid.below("programme.days_off.form.errors", {block: code})
