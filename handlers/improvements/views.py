"""The question what the programme should do better, its form, and what is said after it."""

from bot.domain.calendar import local
from bot.domain.improvements import LONGEST, Area, Sharing
from bot.services.improvements.improvements import OpenForm
from bot.slack.gateway import Message
from handlers.improvements.modal_state import SuggestionState
from handlers.kit.blocks import (
    Block,
    View,
    field,
    form_modal,
    notice,
    radio,
    section,
    select,
    text_input,
)
from handlers.kit.buttons import improve_button
from handlers.kit.ids import ActionId, CallbackId
from prompts.catalogue import Texts
from storage.tables import Programme

KEY = "improvements"


def row(texts: Texts, programme: Programme, *, written: bool = False) -> list[Block]:
    """The question, below another message; nothing if the programme does not ask it. `written`: it is answered."""
    if not programme.asks_improvements:
        return []
    return [_row(texts, programme.id, written=written)]


def _row(texts: Texts, programme_id: int, *, written: bool) -> Block:
    name = "saved" if written else "ask"
    return section(texts(f"{KEY}.form.{name}"), improve_button(texts, programme_id, again=written))


def in_message(texts: Texts, shown: Message, programme_id: int, *, written: bool) -> Message:
    """A message that asks the question, once a suggestion was saved or taken back."""
    blocks = [
        {**_row(texts, programme_id, written=written), "block_id": block["block_id"]}
        if asks(block, programme_id)
        else block
        for block in shown.blocks
    ]
    return Message(shown.text, blocks)


def asks(block: Block, programme_id: int) -> bool:
    """Whether a block is the question of a programme."""
    accessory = block.get("accessory") or {}
    return (accessory.get("action_id"), accessory.get("value")) == (ActionId.IMPROVE_OPEN, str(programme_id))


def form(texts: Texts, open_form: OpenForm, channel: str = "", ts: str = "") -> View:
    """`channel` and `ts`: the message whose button opened it."""
    written = open_form.written
    areas = [(one.value, texts.plain(f"labels.improvement_areas.{one}")) for one in Area]
    choices = [(one.value, texts.plain(f"labels.improvement_sharing.{one}")) for one in Sharing]
    text = text_input("text", initial=written.text if written else "", multiline=True, longest=LONGEST)
    blocks = [
        section(texts(f"{KEY}.form.body", programme=open_form.programme.name, day=_day(texts, open_form))),
        field(
            "area",
            texts.plain(f"{KEY}.form.area.label"),
            select(
                "area",
                areas,
                initial=written.area if written else "",
                placeholder=texts.plain(f"{KEY}.form.area.placeholder"),
            ),
        ),
        field(
            "text",
            texts.plain(f"{KEY}.form.text.label"),
            text,
            hint=texts.plain(f"{KEY}.form.text.{'again' if written else 'hint'}"),
            optional=written is not None,
        ),
        field(
            "sharing",
            texts.plain(f"{KEY}.form.sharing.label"),
            radio("sharing", choices, initial=written.sharing if written else ""),
        ),
    ]
    state = SuggestionState(open_form.programme.id, channel, ts)
    return form_modal(texts, f"{KEY}.form", blocks, callback_id=CallbackId.IMPROVE_FORM, state=state)


def done(texts: Texts, saved: OpenForm) -> View:
    name = saved.written.sharing.value if saved.written else "withdrawn"
    return notice(texts, texts(f"{KEY}.done.{name}", day=_day(texts, saved)))


def _day(texts: Texts, open_form: OpenForm) -> str:
    return texts.day(local(open_form.closes, open_form.person.zone).date())
