"""The position in a draft, stored in a modal's private_metadata."""

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bot.services.matching.draft_edit import Seen
from bot.services.matching.draft_pages import Look, Show

LONGEST_WORDS = 60


@dataclass(frozen=True)
class DraftModalState:
    """The draft, HR's search, and, where HR can act, the seen version and the pair or sign-up.

    `warned` are rules about which HR was warned for the two people `about` (Slack ids), and which it may override.
    """

    draft_id: int
    look: Look = field(default_factory=Look)
    version: int = 0
    pair_id: int = 0
    part_id: int = 0
    about: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()

    @property
    def seen(self) -> Seen:
        return Seen(self.draft_id, self.version)

    def at(self, seen: Seen, pair_id: int = 0) -> "DraftModalState":
        """The same position, in the current version of the draft."""
        return replace(self, version=seen.version, pair_id=pair_id or self.pair_id)

    @property
    def note(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))


def spot_of(note: str) -> DraftModalState:
    """Parse the metadata. Raises ValueError for invalid ones."""
    try:
        told: dict[str, Any] = json.loads(note)
        look = told.pop("look")
        spot = DraftModalState(**told, look=Look(Show(look.pop("show")), **look))
        numbers = spot.draft_id, spot.version, spot.pair_id, spot.part_id, spot.look.page
        words = spot.look.words, spot.look.department, *spot.about, *spot.warned
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("not a place in a draft") from error
    if not all(type(one) is int and 0 <= one < 2**31 for one in numbers) or not all(type(one) is str for one in words):
        raise ValueError("not a place in a draft")
    return replace(spot, about=tuple(spot.about), warned=tuple(spot.warned))
