"""HR's form for the words of one text in one language."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from bot.domain.recruiting_own_texts import PARTS, OwnText, UnknownPlaceholder, to_codes
from handlers.kit.blocks import MAX_SECTION
from handlers.kit.form_result import Invalid, Sentence
from handlers.kit.modal_state import Id, ModalState
from handlers.kit.own_wording import KEY, OwnWording, names_of
from handlers.kit.payload import LONGEST_TOKEN, FormState, Malformed
from prompts.catalogue import Catalogue

ERRORS = f"{KEY}.errors"
LONGEST_TITLE = 150
"""Characters that Slack shows of a header."""
Words = Annotated[str, Field(max_length=LONGEST_TOKEN)]


@dataclass(frozen=True)
class OwnTextState(ModalState):
    """Which text in which language, the mark of the words that HR has seen, and in the preview HR's new words."""

    programme_id: Id
    text: Annotated[str, Field(max_length=20)] = ""
    language: Annotated[str, Field(max_length=3)] = ""
    seen: Id = 0
    title: Words = ""
    opening: Words = ""
    body: Words = ""

    @property
    def which(self) -> OwnText:
        try:
            return OwnText(self.text)
        except ValueError as error:
            raise Malformed("text") from error

    @property
    def words(self) -> dict[str, str]:
        """The parts that HR wrote itself."""
        found = {one.name: str(getattr(self, one.name)) for one in PARTS[self.which]}
        return {name: text for name, text in found.items() if text}

    def with_words(self, words: Mapping[str, str]) -> "OwnTextState":
        title, opening, body = (words.get(name, "") for name in ("title", "opening", "body"))
        return replace(self, title=title, opening=opening, body=body)


def names(catalogue: Catalogue, which: OwnText) -> dict[str, str]:
    """The codes of placeholders by their name in any language, in small letters."""
    return {
        name.casefold(): code
        for language in catalogue.languages
        for code, name in names_of(catalogue.texts(language), which).items()
    }


def read_words(form: FormState, state: OwnTextState, wording: OwnWording) -> OwnTextState | Invalid:
    """The state of the preview. A part that says what the standard text says is not HR's own."""
    codes = names(wording.texts.catalogue, wording.which)
    wrong: dict[str, Sentence] = {}
    words: dict[str, str] = {}
    for part in PARTS[wording.which]:
        typed = form.typed(part.name)
        if typed == wording.standard(part.name).strip():
            continue
        if len(typed) > part.longest:
            wrong[part.name] = Sentence(f"{ERRORS}.too_long", {"longest": part.longest, "length": len(typed)})
        elif not typed:
            wrong[part.name] = Sentence(f"{ERRORS}.empty")
        else:
            try:
                words[part.name] = to_codes(typed, codes)
            except UnknownPlaceholder as unknown:
                wrong[part.name] = _unknown(unknown.name, wording)
    if wrong:
        return Invalid(wrong)
    return _checked(state.with_words(words), wording)


def _unknown(name: str, wording: OwnWording) -> Sentence:
    known = ", ".join(f"{{{one}}}" for one in names_of(wording.texts, wording.which).values())
    if not name:
        return Sentence(f"{ERRORS}.brace", {"known": known})
    return Sentence(f"{ERRORS}.placeholder", {"name": f"{{{name}}}", "known": known})


def _checked(state: OwnTextState, wording: OwnWording) -> OwnTextState | Invalid:
    """Unless it is too long for Slack once its placeholders are filled, or for the window."""
    filled = wording.with_words(state.words)
    for part in PARTS[wording.which]:
        if part.name not in state.words:
            continue
        longest = LONGEST_TITLE if part.name == "title" else MAX_SECTION
        length = len(filled.plain(part.name) if part.plain else filled.mrkdwn(part.name))
        if length > longest:
            return Invalid({part.name: Sentence(f"{ERRORS}.too_long_filled", {"longest": longest, "length": length})})
        if not filled.plain(part.name):
            return Invalid({part.name: Sentence(f"{ERRORS}.empty_filled")})
    if len(state.write()) > LONGEST_TOKEN:
        longest = PARTS[wording.which][-1].longest
        return Invalid({"body": Sentence(f"{ERRORS}.too_long_filled", {"longest": longest, "length": len(state.body)})})
    return state
