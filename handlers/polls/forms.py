"""The window of a poll's comments."""

from dataclasses import dataclass

from handlers.kit.form_result import Invalid
from handlers.kit.payload import FormState

LONGEST = 1000
"""Maximum length of a comment, in characters: two of them, as they may be shown, fit into one block."""
SHARE, CONTACT = "share", "contact"


@dataclass(frozen=True)
class Comment:
    learned: str
    will_do: str | None
    share: bool
    contact: bool


def comment(form: FormState) -> Comment | Invalid:
    """Read the window; `will_do` is None if it was not asked."""
    learned, will_do = form.one("learned"), form.one("will_do") if "will_do" in form.block_ids() else None
    if long := [name for name, text in (("learned", learned), ("will_do", will_do or "")) if len(text) > LONGEST]:
        return Invalid.below("errors", dict.fromkeys(long, "too_long"), {"too_long": {"longest": LONGEST}})
    return Comment(learned, will_do, share=SHARE in form.many("share"), contact=CONTACT in form.many("contact"))
