"""Whom HR lets take part."""

import re
from dataclasses import dataclass

from bot.domain.participants import departments_by_size
from bot.domain.recruiting_eligibility import MOST_CHANNELS, MOST_DEPARTMENTS, Eligibility
from bot.domain.signup import Level
from handlers.kit.eligibility import KEY
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.modal_state import Id, ModalState
from handlers.kit.payload import FormState
from handlers.signup.forms import LONGEST_DEPARTMENT

LISTED = "listed"
APPROVAL_DAYS = (1, 2, 3, 5, 10)
"""Working days within which HR looks at a sign-up."""
LONGEST_OTHERS = 1_000


@dataclass(frozen=True)
class EligibilityState(ModalState):
    """What HR confirms."""

    programme_id: Id
    levels: tuple[int, ...] = ()
    departments: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    listed: bool = False
    approve_within: int = 0
    """Working days; 0: sign-ups need no approval."""

    @property
    def eligibility(self) -> Eligibility:
        return Eligibility(self.levels, self.departments, self.channels, self.listed)


def read(form: FormState, programme_id: int) -> EligibilityState | Invalid:
    """The form, without what Slack has to say about the channels."""
    wrong: dict[str, Sentence] = {}
    levels = sorted(Level[one.upper()] for one in form.many("levels") if one.upper() in Level.__members__)
    others = [" ".join(one.split()) for one in re.split(r"[,;\n]", form.one("others"))]
    departments = departments_by_size([*form.many("departments"), *others])
    if any(len(one) > LONGEST_DEPARTMENT for one in departments):
        wrong["others"] = Sentence(f"{KEY}.errors.too_long", {"longest": LONGEST_DEPARTMENT})
    elif len(departments) > MOST_DEPARTMENTS:
        wrong["others"] = Sentence(f"{KEY}.errors.too_many", {"most": MOST_DEPARTMENTS})
    channels = tuple(dict.fromkeys(form.many("channels")))
    if len(channels) > MOST_CHANNELS:
        wrong["channels"] = Sentence(f"{KEY}.errors.too_many", {"most": MOST_CHANNELS})
    if wrong:
        return Invalid(wrong)
    listed = LISTED in form.many("listed")
    said = form.one("approval")
    days = int(said) if said in {str(one) for one in APPROVAL_DAYS} else 0
    level_numbers = tuple(int(one) for one in levels)
    return EligibilityState(programme_id, level_numbers, tuple(departments), channels, listed, days)
