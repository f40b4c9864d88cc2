"""The window of a poll's comments."""

from dataclasses import dataclass

from bot.domain.polls import COMMENT_NAMES
from handlers.kit.form_result import Invalid
from handlers.kit.payload import FormState

LONGEST = 1000
"""Maximum length of a comment, in characters: two of them, as they may be shown, fit into one block."""
SHARE, CONTACT = "share", "contact"


@dataclass(frozen=True)
class Comment:
    comments: dict[str, str]
    share: bool
    contact: bool


def comment(form: FormState) -> Comment | Invalid:
    """Read the window: the comments that were asked."""
    comments = {name: form.one(name) for name in COMMENT_NAMES if name in form.block_ids()}
    if long := [name for name, text in comments.items() if len(text) > LONGEST]:
        return Invalid.below("errors", dict.fromkeys(long, "too_long"), {"too_long": {"longest": LONGEST}})
    return Comment(comments, share=SHARE in form.many("share"), contact=CONTACT in form.many("contact"))
