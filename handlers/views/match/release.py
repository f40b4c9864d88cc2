"""The news that a draft was released."""

from bot.gateway import Message
from handlers.views.blocks import actions, button, mention, section
from handlers.views.match.draft import DRAW
from prompts.catalogue import Texts
from storage.tables import Person


def released(texts: Texts, programme_id: int, by: Person, pairs: int, dropped: int) -> Message:
    """To HR's channel: who released how many."""
    text = texts("match.release.body", pairs=pairs, person=mention(by))
    blocks = [section(text)]
    if dropped:
        again = button(texts.plain("match.draft.buttons.again"), DRAW, programme_id)
        blocks += [section(texts("match.release.dropped", count=dropped)), actions(again)]
    return Message(text, blocks)
