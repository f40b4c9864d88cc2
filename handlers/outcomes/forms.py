"""The forms of the learning log, the goals and the action cards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain import agreement
from bot.domain.agreement import GoalProgress, Headway
from bot.domain.outcomes import LONGEST, Kind, Terms
from bot.domain.sessions import Side
from bot.services.outcomes import learning_log
from bot.services.outcomes.learning_log import Draft
from handlers.kit.form_result import Invalid
from handlers.kit.modal_state import Id, ModalState
from handlers.kit.payload import FormState, Malformed, number

PARTNER, HR = "partner", "hr"
"""With whom a note or a card is shared."""
ANY_TIME = "none"
MOST_GOALS = 3


@dataclass(frozen=True)
class GoalDateState(ModalState):
    """The goal whose date is moved."""

    row_id: Id


@dataclass(frozen=True)
class EntryState(ModalState):
    """The pair, and what the form changes: a note, a card, a version of the agreement; 0 for new."""

    pair_id: Id
    row_id: Id = 0


def draft(form: FormState) -> Draft:
    """A note of the learning log. Raises `Malformed`."""
    said, shared = form.one("session"), form.many("share")
    return Draft(
        learned=form.one("learned"),
        taught=form.one("taught"),
        session_id=number(said) if said and said != ANY_TIME else None,
        with_partner=PARTNER in shared,
        with_hr=HR in shared,
    )


def headway(form: FormState) -> tuple[Headway, ...]:
    """The progress of each goal, as many as in the form. Raises `Malformed`."""
    asked = [one for one in range(1, MOST_GOALS + 1) if f"progress{one}" in form.block_ids()]
    try:
        return tuple(Headway(GoalProgress(form.one(f"progress{one}")), form.one(f"note{one}")) for one in asked)
    except ValueError as error:
        raise Malformed("progress") from error


def card(form: FormState) -> tuple[Terms, bool]:
    """An action card, and whether its writer lets HR see it. Raises `Malformed`."""
    kind, owner = form.one("kind"), form.one("owner")
    try:
        terms = Terms(
            insight=form.one("insight"),
            kind=Kind(kind) if kind else None,
            change=form.one("change"),
            owner=Side(owner) if owner else None,
            due_on=due_on(form),
        )
    except ValueError as error:
        raise Malformed("card") from error
    return terms, HR in form.many("share")


def due_on(form: FormState) -> date | None:
    """A card's chosen date. Raises `Malformed`."""
    return form.picked_day("due_on")


def moved_to(form: FormState) -> date | None:
    """A goal's new date. Raises `Malformed`."""
    return form.picked_day("by")


def invalid_goals(faults: Mapping[str, str]) -> Invalid:
    """What the service finds wrong with how far the goals are."""
    return Invalid.below("outcomes.errors", faults, {"too_long": {"longest": agreement.LONGEST["note"]}})


def invalid_goal_date(faults: Mapping[str, str]) -> Invalid:
    """What the service finds wrong with a goal's new date."""
    return Invalid.below("agreement.errors", faults)


def invalid_note(faults: Mapping[str, str]) -> Invalid:
    """What the service finds wrong with a note."""
    return Invalid.below("outcomes.errors", faults, {"too_long": {"longest": learning_log.LONGEST}})


def invalid_card(faults: Mapping[str, str]) -> Invalid:
    """What the service finds wrong with a card."""
    return Invalid.too_long("outcomes.cards.errors", faults, LONGEST)
