"""HR's form for a release at a time: a day and a time in the programme's zone."""

import re
from datetime import date, time

from bot.domain.calendar import named_holidays
from bot.services.matching.planned_release import WrongReleaseTime
from bot.services.working_hours import office_hours
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.payload import FormState
from prompts.catalogue import Texts

GROUP = "matching.release_plan.errors"
YEARS = range(2000, 2200)


def release_time(form: FormState) -> tuple[date, time] | Invalid:
    """What HR chose."""
    day, wall = _day(form.one("date")), _wall(form.one("time"))
    if day is None or wall is None:
        return Invalid.below(GROUP, {name: name for name, one in (("date", day), ("time", wall)) if one is None})
    return day, wall


def wrong_time(texts: Texts, wrong: WrongReleaseTime) -> Invalid:
    """Why a release cannot be at the chosen time; a holiday is named."""
    programme, day = wrong.programme, wrong.day
    hours = office_hours(programme)
    values = {
        "day": texts.day(day),
        "holiday": named_holidays(programme.country, day, day, texts.language).get(day, ""),
        "start": f"{hours.start:%H:%M}",
        "end": f"{hours.end:%H:%M}",
    }
    block = "time" if wrong.code in ("past", "hours") else "date"
    return Invalid({block: Sentence(f"{GROUP}.{wrong.code}", values)})


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _wall(text: str) -> time | None:
    return time.fromisoformat(text) if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text) else None
