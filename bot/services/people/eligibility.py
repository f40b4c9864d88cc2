"""Who may be picked for something, by what Slack says of them."""

from enum import StrEnum

from storage.tables import Person


class Unfit(StrEnum):
    """Why a person cannot be picked; names the sentence `errors.pick_…`."""

    BOT = "bot"
    STRANGER = "stranger"
    """Of another company."""
    GONE = "gone"
    """Deactivated."""
    GUEST = "guest"


def why_unfit(person: Person, *, guests: bool) -> Unfit | None:
    """Why `person` cannot be picked; None if they can. `guests`: whether guest accounts will do."""
    if person.is_bot:
        return Unfit.BOT
    if person.is_stranger:
        return Unfit.STRANGER
    if not person.active:
        return Unfit.GONE
    return Unfit.GUEST if person.is_guest and not guests else None
