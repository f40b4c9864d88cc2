"""The replies to a person who wrote to the bot."""

from bot.services.people.typed import Offers
from bot.slack.gateway import Message
from handlers.kit.blocks import Element, actions, button, mention, section
from handlers.kit.ids import ActionId
from prompts.catalogue import Texts


def what_to_do(texts: Texts, offers: Offers) -> Message:
    """What the writer can do here: of the buttons only those that work for them."""
    contact = offers.contact if offers.can_raise else None
    body = texts(
        "commands.typed.body",
        partner=offers.partner,
        contact=mention(contact) if contact else "",
        can_raise=offers.can_raise,
        programme=offers.to_join.name if offers.to_join else "",
        guest=offers.guest,
        enrolled=offers.enrolled,
    )
    buttons = [
        button(texts.plain("commands.typed.buttons.home"), ActionId.HOME_SHOW),
        button(texts.plain("commands.typed.buttons.help"), ActionId.HELP_SHOW),
    ]
    if offers.to_join:
        join = texts.plain("commands.typed.buttons.join")
        buttons.insert(0, button(join, ActionId.JOIN_OPEN, offers.to_join.id, style="primary"))
    if offers.can_raise:
        buttons.append(_concern(texts, "commands.typed.buttons.concern"))
    return Message(texts("commands.typed.fallback"), [section(body), actions(*buttons)])


def way_to_help(texts: Texts, offers: Offers) -> Message:
    """To a writer who may need help: who reads a concern, and the way to them."""
    body = texts(
        "care.distress.body",
        contact=mention(offers.contact) if offers.contact else "",
        enrolled=offers.can_raise,
        programme=offers.programme.name if offers.programme else "",
    )
    way = [actions(_concern(texts, "care.distress.buttons.concern"))] if offers.can_raise else []
    return Message(texts("care.distress.fallback"), [section(body), *way])


def _concern(texts: Texts, label: str) -> Element:
    return button(texts.plain(label), ActionId.CONCERN_OPEN)
