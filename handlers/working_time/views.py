"""The window about one's working time, and its forms."""

from collections.abc import Sequence
from datetime import date

from bot.domain.calendar import Shift, breaks_on, countries, usual_days
from bot.domain.working_time import FEW_HOURS, PRESETS, WEEKDAYS, Away, WorkingTime, write_away
from bot.services.sessions.suggestions import Offer
from bot.services.working_time.working_time import Mine
from handlers.kit.blocks import (
    Block,
    Element,
    Option,
    View,
    actions,
    button,
    checkboxes,
    context,
    date_picker,
    divider,
    field,
    form_modal,
    mention,
    modal,
    option,
    section,
    time_picker,
)
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.sessions.slot_views import slot_blocks
from handlers.working_time.forms import NO_HOLIDAYS, PROGRAMME
from prompts.catalogue import Texts
from prompts.places import by_first_letter, country_name, weekday, weekdays

KEY = "working_time"


def window(texts: Texts, mine: Mine, busy_hours: Sequence[Block] = ()) -> View:
    """What is stored, the usual hours in one tap, and the ways to everything else."""
    blocks: list[Block] = [section(texts(f"{KEY}.window.intro")), *_moved(texts, mine), section(_summary(texts, mine))]
    if mine.time.a_week() < FEW_HOURS:
        blocks.append(context(texts(f"{KEY}.window.few")))
    presets = [
        button(shift_text(texts, shift), ActionFamily.WORKING_TIME_USUAL.of(name))
        for name, shift in PRESETS.items()
        if name != mine.time.preset
    ]
    blocks += [
        section(texts(f"{KEY}.window.usual", days=weekdays(texts, list(usual_days(mine.country))))),
        actions(*presets),
        actions(_open(texts, "hours", ActionId.WORKING_TIME_HOURS), _open(texts, "week", ActionId.WORKING_TIME_WEEK)),
        divider(),
        section(texts(f"{KEY}.window.{'away' if mine.time.away else 'never_away'}")),
    ]
    for one in mine.time.away:
        cancel = button(texts.plain(f"{KEY}.window.buttons.there"), ActionId.WORKING_TIME_THERE, write_away([one]))
        blocks.append(section(_away(texts, one), cancel))
    blocks += [actions(_open(texts, "away", ActionId.WORKING_TIME_AWAY)), *busy_hours]
    title = texts.plain(f"{KEY}.window.title")
    return modal(title, blocks, callback_id=CallbackId.DONE, close=texts.plain("notice.close"))


def _summary(texts: Texts, mine: Mine) -> str:
    time, key = mine.time, f"{KEY}.window"
    hours = time.hours(mine.person.zone)
    by_shift: dict[Shift, list[int]] = {}
    for day, shift in enumerate(_week(mine)):
        if shift:
            by_shift.setdefault(shift, []).append(day)
    lines: list[str] = [
        texts(f"{key}.line", days=weekdays(texts, days), hours=shift_text(texts, shift))
        for shift, days in by_shift.items()
    ]
    monday, friday = (breaks_on(day, hours, mine.country) for day in _MONDAY_AND_FRIDAY)
    if monday:
        lines.append(texts(f"{key}.break", hours=shift_text(texts, monday)))
    if friday and friday != monday:
        lines.append(texts(f"{key}.friday", hours=shift_text(texts, friday)))
    lines.append(_holidays(texts, mine))
    lines.append(texts(f"{key}.zone", zone=mine.person.zone.replace("_", " ")))
    return "\n".join(f"• {line}" for line in lines)


def _holidays(texts: Texts, mine: Mine) -> str:
    key, chosen = f"{KEY}.window", mine.time.country
    if chosen is None:
        names = texts.join([country_name(texts, code) for code in mine.countries])
        return texts(f"{key}.holidays_programme", country=names)
    return texts(f"{key}.holidays", country=country_name(texts, chosen)) if chosen else texts(f"{key}.no_holidays")


def _moved(texts: Texts, mine: Mine) -> list[Block]:
    """The sessions that the change put outside of the working time: they keep their time until a person moves them."""
    return [block for offer in mine.moved for block in _out_of_hours(texts, offer, mine)]


def _out_of_hours(texts: Texts, offer: Offer, mine: Mine) -> list[Block]:
    """One session and, as buttons, times to move it to."""
    row = offer.meeting.session
    partner = mention(offer.meeting.person(offer.side.other)) if offer.side else ""
    when = texts.moment(row.starts_at, mine.person.zone) if row.starts_at else ""
    text = section(texts(f"{KEY}.window.moved", number=row.number, partner=partner, when=when))
    return [text, *slot_blocks(texts, offer, other=texts.plain(f"{KEY}.window.buttons.move"))]


