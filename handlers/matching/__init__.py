"""HR creates pairs, reads them, excludes some and releases them: `/mentoring match` and the buttons of its message."""

from handlers.kit.listeners import Listeners
from handlers.matching import (
    browse_listeners,
    confirmation_listeners,
    create_draft_listeners,
    log_listeners,
    managers_listeners,
    pair_action_listeners,
    pairing_listeners,
    planned_release_listeners,
    release_listeners,
    unmatched_listeners,
)


def register(on: Listeners) -> None:
    for part in (
        create_draft_listeners,
        browse_listeners,
        pair_action_listeners,
        confirmation_listeners,
        pairing_listeners,
        unmatched_listeners,
        log_listeners,
        managers_listeners,
        release_listeners,
        planned_release_listeners,
    ):
        part.register(on)
