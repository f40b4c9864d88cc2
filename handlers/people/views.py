"""The message of a day, and the replies to a person who wrote to the bot."""

from collections.abc import Sequence

from bot.services.people.typed import Offers
from bot.slack.gateway import Message
from handlers.kit.blocks import Element, actions, button, mention, section
from handlers.kit.buttons import join_button, pause_button, resume_button
from handlers.kit.day_blocks import joined
from handlers.kit.ids import ActionId
from prompts.catalogue import Texts
from storage.outbox import key_hash
from storage.tables import Outbox


def daily(
    texts: Texts, parts: Sequence[tuple[Outbox, Message]], irrelevant: tuple[int, ...], later: tuple[int, ...]
) -> Message | None:
    """Everything of a day in one message; None if there is nothing to say. `later`: what is sent by itself."""
    marks = tuple(key_hash(row) for row, _ in parts)
    if len(parts) == 1:
        message = parts[0][1]
        return Message(message.text, message.blocks, irrelevant, later, marks)
    blocks, no_room = joined([(row.id, message) for row, message in parts])
    if not blocks:
        return None
    text = texts.plain("home.daily.text", count=len(parts) - len(no_room), first=parts[0][1].text.partition("\n")[0])
    return Message(text, blocks, irrelevant, (*later, *no_room), marks)


def what_to_do(texts: Texts, offers: Offers) -> Message:
    """What the writer can do here: of the buttons only those that work for them."""
    contact = offers.contact if offers.can_raise else None
    body = texts(
        "commands.typed.body",
        partner=offers.partner,
        contact=mention(contact) if contact else "",
        can_raise=offers.can_raise,
        asks_which=offers.asks_which,
        programme=texts.join([one.name for one in offers.to_join]) if offers.to_join else "",
        several=len(offers.to_join) > 1,
        guest=offers.guest,
        enrolled=offers.enrolled,
        paused=offers.paused,
        resume=texts.plain("home.common.buttons.resume"),
        hr=offers.hr,
        contact_for=texts.join([one.name for one in offers.contact_for]) if offers.contact_for else "",
    )
    home = button(texts.plain("commands.typed.buttons.home"), ActionId.HOME_SHOW)
    join = [join_button(texts, *offers.to_join)] if offers.to_join else []
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
        asks_which=offers.asks_which,
        programme=offers.programme.name if offers.programme else "",
    )
    buttons = [_concern(texts, "care.distress.buttons.concern")] if offers.can_raise else []
    if offers.enrolled and not offers.paused:
        buttons.append(pause_button(texts))
    return Message(texts("care.distress.fallback"), [section(body), *([actions(*buttons)] if buttons else [])])


def _concern(texts: Texts, label: str) -> Element:
    return button(texts.plain(label), ActionId.CONCERN_OPEN)
