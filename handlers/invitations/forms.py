"""Whom HR invites, in which role, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.invitations import LONGEST_REASON, MOST_NAMED, pasted_lines
from bot.domain.signup import Level, Role
from handlers.invitations.modal_state import MOST_DEPARTMENTS
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.payload import FormState

GROUP = "invitations.form.errors"
LONGEST_LIST = 3_000
LONGEST_SHOWN = 30
"""Characters of a line that is not understood."""


@dataclass(frozen=True)
class InviteInput:
    """The form as HR filled it in: `levels` are numbers as text, `departments` keys."""

    role: str = ""
    reason: str = ""
    people: tuple[str, ...] = ()
    pasted: str = ""
    levels: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()

    def faults(self) -> Invalid | None:
        """What is wrong before anyone is looked up."""
        wrong: dict[str, Sentence] = {}
        lines = pasted_lines(self.pasted)
        if not (self.people or lines or self.levels or self.departments):
            wrong["people"] = Sentence(f"{GROUP}.nobody")
        if len(lines) + len(self.people) > MOST_NAMED:
            wrong["pasted"] = Sentence(f"{GROUP}.too_many", {"most": MOST_NAMED})
        if self.role not in tuple(Role):
            wrong["role"] = Sentence(f"{GROUP}.role")
        if not self.reason:
            wrong["reason"] = Sentence(f"{GROUP}.reason")
        elif len(self.reason) > LONGEST_REASON:
            wrong["reason"] = Sentence(f"{GROUP}.too_long", {"longest": LONGEST_REASON})
        return Invalid(wrong) if wrong else None


@dataclass(frozen=True)
class UnclearLine:
    """A line of the pasted list that names nobody, or several people."""

    number: int
    called: str
    several: bool


def read(form: FormState) -> InviteInput:
    levels = {str(int(one)) for one in Level}
    return InviteInput(
        form.one("role"),
        form.one("reason"),
        tuple(dict.fromkeys(form.many("people"))),
        form.one("pasted"),
        tuple(one for one in form.many("levels") if one in levels),
        tuple(form.many("departments")[:MOST_DEPARTMENTS]),
    )


def unclear(lines: Sequence[UnclearLine]) -> Invalid:
    """All of them, at the list."""
    values = {
        "unknown": _numbered(one for one in lines if not one.several),
        "several": _numbered(one for one in lines if one.several),
    }
    return Invalid({"pasted": Sentence(f"{GROUP}.lines", values)})


def _numbered(lines: Iterable[UnclearLine]) -> str:
    return ", ".join(f"{one.number} ({one.called[:LONGEST_SHOWN]})" for one in lines)
