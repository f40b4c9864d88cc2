"""Read what a leader answers in the briefing."""

from bot.domain.orientation import AGREEMENT, LONGEST_HARD, Openness, Readiness
from handlers.kit.form_result import Invalid
from handlers.kit.payload import FormState

GROUP = "orientation.frame.open.errors"
HARD = "hard_to_hear"
NO_ANSWER = "none"
"""The answer that takes an earlier one back."""


def openness(form: FormState) -> Openness | Invalid:
    """The answers; each may be left out."""
    wrong: dict[str, str] = {}
    agreed: dict[str, int | None] = {}
    for item in Readiness:
        said = form.one(item)
        if said not in ("", NO_ANSWER, *map(str, AGREEMENT)):
            wrong[item] = "choose"
        else:
            agreed[item] = int(said) if said.isdigit() else None
    hard = form.typed(HARD).strip()
    if len(hard) > LONGEST_HARD:
        wrong[HARD] = "shorter"
    return Invalid.below(GROUP, wrong) if wrong else Openness(hard_to_hear=hard, **agreed)
