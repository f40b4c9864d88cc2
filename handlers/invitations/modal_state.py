"""What the windows about invitations carry."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from bot.domain.invitations import LONGEST_REASON, MOST_NAMED
from bot.services.invitations.choosing import Selection
from handlers.kit.modal_state import Id, ModalState

MOST_DEPARTMENTS = 8
"""Departments that HR chooses at once: what a window carries is limited."""
SlackId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,40}$")]


@dataclass(frozen=True)
class InviteState(ModalState):
    """What HR confirms in the preview. `expected`: how many people were shown."""

    programme_id: Id
    role: str
    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]
    expected: Id
    people: Annotated[tuple[SlackId, ...], Field(max_length=MOST_NAMED)] = ()
    levels: tuple[int, ...] = ()
    departments: Annotated[tuple[str, ...], Field(max_length=MOST_DEPARTMENTS)] = ()

    @property
    def selection(self) -> Selection:
        return Selection(self.people, self.levels, self.departments)


@dataclass(frozen=True)
class InvitationsState(ModalState):
    """One invitation."""

    programme_id: Id
    invitation_id: Id
