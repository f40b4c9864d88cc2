"""Builders for the Block Kit blocks and elements that the views use.

Only older blocks, which every Slack client shows. `mrkdwn` texts come from the catalogue, where every value is
escaped; `plain_text` shows a string as it is.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bot.domain.polls import RATINGS
from handlers.kit.button_value import ButtonValue
from handlers.kit.ids import ActionId, AnswerId, CallbackId
from handlers.kit.modal_state import ModalState
from prompts.catalogue import Mention, Mrkdwn, Texts
from prompts.markdown import escape, safe_url
from storage.tables import Person

Block = dict[str, Any]
View = dict[str, Any]
Element = dict[str, Any]
Option = tuple[str, str]
"""(value, label)"""

MAX_SECTION = 3000
MAX_LABEL = 75
LONGEST_INPUT = 3000


def plain(text: str, limit: int = MAX_SECTION) -> dict[str, Any]:
    return {"type": "plain_text", "text": _cut(text, limit), "emoji": True}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": _cut(text, MAX_SECTION)}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, 150)}


def section(text: str, accessory: Element | None = None) -> Block:
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return {**block, "accessory": accessory} if accessory else block


def typed(text: str) -> Block:
    """A person's text, as it is: nothing in it becomes a mention, a link or markup."""
    return {"type": "section", "text": plain(text)}


def verbatim(written: str) -> Block:
    """Mrkdwn that a person wrote: Slack makes no mention, channel or link of what looks like one."""
    return {"type": "section", "text": {**mrkdwn(written), "verbatim": True}}


def fields(texts: Iterable[str]) -> Block:
    """Up to 10 short texts, two per row on a wide screen."""
    return {"type": "section", "fields": [mrkdwn(text) for text in texts]}


def context(text: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text)]}


def divider() -> Block:
    return {"type": "divider"}


def actions(*elements: Element) -> Block:
    return {"type": "actions", "elements": list(elements)}


def button(
    label: str,
    action_id: ActionId | AnswerId,
    value: str | int | ButtonValue = "",
    *,
    style: str = "",
    confirm: Any = None,
) -> Element:
    """`style` is "", "primary" or "danger"."""
    element: Element = {"type": "button", "text": plain(label, MAX_LABEL), "action_id": action_id}
    if value != "":
        element["value"] = str(value)
    if style:
        element["style"] = style
    if confirm:
        element["confirm"] = confirm
    return element


def rating(
    texts: Texts,
    group: str,
    id_of: Callable[[int], AnswerId],
    value: str | int,
    chosen: object = None,
    *,
    named: bool = True,
) -> list[Block]:
    """One to five in one row, also on a phone: only the numbers, and below them the meaning of the first and the last.

    `id_of` each button, `group` of the labels, whose names begin with an s: names of texts are never bare numbers.
    Not `named`: the same scale is above, with its meaning.
    """
    numbers = [
        button(str(one), id_of(one), value, style="primary" if str(chosen) == str(one) else "") for one in RATINGS
    ]
    if not named:
        return [actions(*numbers)]
    ends = [texts(f"labels.{group}.s{one}") for one in (RATINGS[0], RATINGS[-1])]
    return [actions(*numbers), context("  …  ".join(ends))]


def link_button(label: str, url: str, action_id: ActionId) -> Element:
    return {"type": "button", "text": plain(label, MAX_LABEL), "url": url, "action_id": action_id}


def confirmation(title: str, text: str, yes: str, no: str) -> dict[str, Any]:
    """The confirmation dialog that Slack shows before it sends a click."""
    return {"title": plain(title, 100), "text": plain(text, 300), "confirm": plain(yes, 30), "deny": plain(no, 30)}


def confirmation_of(texts: Texts, key: str, **values: Any) -> dict[str, Any]:
    """The confirmation whose texts are below `key`: title, text, yes, no."""
    return confirmation(*[texts.plain(f"{key}.{one}", **values) for one in ("title", "text", "yes", "no")])


def option(value: str, label: str) -> dict[str, Any]:
    return {"text": plain(label, MAX_LABEL), "value": value}


def select(action_id: str, options: Sequence[Option], *, initial: str = "", placeholder: str = "") -> Element:
    """A menu of one choice."""
    element: Element = {"type": "static_select", "action_id": action_id, "options": [option(*one) for one in options]}
    picked = [option(*one) for one in options if one[0] == initial]
    if picked:
        element["initial_option"] = picked[0]
    return with_placeholder(element, placeholder)


def multi_select(
    action_id: str, options: Sequence[Option], *, initial: Iterable[str] = (), placeholder: str = "", most: int = 0
) -> Element:
    """A menu of several choices; a `most` of 0 sets no limit."""
    element: Element = {
        "type": "multi_static_select",
        "action_id": action_id,
        "options": [option(*one) for one in options],
    }
    wanted = set(initial)
    if picked := [option(*one) for one in options if one[0] in wanted]:
        element["initial_options"] = picked
    if most:
        element["max_selected_items"] = most
    return with_placeholder(element, placeholder)


def radio(action_id: str, options: Sequence[Option], *, initial: str = "") -> Element:
    element: Element = {"type": "radio_buttons", "action_id": action_id, "options": [option(*one) for one in options]}
    picked = [option(*one) for one in options if one[0] == initial]
    return {**element, "initial_option": picked[0]} if picked else element


def checkboxes(action_id: str, options: Sequence[Option], *, initial: Iterable[str] = ()) -> Element:
    element: Element = {"type": "checkboxes", "action_id": action_id, "options": [option(*one) for one in options]}
    wanted = set(initial)
    picked = [option(*one) for one in options if one[0] in wanted]
    return {**element, "initial_options": picked} if picked else element


