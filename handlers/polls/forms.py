"""The window of a poll's comments."""

from dataclasses import dataclass

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

    @property
    def errors(self) -> tuple[str, ...]:
        """The fields that are too long."""
        written = {"learned": self.learned, "will_do": self.will_do or ""}
        return tuple(name for name, text in written.items() if len(text) > LONGEST)


def comment(form: FormState) -> Comment:
    """Read the window; `will_do` is None if it was not asked."""
    return Comment(
        learned=form.one("learned"),
        will_do=form.one("will_do") if "will_do" in form.block_ids() else None,
        share=SHARE in form.many("share"),
        contact=CONTACT in form.many("contact"),
    )
