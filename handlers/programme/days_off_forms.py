"""HR's form for days off."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.services.programme.days_off import AHEAD, LONGEST
from handlers.kit.form_result import Invalid
from handlers.kit.payload import FormState, day_of


@dataclass(frozen=True)
class Days:
    """Days to make days off, and days off on which people work."""

    added: list[date]
    worked: list[date]


def days(form: FormState, today: date) -> Days | Invalid:
    first, last = form.picked_day("first"), form.picked_day("last")
    worked = [day_of(one) for one in form.many("worked")]
    if first is None and last is None:
        return Days([], worked) if worked else _wrong("first", "nothing")
    if first is None:
        return _wrong("first", "first")
    last = last or first
    if not today <= first <= today + AHEAD:
        return _wrong("first", "past")
    if not first <= last <= first + LONGEST:
        return _wrong("last", "last")
    return Days([first + timedelta(days=n) for n in range((last - first).days + 1)], worked)


def _wrong(block: str, code: str) -> Invalid:
    return Invalid.below("programme.days_off.form.errors", {block: code})
