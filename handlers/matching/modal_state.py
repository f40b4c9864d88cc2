"""The position in a draft, stored in a modal's private_metadata."""

from dataclasses import dataclass, field, replace
from typing import Annotated

from pydantic import AfterValidator

from bot.services.matching.draft_edit import DraftVersion
from bot.services.matching.draft_pages import DraftSearch
from handlers.kit.modal_state import Id, ModalState
from handlers.kit.payload import MAX_ID

LONGEST_WORDS = 60


def _on_a_page(look: DraftSearch) -> DraftSearch:
    if not 0 <= look.page <= MAX_ID:
        raise ValueError("no such page")
    return look


@dataclass(frozen=True)
class DraftModalState(ModalState):
    """The draft, HR's search, and, where HR can act, the seen version and the pair or sign-up.

    `warned` are rules about which HR was warned for the two people `about` (Slack ids), and which it may override.
    """

    draft_id: Id
    look: Annotated[DraftSearch, AfterValidator(_on_a_page)] = field(default_factory=DraftSearch)
    version: Id = 0
    pair_id: Id = 0
    part_id: Id = 0
    about: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()

    @property
    def seen(self) -> DraftVersion:
        return DraftVersion(self.draft_id, self.version)

    def at(self, seen: DraftVersion, pair_id: int = 0) -> "DraftModalState":
        """The same position, in the current version of the draft."""
        return replace(self, version=seen.version, pair_id=pair_id or self.pair_id)


@dataclass(frozen=True)
class ReleaseState(ModalState):
    """The version of a draft, and the number of pairs that HR confirms."""

    draft_id: Id
    version: Id
    pairs: Id


@dataclass(frozen=True)
class ManagersState(ModalState):
    """Parse the metadata. Raises ValueError for invalid ones."""

    programme_id: Id
    page: Id
