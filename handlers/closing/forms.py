"""The form in which one thanks one's partner."""

from dataclasses import dataclass

from bot.services.outcomes.thanks import LONGEST
from handlers.kit.form_result import Invalid
from handlers.kit.payload import FormState

PUBLIC = "public"


@dataclass(frozen=True)
class Given:
    """What was written, and whether others may see it if the partner agrees. Forms of older versions do not ask."""

    text: str
    offered: bool


def thanks(form: FormState) -> Given | Invalid:
    """Read the form."""
    text = form.one("text")
    if not 0 < len(text) <= LONGEST:
        return Invalid.too_long("errors", {"text": "too_long"}, {"text": LONGEST})
    return Given(text, PUBLIC in form.many(PUBLIC))
