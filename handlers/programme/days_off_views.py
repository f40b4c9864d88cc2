"""HR's days off: the current ones, and the form to change them."""

from collections.abc import Sequence

from bot.domain.sessions import Side
from bot.services.pair_context import Meeting
from bot.services.programme.days_off import Calendar, Day, during
from bot.slack.gateway import Message
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    button,
    date_picker,
    field,
    form_modal,
    mention,
    modal,
    multi_select,
    section,
)
from handlers.kit.buttons import days_off_button
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.modal_state import OfProgramme
from handlers.working_time.views import country_menu
from prompts.catalogue import Texts
from storage.tables import Programme

MOST = 100
"""Options of a menu."""
MOST_LINES = 25
MOST_IN_MESSAGE = 5
"""Of HR's first message, whose steps have to be found."""


def of_programme(texts: Texts, programme: Programme) -> list[Block]:
    """The days off from a programme's start to its end, by name, and the button to change them."""
    days = during(programme, texts.language)
    shown = _lines(texts, days, MOST_IN_MESSAGE) or texts("programme.days_off.form.none")
    text = texts("programme.days_off.form.programme") + "\n" + shown
    return [section(text), actions(days_off_button(texts, programme.id))]


def form(texts: Texts, calendar: Calendar) -> View:
    key = "programme.days_off.form"
    blocks: list[Block] = [section(texts(f"{key}.intro", programme=calendar.programme.name))]
    if calendar.off:
        blocks.append(section(texts(f"{key}.off") + "\n" + _lines(texts, calendar.off)))
    if calendar.worked:
        blocks.append(
            section(texts(f"{key}.working", days=texts.join([texts.short_day(one.day) for one in calendar.worked])))
        )
    blocks += [
        field("first", texts.plain(f"{key}.first.label"), date_picker("first"), optional=True),
        field(
            "last",
            texts.plain(f"{key}.last.label"),
            date_picker("last"),
            hint=texts.plain(f"{key}.last.hint"),
            optional=True,
        ),
    ]
    if calendar.off:
        options = [(one.day.isoformat(), texts.plain(f"{key}.option", day=_plain(texts, one))) for one in calendar.off]
        menu = multi_select("worked", options[:MOST], placeholder=texts.plain(f"{key}.worked.placeholder"))
        hint = texts.plain(f"{key}.worked.hint")
        blocks.append(field("worked", texts.plain(f"{key}.worked.label"), menu, hint=hint, optional=True))
    country = calendar.programme.country
    menu = country_menu(texts, country, ())
    hint = texts.plain(f"{key}.country.hint")
    blocks.append(field("country", texts.plain(f"{key}.country.label"), menu, hint=hint, optional=not country))
    return form_modal(texts, key, blocks, callback_id=CallbackId.DAYS_FORM, state=OfProgramme(calendar.programme.id))


def stored(texts: Texts) -> View:
    title = texts.plain("programme.days_off.form.modal.title")
    return modal(
        title,
        [section(texts("programme.days_off.form.done"))],
        callback_id=CallbackId.DONE,
        close=texts.plain("notice.close"),
    )


def day_off(texts: Texts, meeting: Meeting, side: Side) -> Message:
    """To both of a pair: the day of their session is off now."""
    row = meeting.session
    when = texts.moment(row.starts_at, meeting.person(side).zone) if row.starts_at else ""
    partner = mention(meeting.person(side.other))
    text = texts("programme.days_off.told.body", number=row.number, partner=partner, when=when)
    return Message(
        text,
        [
            section(text),
            actions(button(texts.plain("programme.days_off.told.buttons.move"), ActionId.SESSION_MOVE, row.id)),
        ],
    )


def _lines(texts: Texts, days: Sequence[Day], most: int = MOST_LINES) -> str:
    more = len(days) - most
    left = [texts("programme.days_off.form.more", count=more)] if more > 0 else []
    return "\n".join([*(f"• {_line(texts, one)}" for one in days[:most]), *left])


def _line(texts: Texts, day: Day) -> str:
    return texts(
        "programme.days_off.form.line",
        day=texts.day(day.day),
        name=day.name or texts.plain("programme.days_off.form.own"),
    )


def _plain(texts: Texts, day: Day) -> str:
    return texts.plain(
        "programme.days_off.form.line",
        day=texts.short_day(day.day),
        name=day.name or texts.plain("programme.days_off.form.own"),
    )
