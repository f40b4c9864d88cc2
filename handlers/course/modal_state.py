"""What the windows of a programme's course carry."""

from dataclasses import dataclass

from handlers.kit.modal_state import Id, ModalState


@dataclass(frozen=True)
class CourseState(ModalState):
    """`kind`: which form it is (`forms.Kind`); `mark`: the effect that it shows, as `Effect.mark`."""

    programme_id: Id
    kind: str = ""
    mark: str = ""
