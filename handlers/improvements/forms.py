"""What a person suggests."""

from bot.domain.improvements import LONGEST, Area, Sharing, Suggestion
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.payload import FormState

GROUP = "improvements.form.errors"


def read(form: FormState, *, written: bool) -> Suggestion | Invalid:
    """`written`: there is an earlier suggestion, which an empty text takes back."""
    text, wrong = form.typed("text").strip(), {}
    if not text and not written:
        wrong["text"] = Sentence(f"{GROUP}.text")
    if len(text) > LONGEST:
        wrong["text"] = Sentence(f"{GROUP}.too_long", {"longest": LONGEST})
    area, sharing = form.one("area"), form.one("sharing")
    if area not in set(Area):
        wrong["area"] = Sentence(f"{GROUP}.area")
    if sharing not in set(Sharing):
        wrong["sharing"] = Sentence(f"{GROUP}.sharing")
    return Invalid(wrong) if wrong else Suggestion(Area(area), text, Sharing(sharing))
