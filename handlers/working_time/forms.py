"""The forms about one's working time."""

from dataclasses import dataclass
from datetime import date, time

from bot.domain.calendar import Shift, countries, usual_days
from bot.domain.working_time import WEEKDAYS, Breaks, InvalidTime, Week
from bot.services.working_time.working_time import Mine
from handlers.kit.form_result import Invalid
from handlers.kit.payload import FormState, Malformed

GROUP = "working_time.errors"
PROGRAMME = "programme"
NO_HOLIDAYS = "none"
"""The choices of a country that are none."""


@dataclass(frozen=True)
class Hours:
    """Days with the same hours. `usual`: these are the usual days of the country."""

    week: Week
    usual: Shift | None
    breaks: Breaks
    country: str | None


def hours(form: FormState, mine: Mine) -> Hours | Invalid:
    """Read the form about hours, breaks and country."""
    wrong: dict[str, str] = {}
    shift = _span(form, "start", "end", wrong, needed=True)
    daily = _span(form, "break_start", "break_end", wrong)
    friday = _span(form, "friday_start", "friday_end", wrong)
    days = [int(one) for one in form.many("days") if one in _DAYS]
    if not days:
        wrong["days"] = "no_day"
    if wrong or shift is None:
        return Invalid.below(GROUP, wrong)
    country = read_country(form.one("country"))
    week = tuple(shift if day in days else None for day in range(WEEKDAYS))
    usual = shift if tuple(sorted(days)) == usual_days(mine.countries[0] if country is None else country) else None
    return Hours(week, usual, (daily, friday), country)


def week(form: FormState) -> Week | Invalid:
    """Read the form with each day's own hours."""
    wrong: dict[str, str] = {}
    found = tuple(_span(form, f"start_{day}", f"end_{day}", wrong) for day in range(WEEKDAYS))
    if not wrong and not any(found):
        wrong["start_0"] = "no_day"
    return Invalid.below(GROUP, wrong) if wrong else found


def away(form: FormState) -> tuple[date, date] | Invalid:
    first, last = form.picked_day("first"), form.picked_day("last")
    if first is None:
        return Invalid.below(GROUP, {"first": "first"})
    return first, last or first


def wrong_at(found: InvalidTime, fields: dict[str, str]) -> Invalid:
    """What the rules refuse, at the field that `fields` names for it."""
    return Invalid.below(GROUP, {fields.get(block, block): code for block, code in found.faults.items()})


def read_country(said: str) -> str | None:
    """A chosen country: "" for no public holidays, None for the programme's. Raises `Malformed`."""
    if said in ("", PROGRAMME):
        return None
    if said != NO_HOLIDAYS and said not in countries():
        raise Malformed("country")
    return "" if said == NO_HOLIDAYS else said


_DAYS = {str(day) for day in range(WEEKDAYS)}


def _span(form: FormState, start: str, end: str, wrong: dict[str, str], *, needed: bool = False) -> Shift | None:
    """Two times; None for neither."""
    times: list[time | None] = [form.clock(start), form.clock(end)]
    first, last = times
    if first is not None and last is not None:
        if first == last:
            wrong[end] = "same"
        return first, last
    if needed or first is not None or last is not None:
        wrong.update({name: "time" for name, at in zip((start, end), times, strict=True) if at is None})
    return None
