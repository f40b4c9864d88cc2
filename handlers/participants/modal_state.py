"""What the windows about participants carry."""

from dataclasses import dataclass, field
from typing import Annotated

from pydantic import AfterValidator

from bot.services.participants.listing import ParticipantSearch
from handlers.kit.modal_state import Id, ModalState
from handlers.kit.payload import MAX_ID

LONGEST_WORDS = 60


def _on_a_page(search: ParticipantSearch) -> ParticipantSearch:
    if not 0 <= search.page <= MAX_ID:
        raise ValueError("no such page")
    return search


@dataclass(frozen=True)
class ParticipantsState(ModalState):
    """The programme, HR's search in the list, and the sign-up that is shown or changed (0: none yet)."""

    programme_id: Id
    search: Annotated[ParticipantSearch, AfterValidator(_on_a_page)] = field(default_factory=ParticipantSearch)
    participant_id: Id = 0
