"""What is known of a person, who sees it, and how to take it along or have it erased."""

from bot.domain.sessions import Side
from bot.gateway import Message
from handlers.views.blocks import actions, button, mention, section
from handlers.views.care import HOME
from prompts.catalogue import Texts
from storage.tables import Pair, Person, Programme


def pair_ended(texts: Texts, gone: Side, pair: Pair) -> Message:
    """To the other half of somebody who was erased, and whom nothing can be said of any more but the role."""
    text = texts(f"privacy.told.{gone}", since=texts.day(pair.introduced_at.date()))
    return Message(text, [section(text), actions(button(texts.plain("leave.told.buttons.home"), HOME))])


def pair_ended_hr(texts: Texts, partner: Person) -> Message:
    """To HR, without blame."""
    text = texts("privacy.told.hr", partner=mention(partner))
    return Message(text, [section(text)])


def contact_gone(texts: Texts, programme: Programme) -> Message:
    """To HR: concerns have nobody to go to."""
    text = texts("privacy.told.contact_gone", programme=programme.name)
    return Message(text, [section(text)])
