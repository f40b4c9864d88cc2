"""What the windows of HR's messages carry."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from handlers.kit.modal_state import Id, ModalState

Code = Annotated[str, Field(max_length=20)]


@dataclass(frozen=True)
class BroadcastFormState(ModalState):
    """`audience` is what the form begins with, and of a search whom it found. `draft_id` and `version` are the draft of
    the preview, `replaces` and `replaces_version` the scheduled message that is being changed."""

    programme_id: Id
    audience: Code = ""
    stage: Code = ""
    role: Code = ""
    department: Annotated[str, Field(max_length=150)] = ""
    words: Annotated[str, Field(max_length=60)] = ""
    draft_id: Id = 0
    version: Id = 0
    replaces: Id = 0
    replaces_version: Id = 0

    @property
    def search(self) -> dict[str, str]:
        return {"stage": self.stage, "role": self.role, "department": self.department, "words": self.words}


@dataclass(frozen=True)
class BroadcastListState(ModalState):
    """The page of the list that is, or was, open; and the message that is shown."""

    programme_id: Id
    page: Id = 0
    broadcast_id: Id = 0
