"""The form for booking a session."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated

from pydantic import AfterValidator

from bot.domain.calendar import CalendarError, Hours, local
from bot.services.sessions.bookings import Choice, Unsuitable
from bot.services.sessions.records import HeldAt
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.modal_state import Id, ModalState
from handlers.kit.payload import YEARS, FormState, Malformed
from prompts.catalogue import Texts

OTHER = "other"
"""The suggestion that means "none of these"."""


def _known_zone(zone: str) -> str:
    try:
        Hours(zone)
    except CalendarError as error:
        raise ValueError(zone) from error
    return zone


@dataclass(frozen=True)
class BookingState(ModalState):
    """The session, the zone of the chosen wall time, and the slot of the session's time when the form was opened."""

    session_id: Id
    zone: Annotated[str, AfterValidator(_known_zone)]
    seen: str | None = None


@dataclass(frozen=True)
class AskState(ModalState):
    """A chosen time for which the partner is asked, as in `BookingState` and `Choice`."""

    session_id: Id
    zone: Annotated[str, AfterValidator(_known_zone)]
    seen: str
    day: date
    wall: time
    minutes: Id
    reason: str

    @property
    def choice(self) -> Choice:
        return Choice(self.day, self.wall, self.zone, self.minutes, self.reason, self.seen)


def choice(form: FormState, state: BookingState) -> Choice | Invalid:
    """Read the form: either one of the suggested times or a date and a time."""
    wrong: dict[str, str] = {}
    suggested, day, wall = form.one("suggestion"), form.day("date"), form.clock("time")
    minutes = form.one("minutes")
    if not re.fullmatch(r"[1-9]\d{1,2}", minutes):
        wrong["minutes"] = "book.errors.minutes"
    if suggested and suggested != OTHER:
        if form.one("date") or form.one("time"):
            wrong["suggestion"] = "book.errors.choose"
        day, wall = _moment(suggested, state.zone)
    else:
        for name, value in (("date", day), ("time", wall)):
            if value is None:
                wrong[name] = f"book.errors.{name}"
    if wrong or day is None or wall is None:
        return Invalid.below("sessions", wrong)
    asked_reason = "reason" in form.block_ids()
    return Choice(day, wall, state.zone, int(minutes), form.one("reason"), state.seen, asked_reason)


MET, NOT_MET = "yes", "no"


def held_at(form: FormState, state: BookingState) -> HeldAt | Invalid | None:
    """When the two met; None if they did not."""
    if "met" in form.block_ids() and form.one("met") == NOT_MET:
        return None
    return _moment_met(form, state.zone, state.seen or "")


def held_by_hr(form: FormState, zone: str) -> HeldAt | Invalid | None:
    """As `held_at`, of HR's form: the times are of the programme's zone."""
    if form.one("met") == NOT_MET:
        return None
    return _moment_met(form, zone, "")


def _moment_met(form: FormState, zone: str, seen: str) -> HeldAt | Invalid:
    day, wall = form.day("date"), form.clock("time")
    if day is None or wall is None:
        missing = [name for name, value in (("date", day), ("time", wall)) if value is None]
        return Invalid.below("sessions", {name: f"book.errors.{name}" for name in missing})
    return HeldAt(day, wall, zone, seen)


_FIELDS = {
    "past": "date",
    "far": "date",
    "day_off": "date",
    "hours": "time",
    "break": "time",
    "busy": "time",
    "same": "time",
    "taken": "time",
    "taken_mine": "time",
    "length": "minutes",
}
_OF_A_TIME = ("past", "far", "day_off", "hours", "break", "busy", "same", "taken", "taken_mine")


def unsuitable(form: FormState, texts: Texts, choice: Choice, unsuitable: Unsuitable) -> Invalid:
    """What the service finds wrong with a time, at the suggestion, if that was what was picked."""
    block = _FIELDS.get(unsuitable.code, unsuitable.code)
    if unsuitable.code in _OF_A_TIME and form.one("suggestion") not in ("", OTHER):
        block = "suggestion"
    return Invalid({block: sentence(texts, choice, unsuitable)})


def sentence(texts: Texts, choice: Choice, unsuitable: Unsuitable) -> Sentence:
    """What is wrong with a chosen time, and a better one."""
    if unsuitable.code in ("same", "reason"):
        return Sentence(f"sessions.move.errors.{unsuitable.code}")
    values = {}
    if partner := unsuitable.values.get("partner"):
        values["partner"] = texts.vocative(partner.name, partner.address)
    if unsuitable.code == "day_off":
        values["day"] = texts.day(choice.day)
    elif unsuitable.code == "hours":
        theirs: Hours = unsuitable.values["hours"]
        start, end = theirs.shift(local(choice.starts_at, theirs.zone).date())
        values |= {
            "start": texts.clock(start),
            "end": texts.clock(end),
            "zone": texts.zone(choice.starts_at, theirs.zone),
        }
    better = None
    if unsuitable.better:
        better = Sentence("sessions.book.better", {"when": texts.moment(unsuitable.better, choice.zone)})
    return Sentence(
        f"sessions.book.errors.{'minutes' if unsuitable.code == 'length' else unsuitable.code}", values, better
    )


def _moment(text: str, zone: str) -> tuple[date, time]:
    """A suggested moment in wall time of `zone`. Raises `Malformed`."""
    try:
        moment = local(datetime.fromisoformat(text), zone)
    except (ValueError, OverflowError) as error:
        raise Malformed("suggestion") from error
    if moment.year not in YEARS:
        raise Malformed("suggestion")
    return moment.date(), moment.time().replace(second=0, microsecond=0)
