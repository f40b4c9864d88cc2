"""The replies to a person who wrote to the bot."""

from bot.services.people.typed import Offers
from bot.slack.gateway import Message
from handlers.kit.blocks import Element, actions, button, mention, section
from handlers.kit.buttons import join_button, pause_button, resume_button
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
        paused=offers.paused,
        resume=texts.plain("home.common.buttons.resume"),
        hr=offers.hr,
        contact_for=offers.contact_for.name if offers.contact_for else "",
    )
    home = button(texts.plain("commands.typed.buttons.home"), ActionId.HOME_SHOW)
    join = [join_button(texts, offers.to_join)] if offers.to_join else []
    if offers.paused:
        buttons = [resume_button(texts), home, *join]
    elif offers.enrolled or offers.hr or not join:
        buttons = [home, *join]
    else:
        buttons = [*join, home]
    buttons[0] = {**buttons[0], "style": "primary"}
    buttons.append(button(texts.plain("commands.typed.buttons.help"), ActionId.HELP_SHOW))
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
    buttons = [_concern(texts, "care.distress.buttons.concern")] if offers.can_raise else []
    if offers.enrolled and not offers.paused:
        buttons.append(pause_button(texts))
    return Message(texts("care.distress.fallback"), [section(body), *([actions(*buttons)] if buttons else [])])


def _concern(texts: Texts, label: str) -> Element:
    return button(texts.plain(label), ActionId.CONCERN_OPEN)
