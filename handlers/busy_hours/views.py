"""Busy hours: their part of the window about working time, the form for the link, and the message when it fails."""

from bot.domain.busy_hours import LONGEST_LINK, LinkProblem, mask, read_spans
from bot.services.busy_hours.busy_hours import MyCalendar
from bot.slack.gateway import Message
from handlers.busy_hours.forms import PROBLEMS
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    button,
    divider,
    field,
    form_modal,
    modal,
    section,
    text_input,
)
from handlers.kit.ids import ActionId, CallbackId
from prompts.catalogue import Texts

KEY = "busy_hours"


def part(texts: Texts, mine: MyCalendar) -> list[Block]:
    """What is stored, and the ways to change it."""
    key, calendar = f"{KEY}.window", mine.calendar
    if calendar is None:
        connect = button(texts.plain(f"{key}.buttons.connect"), ActionId.BUSY_HOURS_OPEN)
        return [divider(), section(texts(f"{key}.none")), actions(connect)]
    link = mask(calendar.host)
    if calendar.problem:
        said = texts(f"{key}.failing", link=link, why=why(texts, calendar.problem))
    else:
        said = texts(f"{key}.connected", link=link, when=texts.moment(calendar.read_at, mine.person.zone))
    replace = button(texts.plain(f"{key}.buttons.replace"), ActionId.BUSY_HOURS_OPEN)
    remove = button(texts.plain(f"{key}.buttons.remove"), ActionId.BUSY_HOURS_REMOVE)
    return [divider(), section(said), actions(replace, remove)]


def why(texts: Texts, problem: str) -> str:
    """The sentence for a stored problem; "" for one of a newer version."""
    return texts.plain(f"{PROBLEMS}.{problem}") if texts.has(f"{PROBLEMS}.{problem}") else ""


def link_form(texts: Texts, problem: LinkProblem | None = None) -> View:
    """`problem`: why the last link was not accepted."""
    key = f"{KEY}.form"
    blocks: list[Block] = [section(why(texts, problem))] if problem else []
    blocks += [
        section(texts(f"{key}.intro")),
        section(texts(f"{key}.where")),
        field(
            "link",
            texts.plain(f"{key}.link.label"),
            text_input("link", longest=LONGEST_LINK),
            hint=texts.plain(f"{key}.link.hint"),
        ),
    ]
    return form_modal(texts, key, blocks, callback_id=CallbackId.BUSY_HOURS_FORM)


def reading(texts: Texts) -> View:
    """While the calendar is fetched."""
    title, close = texts.plain(f"{KEY}.form.modal.title"), texts.plain("notice.close")
    return modal(title, [section(texts(f"{KEY}.window.reading"))], callback_id=CallbackId.DONE, close=close)


def stopped(texts: Texts, host: str, problem: str) -> Message:
    text = texts(f"{KEY}.stopped.text", link=mask(host), why=why(texts, problem))
    connect = button(texts.plain(f"{KEY}.stopped.button"), ActionId.BUSY_HOURS_OPEN)
    return Message(text, [section(text), actions(connect)])


def busy_in_words(texts: Texts, stored: str, zone: str) -> str:
    """The busy intervals, one after the other."""
    return "; ".join(f"{texts.moment(start, zone)} – {texts.moment(end, zone)}" for start, end in read_spans(stored))
