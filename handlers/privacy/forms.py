"""The form in which a person has everything about them erased."""

from typing import Literal

from handlers.kit.form_result import Invalid
from handlers.kit.payload import FormState

SURE = "sure"


def erasure(form: FormState) -> Literal[True] | Invalid:
    """Whether they are sure."""
    return True if SURE in form.many(SURE) else Invalid.below("privacy.erase.errors", {SURE: "sure"})
