"""The form of the sponsor's message."""

from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from bot.services.programme.sponsor import Words
from handlers.kit.form_result import Invalid
from handlers.kit.modal_state import Id, ModalState
from handlers.kit.payload import FormState, Malformed

CORRECT, ANOTHER = "correct", "another"
"""What to do if a message was posted before."""
LONGEST_NAME = 80
LONGEST_TEXT = 1200
"""The preview has the words in its private_metadata, at most 3,000 characters, which is also a phone screen and a
half."""


@dataclass(frozen=True)
class SponsorState(ModalState):
    """The origin: `after` is the last message that HR saw, `draft_id` and `view` the release it belongs to.

    The preview has what HR wrote as well.
    """

    programme_id: Id
    after: Id = 0
    draft_id: Id = 0
    view: str = ""
    person: str = ""
    name: Annotated[str, Field(max_length=LONGEST_NAME)] = ""
    text: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""
    corrects: bool = False
    """The words replace those of the message `after`, instead of being posted as well."""
    thanks: bool = False
    """Leadership's thanks at the end, instead of the message before the introductions."""

    @property
    def words(self) -> Words:
        """For private_metadata, with the words of the preview."""
        if not self.text:
            raise Malformed("private_metadata")
        return Words(self.person, self.name, self.text)

    def previewing(self, words: Words) -> "SponsorState":
        return replace(self, person=words.person, name=words.name, text=words.text)


def with_choice(form: FormState, state: SponsorState) -> SponsorState:
    """Whether the posted message is corrected. Forms of older versions do not ask."""
    return replace(state, corrects=bool(state.after) and form.one("how") == CORRECT)


def words(form: FormState) -> Words | Invalid:
    """Read the form."""
    text, name = form.typed("text"), " ".join(form.one("name").split())
    wrong: dict[str, str] = {}
    if not text:
        wrong["text"] = "text"
    if len(text) > LONGEST_TEXT:
        wrong["text"] = "too_long"
    if len(name) > LONGEST_NAME:
        wrong["name"] = "too_long"
    if not name and not form.one("person"):
        wrong["name"] = "name"
    return Invalid.below("programme.sponsor.errors", wrong) if wrong else Words(form.one("person"), name, text)
