"""The note to a mentor's manager: the form, the preview, and the message."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from bot.services.closing.manager_note import LONGEST, LONGEST_NOTE, NoteFacts
from bot.slack.gateway import Message
from handlers.kit.blocks import (
    Element,
    View,
    actions,
    button,
    context,
    divider,
    field,
    form_modal,
    header,
    mention,
    modal,
    section,
    text_input,
    typed,
)
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import Id, ModalState
from handlers.kit.payload import FormState
from prompts.catalogue import Texts
from prompts.reasons import in_text
from storage.tables import ManagerNote, Person, Programme

KEY = "closing.manager_note"


@dataclass(frozen=True)
class NoteState(ModalState):
    """Of which programme; in the preview also the exact words, to whom, and the mentor's own sentence in them."""

    programme_id: Id
    manager_id: Id = 0
    sentence: Annotated[str, Field(max_length=LONGEST)] = ""
    text: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""


def sentence(form: FormState) -> str | Invalid:
    """The mentor's own sentence; "" for none."""
    given = " ".join(form.one("sentence").split())
    if len(given) > LONGEST:
        return Invalid.too_long("errors", {"sentence": "too_long"}, {"sentence": LONGEST})
    return given


def note(there: Texts, facts: NoteFacts, own: str) -> str:
    """The words of the note, as the manager reads them."""
    skills = [there.plain(f"closing.certificate.page.skills_mentor.{pack}") for pack in facts.practised.packs]
    topics = list(facts.practised.topics)
    words = there.plain(
        f"{KEY}.note",
        mentor=facts.mentor.name,
        programme=facts.programme.name,
        held=facts.held,
        skills=there.join(skills) if skills else "",
        topics=in_text(there, "topics", topics) if topics else "",
    )
    if own:
        words += "\n\n" + there.plain(f"{KEY}.own", mentor=facts.mentor.name, sentence=own)
    return words[:LONGEST_NOTE]


def form(texts: Texts, there: Texts, facts: NoteFacts, own: str = "") -> View:
    """The words so far, and room for a sentence."""
    blocks = [
        section(texts(f"{KEY}.form.intro", manager=mention(facts.manager))),
        divider(),
        typed(note(there, facts, "")),
        divider(),
        field(
            "sentence",
            texts.plain(f"{KEY}.form.sentence.label"),
            text_input("sentence", initial=own, multiline=True, longest=LONGEST),
            hint=texts.plain(f"{KEY}.form.sentence.hint"),
            optional=True,
        ),
    ]
    state = NoteState(facts.programme.id)
    return form_modal(texts, f"{KEY}.form", blocks, callback_id=CallbackId.MANAGER_NOTE_FORM, state=state)


def preview(texts: Texts, facts: NoteFacts, text: str, own: str) -> View:
    """Exactly what is sent. Nothing is stored yet."""
    blocks = [
        context(texts(f"{KEY}.preview.intro", manager=mention(facts.manager))),
        divider(),
        typed(text),
        divider(),
        actions(button(texts.plain(f"{KEY}.preview.edit"), ActionId.MANAGER_NOTE_EDIT)),
    ]
    state = NoteState(facts.programme.id, facts.manager.id, own, text)
    return form_modal(texts, f"{KEY}.preview", blocks, callback_id=CallbackId.MANAGER_NOTE_PREVIEW, state=state)


def sent(texts: Texts, facts: NoteFacts) -> View:
    text = texts(f"{KEY}.sent", manager=mention(facts.manager))
    title = texts.plain(f"{KEY}.form.modal.title")
    return modal(title, [section(text)], callback_id=CallbackId.DONE, close=texts.plain("notice.close"))


def note_button(texts: Texts, programme_id: int) -> Element:
    return button(texts.plain(f"{KEY}.button"), ActionId.MANAGER_NOTE_OPEN, programme_id)


def message(texts: Texts, note: ManagerNote, mentor: Person, programme: Programme) -> Message:
    """To the manager: the words that the mentor read."""
    title = texts.plain(f"{KEY}.title", programme=programme.name)
    footer = context(texts(f"{KEY}.footer", mentor=mention(mentor)))
    return Message(title, [header(title), typed(note.text), footer])
