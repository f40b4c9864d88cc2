"""HR's playbook: in a window, as a page, and the form for HR's notes."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.calendar import local
from bot.domain.figures import Figure
from bot.domain.playbook import LONGEST, Notes
from bot.services.playbook.playbook import Playbook
from bot.services.programme.end import period
from bot.slack.gateway import Message
from handlers.improvements import report_views as improvement_views
from handlers.insight.report_views import html_page
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    button,
    context,
    field,
    form_modal,
    modal,
    section,
    text_input,
    typed,
)
from handlers.kit.buttons import playbook_button
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import OfProgramme
from handlers.playbook.forms import FIELDS
from prompts.catalogue import Texts
from prompts.reasons import topic_name
from storage.tables import Programme

KEY = "playbook"
LABELS = {"pack": "packs", "format": "formats", "cadence": "cadences"}
MOST = 12
"""Lines of one part in the window; the page has all."""


@dataclass(frozen=True)
class Part:
    """A part of the playbook: figures with their names, or sentences; `none` says why it is empty."""

    heading: str
    figures: Sequence[tuple[str, str]] = ()
    lines: Sequence[str] = ()
    none: str = ""


def parts(texts: Texts, playbook: Playbook) -> list[Part]:
    """In the order in which HR plans: what was useful, what people wish, what lasted, HR's notes."""
    few = texts.plain(f"{KEY}.parts.few")
    useful = [
        Part(
            texts.plain(f"{KEY}.parts.useful.{name}"),
            [(_named(texts, name, value), _average(texts, figure)) for value, figure in figures.items()],
            none=few,
        )
        for name, figures in playbook.useful.items()
    ]
    wishes = improvement_views.lines(texts, playbook.improvements)
    counts = [
        (texts.plain(f"insight.report.numbers.cards_{name}"), texts.number(count))
        for name, count in playbook.cards.counts.items()
    ]
    done = [card.change for card in playbook.done]
    notes = [
        texts.plain(f"{KEY}.parts.note", name=texts.plain(f"{KEY}.form.{name}.label"), text=text)
        for name in FIELDS
        if (text := getattr(playbook.notes, name))
    ]
    return [
        *useful,
        Part(texts.plain(f"{KEY}.parts.wishes"), lines=wishes, none=texts.plain(f"{KEY}.parts.no_wishes")),
        Part(texts.plain(f"{KEY}.parts.lasted"), counts, done, none=few),
        Part(texts.plain(f"{KEY}.parts.notes"), lines=notes, none=texts.plain(f"{KEY}.parts.no_notes")),
    ]


def window(texts: Texts, playbook: Playbook) -> View:
    programme = playbook.programme
    blocks: list[Block] = [section(texts(f"{KEY}.window.body", programme=programme.name))]
    if playbook.next_cadence:
        blocks.append(section(cadence_line(texts, playbook.next_cadence)))
    for part in parts(texts, playbook):
        blocks.append(section(texts(f"{KEY}.window.heading", heading=part.heading)))
        written = [texts.plain(f"{KEY}.window.figure", name=name, value=value) for name, value in part.figures]
        written += part.lines
        blocks += [typed("\n".join(f"• {line}" for line in written[:MOST]))] if written else [context(part.none)]
        if more := len(written) - MOST if len(written) > MOST else 0:
            blocks.append(context(texts(f"{KEY}.window.more", count=more)))
    notes = button(texts.plain(f"{KEY}.window.buttons.notes"), ActionId.PLAYBOOK_NOTES, programme.id, style="primary")
    page = button(texts.plain(f"{KEY}.window.buttons.page"), ActionId.PLAYBOOK_PAGE, programme.id)
    blocks += [context(texts(f"{KEY}.window.honest")), actions(notes, page)]
    return modal(
        texts.plain(f"{KEY}.window.title"), blocks, callback_id=CallbackId.PLAYBOOK, close=texts.plain("notice.close")
    )


def form(texts: Texts, programme: Programme, notes: Notes) -> View:
    def put(name: str, written: str) -> Block:
        element = text_input(name, initial=written, multiline=True, longest=LONGEST)
        hint = texts.plain(f"{KEY}.form.{name}.hint")
        return field(name, texts.plain(f"{KEY}.form.{name}.label"), element, hint=hint, optional=True)

    blocks = [section(texts(f"{KEY}.form.body", programme=programme.name))]
    blocks += [put(name, getattr(notes, name)) for name in FIELDS]
    state = OfProgramme(programme.id)
    return form_modal(texts, f"{KEY}.form", blocks, callback_id=CallbackId.PLAYBOOK_FORM, state=state)


def page(texts: Texts, playbook: Playbook) -> str:
    """A self-contained HTML file, made as the report is."""
    programme = playbook.programme
    today = local(playbook.at, programme.zone).date()
    first, last = period(programme, today)
    shown = parts(texts, playbook)
    figures = {part.heading: list(part.figures) for part in shown if part.figures}
    lines = [(part.heading, list(part.lines)) for part in shown if part.lines]
    return html_page(
        texts,
        title=texts.plain(f"{KEY}.page.title", programme=programme.name),
        intro=texts.plain(f"{KEY}.page.intro", first=texts.day(first), last=texts.day(last), day=texts.day(today)),
        numbers=figures,
        lists=lines,
        footer=texts.plain(f"{KEY}.window.honest"),
    )


def sent(texts: Texts, programme: Programme) -> Message:
    text = texts(f"{KEY}.page.sent", programme=programme.name)
    return Message(text, [section(text)])


def failed(texts: Texts, programme: Programme) -> Message:
    """In place of the file: the window has the same."""
    text = texts(f"{KEY}.page.failed", programme=programme.name)
    return Message(text, [section(text), actions(playbook_button(texts, programme.id))])


def cadence_line(texts: Texts, cadence: str) -> str:
    """What most pairs did instead of what was planned."""
    return texts(f"{KEY}.window.cadence", cadence=texts.plain(f"labels.in_text.cadences.{cadence}"))


def _named(texts: Texts, name: str, value: str) -> str:
    return topic_name(texts, value) if name == "topic" else texts.plain(f"labels.{LABELS[name]}.{value}")


def _average(texts: Texts, figure: Figure) -> str:
    return texts.plain(f"{KEY}.parts.average", average=texts.number(round(figure.average, 1)))
