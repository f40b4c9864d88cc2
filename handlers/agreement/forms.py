"""The form of a pair's agreement."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain.agreement import LONGEST, MOST_GOALS, Books, Goal, Terms
from bot.domain.agreement_learning_plan import LONGEST_AIM, Aim, block_of
from bot.domain.sessions import Pack
from handlers.kit.form_result import Invalid
from handlers.kit.modal_state import Id, ModalState
from handlers.kit.payload import FormState, Malformed


@dataclass(frozen=True)
class VersionState(ModalState):
    """The pair, and the version of what it writes that stood in the form when it was opened (0 for none)."""

    pair_id: Id
    version: Id


BLOCKS = {"leader_called": "mentee_called"}
"""Fields whose block and heading in the texts have an older name than the field."""


@dataclass(frozen=True)
class AgreementState(VersionState):
    """Also for which topic and form the proposals of the learning plan are."""

    topic: str = ""
    form: str = ""


def terms(form: FormState, state: AgreementState, proposed: Callable[[Pack, str, str], str]) -> Terms:
    """The input, one goal per place; the service validates it. `proposed`: what a plan says by default."""
    return Terms(
        goals=tuple(_goal(form, number) for number in range(1, MOST_GOALS + 1)),
        books=_books(form.one("books")),
        mentor_called=_line(form, "mentor_called"),
        leader_called=_line(form, BLOCKS["leader_called"]),
        confidential=form.one("confidential"),
        off_limits=form.one("off_limits"),
        topic=form.one("topic"),
        plan=_plan(form, state, proposed),
    )


def _plan(form: FormState, state: AgreementState, proposed: Callable[[Pack, str, str], str]) -> tuple[Aim, ...] | None:
    """The aims; None for a form without them. One that stays as proposed follows the chosen topic."""
    packs = [one for one in Pack if block_of(one) in form.block_ids()]
    if not packs:
        return None
    topic, aims = form.one("topic") or state.topic, []
    for pack in packs:
        text = _line(form, block_of(pack))
        if text == " ".join(proposed(pack, state.topic, state.form).split()):
            aims.append(Aim(pack, "", topic, state.form))
        elif text:
            aims.append(Aim(pack, text))
    return tuple(aims)


def invalid(faults: Mapping[str, str]) -> Invalid:
    """What the service finds wrong, at the fields."""
    at_blocks = {BLOCKS.get(name, name): fault for name, fault in faults.items()}
    longest = {BLOCKS.get(name, name): LONGEST.get(name.rstrip("123"), LONGEST_AIM) for name in faults}
    return Invalid.too_long("agreement.errors", at_blocks, longest)


def _goal(form: FormState, number: int) -> Goal:
    return Goal(_line(form, f"goal{number}"), _line(form, f"measure{number}"), form.picked_day(f"by{number}"))


def _line(form: FormState, name: str) -> str:
    """A text on one line."""
    return " ".join(form.one(name).split())


def _books(said: str) -> Books | None:
    if not said:
        return None
    try:
        return Books(said)
    except ValueError as error:
        raise Malformed("books") from error