def hours_form(texts: Texts, mine: Mine) -> View:
    key = f"{KEY}.hours"
    hours, (start, end) = mine.time.hours(mine.person.zone), mine.time.usual
    days = [(str(day), weekday(texts, day)) for day in range(WEEKDAYS)]
    worked = [str(day) for day, shift in enumerate(_week(mine)) if shift]
    daily, friday = (breaks_on(day, hours, mine.country) for day in _MONDAY_AND_FRIDAY)
    blocks: list[Block] = [
        section(texts(f"{key}.intro")),
        field("days", texts.plain(f"{key}.days"), checkboxes("days", days, initial=worked)),
        field("start", texts.plain(f"{key}.start"), time_picker("start", initial=f"{start:%H:%M}")),
        _field(texts, key, "end", time_picker("end", initial=f"{end:%H:%M}")),
        *_break(texts, "break", daily),
        *_break(texts, "friday", friday if friday != daily else None),
        field("country", texts.plain(f"{key}.country"), country_menu(texts, mine.time.country, mine.countries)),
    ]
    return form_modal(texts, key, blocks, callback_id=CallbackId.WORKING_TIME_HOURS_FORM)


def week_form(texts: Texts, mine: Mine) -> View:
    """A start and an end for each day; a day without is free."""
    key = f"{KEY}.week"
    blocks: list[Block] = [section(texts(f"{key}.intro"))]
    for day, shift in enumerate(_week(mine)):
        name = weekday(texts, day)
        for part, at in zip(("start", "end"), shift or ("", ""), strict=True):
            element = time_picker(f"{part}_{day}", initial=f"{at:%H:%M}" if at else "")
            blocks.append(field(f"{part}_{day}", texts.plain(f"{key}.{part}", day=name), element, optional=True))
    return form_modal(texts, key, blocks, callback_id=CallbackId.WORKING_TIME_WEEK_FORM)


def away_form(texts: Texts) -> View:
    key = f"{KEY}.away"
    blocks: list[Block] = [
        section(texts(f"{key}.intro")),
        field("first", texts.plain(f"{key}.first"), date_picker("first")),
        field("last", texts.plain(f"{key}.last"), date_picker("last"), optional=True),
    ]
    return form_modal(texts, key, blocks, callback_id=CallbackId.WORKING_TIME_AWAY_FORM)


def country_menu(texts: Texts, chosen: str | None, of_programmes: Sequence[str]) -> Element:
    """All countries whose holidays are known, by their first letter. Without `of_programmes`, those only."""
    groups: list[tuple[str, list[Option]]] = []
    if of_programmes:
        names = texts.join([country_name(texts, code) for code in of_programmes])
        same = (PROGRAMME, texts.plain(f"{KEY}.country.programme", country=names))
        none = (NO_HOLIDAYS, texts.plain(f"{KEY}.country.none"))
        groups.append((texts.plain(f"{KEY}.country.usual"), [same, none]))
    groups += by_first_letter(texts, countries()).items()
    now = PROGRAMME if chosen is None else chosen or NO_HOLIDAYS
    picked = [option(*one) for _, options in groups for one in options if one[0] == now]
    element: Element = {
        "type": "static_select",
        "action_id": "country",
        "option_groups": [
            {"label": {"type": "plain_text", "text": name}, "options": [option(*one) for one in options]}
            for name, options in groups
        ],
    }
    return {**element, "initial_option": picked[0]} if picked else element


def shift_text(texts: Texts, shift: Shift) -> str:
    """09.00–17.00 · 09:00–17:00"""
    return f"{texts.clock(shift[0])}–{texts.clock(shift[1])}"


def usual_hours(texts: Texts, time: WorkingTime, country: str) -> list[Option]:
    """The usual hours as options; what a person has that is none of them comes first."""
    days = weekdays(texts, list(usual_days(country)))
    options = [
        (name, texts.plain(f"{KEY}.window.line", days=days, hours=shift_text(texts, shift)))
        for name, shift in PRESETS.items()
    ]
    return options if time.preset else [(OWN, texts.plain(f"{KEY}.window.own")), *options]


OWN = "own"
_MONDAY_AND_FRIDAY = (date(2024, 1, 1), date(2024, 1, 5))


def _week(mine: Mine) -> Sequence[Shift | None]:
    """The hours of each weekday."""
    days = usual_days(mine.country)
    return mine.time.week or [mine.time.usual if day in days else None for day in range(WEEKDAYS)]


def _break(texts: Texts, name: str, shift: Shift | None) -> list[Block]:
    key = f"{KEY}.hours.{name}"
    initial = [f"{at:%H:%M}" for at in shift] if shift else ["", ""]
    hint = texts.plain(f"{key}.hint")
    return [
        field(
            f"{name}_start",
            texts.plain(f"{key}.start"),
            time_picker(f"{name}_start", initial=initial[0]),
            hint=hint,
            optional=True,
        ),
        field(f"{name}_end", texts.plain(f"{key}.end"), time_picker(f"{name}_end", initial=initial[1]), optional=True),
    ]


def _field(texts: Texts, key: str, name: str, element: Element) -> Block:
    return field(name, texts.plain(f"{key}.{name}.label"), element, hint=texts.plain(f"{key}.{name}.hint"))


def _away(texts: Texts, away: Away) -> str:
    first, last = away
    if first == last:
        return texts.day(first)
    return texts(f"{KEY}.window.span", first=texts.day(first), last=texts.day(last))


def _open(texts: Texts, name: str, action_id: ActionId) -> Element:
    return button(texts.plain(f"{KEY}.window.buttons.{name}"), action_id)
