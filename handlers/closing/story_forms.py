"""The form of a pair's story."""

from bot.domain.sessions import Side
from bot.services.closing.stories import LONGEST, LONGEST_QUOTE, Words
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.payload import FormState


def words(form: FormState) -> Words | Invalid:
    """The input, or the fields that are empty or too long."""
    bounds = {"tried": LONGEST, "changed": LONGEST, "quote": LONGEST_QUOTE}
    typed = {block: form.one(block) for block in bounds}
    wrong = {
        block: Sentence("errors.too_long", {"longest": longest})
        for block, longest in bounds.items()
        if not 0 < len(typed[block]) <= longest
    }
    said_by = form.one("said_by")
    if said_by not in set(Side):
        wrong["said_by"] = Sentence("signup.errors.choose")
    return Invalid(wrong) if wrong else Words(**typed, said_by=Side(said_by))
