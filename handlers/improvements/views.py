"""The question what the programme should do better, its form, and what is said after it."""

from bot.domain.calendar import local
from bot.domain.improvements import LONGEST, Area, Sharing
from bot.services.improvements.improvements import OpenForm
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
from handlers.kit.ids import CallbackId
from handlers.kit.modal_state import OfProgramme
from prompts.catalogue import Texts
from storage.tables import Programme

KEY = "improvements"


def row(texts: Texts, programme: Programme) -> list[Block]:
    """The question, below another message; nothing if the programme does not ask it."""
    if not programme.asks_improvements:
        return []
    return [section(texts(f"{KEY}.form.ask"), improve_button(texts, programme.id))]


def form(texts: Texts, open_form: OpenForm) -> View:
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
    state = OfProgramme(open_form.programme.id)
    return form_modal(texts, f"{KEY}.form", blocks, callback_id=CallbackId.IMPROVE_FORM, state=state)


def done(texts: Texts, saved: OpenForm) -> View:
    name = saved.written.sharing.value if saved.written else "withdrawn"
    return notice(texts, texts(f"{KEY}.done.{name}", day=_day(texts, saved)))


def _day(texts: Texts, open_form: OpenForm) -> str:
    return texts.day(local(open_form.closes, open_form.person.zone).date())
