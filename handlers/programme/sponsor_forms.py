"""The form of the sponsor's message."""

import json
from dataclasses import dataclass

from bot.services.programme.sponsor import Words
from handlers.kit.payload import MAX_ID, FormState, Malformed

LONGEST_NAME = 80
LONGEST_TEXT = 1200
"""The preview has the words in its private_metadata, at most 3,000 characters, which is also a phone screen and a
half."""

Errors = dict[str, str]
"""block_id → the name of the sentence, below `sponsor.errors`."""


@dataclass(frozen=True)
class Place:
    """The form's origin: `after` is the last message that HR saw, `draft` and `view` the release it belongs to."""

    programme: int
    after: int = 0
    draft: int = 0
    view: str = ""

    def note(self, words: Words | None = None) -> str:
        """For private_metadata, with the words of the preview."""
        said = [words.person, words.name, words.text] if words else []
        return json.dumps([self.programme, self.after, self.draft, self.view, *said], ensure_ascii=False)


def words(form: FormState) -> Words | Errors:
    """Read the form."""
    text, name = _typed(form.one("text")), " ".join(form.one("name").split())
    errors: Errors = {}
    if not text:
        errors["text"] = "text"
    if len(text) > LONGEST_TEXT:
        errors["text"] = "too_long"
    if len(name) > LONGEST_NAME:
        errors["name"] = "too_long"
    if not name and not form.one("person"):
        errors["name"] = "name"
    return errors or Words(form.one("person"), name, text)


def place(note: str) -> Place:
    """The form's origin. Raises `Malformed`."""
    return _read(note)[0]


def previewed(note: str) -> tuple[Place, Words]:
    """The content of a preview. Raises `Malformed`."""
    found, said = _read(note)
    if len(said) != 3 or not said[2] or len(said[2]) > LONGEST_TEXT or len(said[1]) > LONGEST_NAME:
        raise Malformed("private_metadata")
    return found, Words(*said)


def _read(note: str) -> tuple[Place, list[str]]:
    try:
        programme, after, draft, view, *said = json.loads(note)
    except (ValueError, TypeError) as problem:
        raise Malformed("private_metadata") from problem
    ids = (programme, after, draft)
    if not all(type(one) is int and 0 <= one <= MAX_ID for one in ids):
        raise Malformed("private_metadata")
    if not all(isinstance(one, str) for one in (view, *said)):
        raise Malformed("private_metadata")
    return Place(programme, after, draft, view), said


def _typed(text: str) -> str:
    """Without invisible characters, which are long in JSON."""
    return "".join(one for one in text.replace("\r\n", "\n") if one == "\n" or one.isprintable()).strip()
