"""Forms for pausing, leaving, and raising a concern."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.calendar import to_utc
from bot.domain.participants import LEAVE_REASONS
from bot.services.care.concerns import LONGEST
from bot.services.working_hours import hours_of
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.modal_state import Id, ModalState
from handlers.kit.payload import FormState, Malformed
from prompts.catalogue import Texts
from storage.tables import Person


@dataclass(frozen=True)
class Pause:
    """`until` is when the person returns: the start of their working hours on the chosen day."""

    until: datetime | None


def pause(form: FormState, texts: Texts, person: Person, today: date) -> Pause | Invalid:
    """`today` is the person's."""
    said = form.one("until")
    if not said:
        return Pause(None)
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return Invalid.below("care.pause.form.errors", {"until": "past"})
    if day <= today:
        return Invalid.below("care.pause.form.errors", {"until": "past"})
    latest = date(today.year + 2, 1, 1)
    if day > latest:
        return Invalid({"until": Sentence("care.pause.form.errors.far", {"latest": texts.day(latest)})})
    return Pause(to_utc(day, hours_of(person).shift(day)[0], person.zone))


def leave_reason(form: FormState) -> str | None:
    """The reason for leaving, if given. Raises `Malformed`."""
    reason = form.one("reason")
    if reason and reason not in LEAVE_REASONS:
        raise Malformed("reason")
    return reason or None


@dataclass(frozen=True)
class LeaveState(ModalState):
    """Whether the form said that HR sees how often each reason was given; that of an older version did not."""

    counted: bool = False
    programme_id: Id = 0
    """0 in the form of an older version: the latest sign-up."""


@dataclass(frozen=True)
class ConcernState(ModalState):
    """Whom the form named: ids of the reader, and of who gets it if that one cannot. Empty: the writer chooses."""

    route: tuple[Id, ...] = ()
    programme_id: Id = 0
    """0 in the form of an older version: the latest sign-up."""


@dataclass(frozen=True)
class PauseState(ModalState):
    """The programmes to pause; none in the form of an older version, which means the latest sign-up."""

    programme_ids: tuple[Id, ...] = ()


def concern(form: FormState) -> str | Invalid:
    """The concern's text; it is never empty."""
    text = form.one("text")
    if not text:
        return Invalid.below("care.concern.form.errors", {"text": "empty"})
    if len(text) > LONGEST:
        return Invalid.too_long("care.concern.form.errors", {"text": "too_long"}, {"text": LONGEST})
    return text
