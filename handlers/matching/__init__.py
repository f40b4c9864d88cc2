"""HR creates pairs, reads them, excludes some and releases them: `/mentoring match` and the buttons of its message."""

from handlers.kit.listeners import Listeners
from handlers.matching import browse_listeners as browsing
from handlers.matching import confirmation_listeners as confirming
from handlers.matching import create_draft_listeners as drawing
from handlers.matching import log_listeners as log
from handlers.matching import managers_listeners as managers
from handlers.matching import pair_action_listeners as deciding
from handlers.matching import pairing_listeners as forms
from handlers.matching import release_listeners as releasing
from handlers.matching import unmatched_listeners as left


def register(on: Listeners) -> None:
    for part in (drawing, browsing, deciding, confirming, forms, left, log, managers, releasing):
        part.register(on)
