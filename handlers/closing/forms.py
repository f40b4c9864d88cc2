"""The form in which one thanks one's partner."""

from bot.services.outcomes.thanks import LONGEST
from handlers.kit.form_result import Invalid
from handlers.kit.payload import FormState


def thanks(form: FormState) -> str | Invalid:
    """What was written."""
    text = form.one("text")
    return text if 0 < len(text) <= LONGEST else Invalid.too_long("errors", {"text": "too_long"}, {"text": LONGEST})
