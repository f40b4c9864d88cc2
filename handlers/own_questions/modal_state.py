"""What the windows of HR's own questions carry."""

from dataclasses import dataclass

from bot.domain.own_questions import Kind, Place
from handlers.kit.modal_state import Id, ModalState


@dataclass(frozen=True)
class OwnFormState(ModalState):
    """HR's form for a question: a new one of a place (`question_id` is 0), or one that takes another's place."""

    programme_id: Id
    place: Place
    kind: Kind
    question_id: Id = 0


@dataclass(frozen=True)
class OwnAnswerState(ModalState):
    """A person's window for a short text; `about` as `bot.domain.own_questions.About` writes it."""

    question_id: Id
    about: str
