"""What the two recorded about a session: that it took place, and when; or that it did not."""

from datetime import datetime

from bot.domain.calendar import local
from bot.domain.sessions import Side, slot_at
from bot.services.pair_context import Meeting
from bot.services.sessions.records import Recorded
from bot.slack.gateway import Message
from handlers.kit.blocks import (
    Block,
    View,
    actions,
    button,
    date_picker,
    field,
    form_modal,
    header,
    mention,
    radio,
    section,
    time_picker,
)
from handlers.kit.buttons import correct_session_button, pause_button
from handlers.kit.ids import ActionId, CallbackId
from handlers.sessions.forms import MET, NOT_MET, BookingState
from prompts.catalogue import Texts


def form(texts: Texts, found: Recorded, now: datetime) -> View:
    """When the two met; if the session has a time that is over, also that they did not."""
    key, row, reader = "sessions.held.form", found.meeting.session, found.meeting.person(found.side)
    over = row.starts_at is not None and row.starts_at <= now
    when = texts.moment(row.starts_at, reader.zone) if row.starts_at else ""
    name = "recorded" if found.held else "booked" if row.starts_at else "none"
    values = {"when": when} if when else {}
    partner = mention(found.meeting.person(found.side.other))
    blocks: list[Block] = [section(texts(f"{key}.{name}", partner=partner, number=row.number, **values))]
    if over:
        options = [(MET, texts.plain(f"{key}.met.yes")), (NOT_MET, texts.plain(f"{key}.met.no"))]
        blocks.append(field("met", texts.plain(f"{key}.met.label"), radio("met", options, initial=MET)))
    wall = local(row.starts_at, reader.zone) if over and row.starts_at else None
    day = (wall or local(now, reader.zone)).date().isoformat()
    zone = texts.zone(row.starts_at or now, reader.zone)
    time = time_picker("time", initial=f"{wall:%H:%M}" if wall else "")
    blocks += [
        field("date", texts.plain(f"{key}.date"), date_picker("date", initial=day), optional=over),
        field("time", texts.plain(f"{key}.time", zone=zone), time, optional=over),
    ]
    state = BookingState(row.id, reader.zone, slot_at(row.starts_at))
    return form_modal(texts, key, blocks, callback_id=CallbackId.SESSION_HELD_FORM, state=state)


def held(texts: Texts, meeting: Meeting, side: Side, *, by_me: bool) -> Message:
    """The two met, as one of them recorded."""
    return _recorded(texts, "body" if by_me else "told", meeting, side)


def not_held(texts: Texts, meeting: Meeting, side: Side, *, by_me: bool) -> Message:
    """The two did not meet after all, as one of them recorded."""
    key = "sessions.held"
    partner, row = mention(meeting.person(side.other)), meeting.session
    text = texts(f"{key}.{'not_held' if by_me else 'not_held_told'}", partner=partner, number=row.number)
    buttons = [correct_session_button(texts, row)]
    if row.settled_at is None:
        buttons.insert(0, button(texts.plain(f"{key}.buttons.book"), ActionId.SESSION_BOOK, row.id, style="primary"))
        buttons.append(pause_button(texts))
    return Message(text, [section(text), actions(*buttons)])


def _recorded(texts: Texts, name: str, meeting: Meeting, side: Side) -> Message:
    key, row, reader = "sessions.held", meeting.session, meeting.person(side)
    when = texts.moment(row.starts_at, reader.zone) if row.starts_at else ""
    partner = mention(meeting.person(side.other))
    text = texts(f"{key}.{name}", partner=partner, number=row.number, when=when)
    title = header(texts.plain(f"{key}.title", number=row.number))
    return Message(text, [title, section(text), actions(correct_session_button(texts, row))])
