"""The form for booking a session."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated

from pydantic import AfterValidator

from bot.domain.calendar import CalendarError, Hours, local
from bot.services.sessions.bookings import Choice
from handlers.kit.modal_state import Id, ModalState
from handlers.kit.payload import FormState, Malformed

OTHER = "other"
"""The suggestion that means "none of these"."""
YEARS = range(2000, 2200)

Errors = dict[str, str]
"""block_id → the key of the sentence."""


def _known_zone(zone: str) -> str:
    try:
        Hours(zone)
    except CalendarError as error:
        raise ValueError(zone) from error
    return zone


@dataclass(frozen=True)
class BookingState(ModalState):
    """The session, and the zone of the chosen wall time."""

    session_id: Id
    zone: Annotated[str, AfterValidator(_known_zone)]


def choice(form: FormState, state: BookingState) -> Choice | Errors:
    """Read the form: either one of the suggested times or a date and a time."""
    errors: Errors = {}
    suggested, day, wall = form.one("suggestion"), _day(form.one("date")), _wall(form.one("time"))
    minutes = form.one("minutes")
    if not re.fullmatch(r"[1-9]\d{1,2}", minutes):
        errors["minutes"] = "sessions.book.errors.minutes"
    if suggested and suggested != OTHER:
        if form.one("date") or form.one("time"):
            errors["suggestion"] = "sessions.book.errors.choose"
        day, wall = _moment(suggested, state.zone)
    else:
        for name, value in (("date", day), ("time", wall)):
            if value is None:
                errors[name] = f"sessions.book.errors.{name}"
    if errors or day is None or wall is None:
        return errors
    return Choice(day, wall, state.zone, int(minutes), form.one("reason"))


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _wall(text: str) -> time | None:
    return time.fromisoformat(text) if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text) else None


def _moment(text: str, zone: str) -> tuple[date, time]:
    """A suggested moment in wall time of `zone`. Raises `Malformed`."""
    try:
        moment = local(datetime.fromisoformat(text), zone)
    except (ValueError, OverflowError) as error:
        raise Malformed("suggestion") from error
    if moment.year not in YEARS:
        raise Malformed("suggestion")
    return moment.date(), moment.time().replace(second=0, microsecond=0)
