"""The window about circles, the line on Home, and what is posted in a circle's group DM."""

from collections.abc import Sequence

from bot.domain.circles import LEAST, MINUTES, MOST, pack_of
from bot.services.circles.membership import CircleState
from bot.slack.gateway import Message
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    button,
    confirmation_of,
    context,
    header,
    mention,
    modal,
    section,
)
from handlers.kit.buttons import circle_button
from handlers.kit.ids import ActionId, CallbackId
from prompts.catalogue import Mrkdwn, Texts
from storage.tables import Person, Programme

KEY = "circles.window"


def window(texts: Texts, state: CircleState) -> View:
    """What it is, the own state, and the button to join or leave."""
    programme_id = state.programme.id
    blocks: list[Block] = [section(texts(f"{KEY}.body", least=LEAST, most=MOST, minutes=MINUTES))]
    if state.wished:
        if not state.waits:
            confirm = confirmation_of(texts, f"{KEY}.confirm")
            press = button(texts.plain(f"{KEY}.leave"), ActionId.CIRCLE_LEAVE, programme_id, confirm=confirm)
        else:  # there is no circle to leave yet, nor a group chat
            press = button(texts.plain(f"{KEY}.withdraw"), ActionId.CIRCLE_LEAVE, programme_id)
        blocks.append(section(_now(texts, state)))
    else:
        press = button(texts.plain(f"{KEY}.join"), ActionId.CIRCLE_JOIN, programme_id, style="primary")
    blocks += [context(texts(f"{KEY}.private")), actions(press)]
    return modal(texts.plain(f"{KEY}.title"), blocks, callback_id=CallbackId.DONE, close=texts.plain("notice.close"))


def home_row(texts: Texts, state: CircleState) -> Block:
    text = _now(texts, state) if state.wished else texts("circles.home.line")
    return section(text, circle_button(texts, state.programme.id))


def hr_rows(texts: Texts, programme: Programme) -> list[Block]:
    """In HR's window for training: whether circles are offered, and the button for the other choice."""
    key = "circles.hr"
    if programme.circles:
        confirm = confirmation_of(texts, f"{key}.confirm")
        press = button(texts.plain(f"{key}.stop"), ActionId.CIRCLE_STOP, programme.id, confirm=confirm)
        return [section(texts(f"{key}.on"), press)]
    return [section(texts(f"{key}.off"), button(texts.plain(f"{key}.offer"), ActionId.CIRCLE_OFFER, programme.id))]


def offered(texts: Texts, *, offered: bool) -> View:
    """What HR's press did."""
    text = texts(f"circles.hr.{'offered' if offered else 'stopped'}")
    return modal(
        texts.plain(f"{KEY}.title"), [section(text)], callback_id=CallbackId.DONE, close=texts.plain("notice.close")
    )


def opened(texts: Texts, members: Sequence[Person], *, again: bool) -> Message:
    """In the group DM. `again`: the circle had another one before."""
    people = texts.join([mention(one) for one in members])
    text = texts(f"circles.chat.{'again' if again else 'first'}", people=people, minutes=MINUTES)
    return Message(text, [section(text), context(texts("circles.chat.rules"))])


def pack(texts: Texts, number: int, host: Person | None, theme: str) -> Message:
    """The reflection pack of a month, with the line of the programme's theme."""
    key = f"circles.packs.{pack_of(number)}"
    who = texts("circles.chat.host", host=mention(host), minutes=MINUTES) if host else texts("circles.chat.no_host")
    title = texts.plain(f"{key}.title")
    blocks = [
        header(title),
        section(who),
        section(texts(f"{key}.text")),
        section(texts(f"circles.packs.themes.{theme}")),
        context(texts("circles.chat.rules")),
    ]
    return Message(title, blocks)


def ended(texts: Texts) -> Message:
    text = texts("circles.chat.ended")
    return Message(text, [section(text)])


def closed(texts: Texts, programme_id: int) -> Message:
    text = texts("circles.home.closed")
    return Message(text, [section(text), actions(circle_button(texts, programme_id))])


def _now(texts: Texts, state: CircleState) -> Mrkdwn:
    if state.others:
        return texts("circles.home.in", people=texts.join([mention(one) for one in state.others]))
    return texts("circles.home.waits", least=LEAST)
