"""The form of a kick-off: for whom, when and where."""

from dataclasses import dataclass
from datetime import date, time

from bot.domain.training import For
from bot.services.training.kickoffs import Plan
from handlers.kit.button_value import ButtonValue, Row
from handlers.kit.form_result import Invalid
from handlers.kit.modal_state import Id, ModalState
from handlers.kit.payload import FormState

KEY = "training.kickoff"


@dataclass(frozen=True)
class KickoffOf(ButtonValue):
    """A kick-off of a programme: `12:3`."""

    programme_id: Row
    kickoff_id: Row


@dataclass(frozen=True)
class KickoffFormState(ModalState):
    """The kick-off that is changed; 0 for a new one."""

    programme_id: Id
    kickoff_id: Id = 0


@dataclass(frozen=True)
class KickoffPlanState(ModalState):
    """What HR confirms."""

    programme_id: Id
    kickoff_id: Id
    audience: For
    day: date
    wall: time
    place: str

    @property
    def plan(self) -> Plan:
        return Plan(self.audience, self.day, self.wall, self.place)


@dataclass(frozen=True)
class GuestsState(ModalState):
    """The kick-off whose guests are listed, and the page, from 0."""

    programme_id: Id
    kickoff_id: Id
    page: Id = 0


def plan_of(form: FormState, audience: For | None) -> Plan | Invalid:
    """`audience`: of the kick-off that is changed."""
    day, wall, chosen = form.day("day"), form.clock("time"), audience or form.one("audience")
    wrong = {name: "missing" for name, value in (("day", day), ("time", wall), ("audience", chosen)) if not value}
    if chosen and chosen not in list(For):
        wrong["audience"] = "missing"
    if wrong or day is None or wall is None:
        return Invalid.below(f"{KEY}.errors", wrong)
    return Plan(For(chosen), day, wall, form.typed("place"))
