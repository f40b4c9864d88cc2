"""HR's notes for the next programme."""

from bot.domain.playbook import LONGEST, Notes
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.payload import FormState

FIELDS = ("worked", "changes", "advice")


def read(form: FormState) -> Notes | Invalid:
    said = {name: form.typed(name).strip() for name in FIELDS}
    wrong = {
        name: Sentence("playbook.form.errors.too_long", {"longest": LONGEST})
        for name, text in said.items()
        if len(text) > LONGEST
    }
    return Invalid(wrong) if wrong else Notes(**said)