def text_input(
    action_id: str, *, initial: str = "", placeholder: str = "", multiline: bool = False, longest: int = 0
) -> Element:
    """A text field; a `longest` of 0 sets no limit but Slack's.

    Slack lets nobody submit a field that begins with more than it takes, so `initial` is cut.
    """
    element: Element = {"type": "plain_text_input", "action_id": action_id, "multiline": multiline}
    if initial:
        element["initial_value"] = initial[: longest or LONGEST_INPUT]
    if longest:
        element["max_length"] = longest
    return with_placeholder(element, placeholder)


def user_select(action_id: str, *, initial: str = "", placeholder: str = "") -> Element:
    element: Element = {"type": "users_select", "action_id": action_id}
    if initial:
        element["initial_user"] = initial
    return with_placeholder(element, placeholder)


def users_select(action_id: str, *, initial: Sequence[str] = (), placeholder: str = "", most: int = 0) -> Element:
    element: Element = {"type": "multi_users_select", "action_id": action_id}
    if initial:
        element["initial_users"] = list(initial)
    if most:
        element["max_selected_items"] = most
    return with_placeholder(element, placeholder)


def channel_select(action_id: str, *, initial: str = "", placeholder: str = "") -> Element:
    """A menu of public channels."""
    element: Element = {"type": "channels_select", "action_id": action_id}
    if initial:
        element["initial_channel"] = initial
    return with_placeholder(element, placeholder)


def channels_select(action_id: str, *, initial: Sequence[str] = (), most: int = 0) -> Element:
    """A menu of public and private channels; of private ones Slack offers those that the person is in."""
    channels = {"include": ["public", "private"], "exclude_bot_users": True}
    element: Element = {"type": "multi_conversations_select", "action_id": action_id, "filter": channels}
    if initial:
        element["initial_conversations"] = list(initial)
    if most:
        element["max_selected_items"] = most
    return element


def date_picker(action_id: str, *, initial: str = "") -> Element:
    """`initial` is an ISO date."""
    element: Element = {"type": "datepicker", "action_id": action_id}
    return {**element, "initial_date": initial} if initial else element


def time_picker(action_id: str, *, initial: str = "") -> Element:
    """`initial` is HH:MM."""
    element: Element = {"type": "timepicker", "action_id": action_id}
    return {**element, "initial_time": initial} if initial else element


def field(
    block_id: str, label: str, element: Element, *, hint: str = "", optional: bool = False, reacts: bool = False
) -> Block:
    """A labelled input. With `reacts` each change is sent to the bot immediately."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2000),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint, 2000)
    if reacts:
        block["dispatch_action"] = True
    return block


def image(slack_file: str, alt: str, title: str = "") -> Block:
    """A picture that was uploaded to Slack."""
    block: Block = {"type": "image", "slack_file": {"id": slack_file}, "alt_text": _cut(alt, 2000)}
    return {**block, "title": plain(title, 2000)} if title else block


def modal(
    title: str,
    blocks: Sequence[Block],
    *,
    callback_id: CallbackId,
    close: str,
    submit: str = "",
    state: ModalState | None = None,
) -> View:
    """`state` comes back with everything that is done in the modal."""
    view: View = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, 24),
        "close": plain(close, 24),
        "blocks": list(blocks),
    }
    if submit:
        view["submit"] = plain(submit, 24)
    if state:
        view["private_metadata"] = state.write()
    return view


def form_modal(
    texts: Texts, key: str, blocks: Sequence[Block], *, callback_id: CallbackId, state: ModalState | None = None
) -> View:
    """A modal with a submit button: the texts of `key`.modal are its title and its two buttons."""
    title, submit, close = (texts.plain(f"{key}.modal.{name}") for name in ("title", "submit", "close"))
    return modal(title, blocks, callback_id=callback_id, close=close, submit=submit, state=state)


def home(blocks: Sequence[Block]) -> View:
    return {"type": "home", "blocks": list(blocks)}


def notice(texts: Texts, text: str, elements: Sequence[Element] = (), *, blocks: Sequence[Block] | None = None) -> View:
    """A modal that shows a text, or these blocks, and buttons that lead on."""
    shown = [*(blocks or [section(text)]), *([actions(*elements)] if elements else [])]
    return modal(texts.plain("notice.title"), shown, callback_id=CallbackId.NOTICE, close=texts.plain("notice.close"))


def one_moment(texts: Texts, view: View) -> View:
    """Shown until `view` is there: with its state, and a button to ask for it again."""
    again = button(texts.plain("notice.again"), ActionId.FORM_AGAIN, view["callback_id"])
    small = modal(
        view["title"]["text"],
        [section(texts("notice.one_moment")), actions(again)],
        callback_id=CallbackId.NOTICE,
        close=texts.plain("notice.close"),
    )
    return small | {"private_metadata": view.get("private_metadata", "")}


def mention(person: Person) -> Mention:
    """A person, as a mention; an erased person is only a number."""
    if person.erased_at:
        return Mention(person.name, person.name, "")
    return Mention(f"<@{person.slack_id}>", person.name, person.address)


def web_link(name: str, url: str) -> Mrkdwn:
    """A link that shows only its name."""
    return Mrkdwn(f"<{escape(safe_url(url))}|{escape(name)}>")


def channel_link(channel: str) -> Mrkdwn:
    return Mrkdwn(f"<#{channel}>")


def with_placeholder(element: Element, placeholder: str) -> Element:
    """The same field with `placeholder` while it is empty."""
    return {**element, "placeholder": plain(placeholder, 150)} if placeholder else element


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
