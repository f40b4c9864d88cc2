"""HR's form for a release at a time: a day and a time in the programme's zone."""

from datetime import date, time

from bot.domain.calendar import named_holidays
from bot.services.matching.planned_release import WrongReleaseTime
from bot.services.working_hours import office_hours
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.payload import FormState
from prompts.catalogue import Texts

GROUP = "matching.release_plan.errors"


def release_time(form: FormState) -> tuple[date, time] | Invalid:
    """What HR chose."""
    day, wall = form.day("date"), form.clock("time")
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
