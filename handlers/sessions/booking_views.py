"""The form for picking a session's time."""

from datetime import datetime

from bot.domain.sessions import slot_at
from bot.services.pair_context import days_to_book
from bot.services.sessions.bookings import LENGTHS, MOVE_REASONS, Booked, Booking
from bot.services.sessions.suggestions import last_day
from handlers.kit.blocks import (
    Block,
    Element,
    Option,
    View,
    actions,
    context,
    date_picker,
    field,
    form_modal,
    mention,
    modal,
    radio,
    section,
    select,
    time_picker,
)
from handlers.kit.buttons import cancel_session_button, session_held_button
from handlers.kit.ids import CallbackId
from handlers.sessions.forms import OTHER, BookingState
from handlers.sessions.series_views import series_button
from handlers.sessions.slot_views import after_the_end, slot_label
from handlers.sessions.views import both, calendar_blocks, called, when_of
from handlers.signup.views import labels
from prompts.catalogue import Texts


def booking_form(texts: Texts, booking: Booking, now: datetime) -> View:
    """Book in the reader's time zone, from times that suit both or freely; a booked session is moved."""
    meeting, side = booking.meeting, booking.side
    row, (reader, partner) = meeting.session, both(meeting, side)
    key = "sessions.move" if row.starts_at else "sessions.book"
    zone = texts.zone(row.starts_at or now, reader.zone)
    days = days_to_book(row, meeting, now)
    if row.starts_at:
        when, over = when_of(texts, meeting, side), row.starts_at <= now
        intro = texts("sessions.move.intro", when=when, partner=mention(partner), over=over)
    else:
        closes = last_day(meeting) if days.is_late else days.closes
        window = {"opens": texts.short_day(days.opens), "closes": texts.short_day(closes), "late": days.is_late}
        intro = texts("sessions.book.intro", partner=mention(partner), zone=zone, **window)
    blocks: list[Block] = [section(intro)]
    if booking.suggestions:
        blocks += [_suggestions(texts, booking), *after_the_end(texts, meeting, booking.suggestions)]
    free = bool(booking.suggestions)
    blocks += [
        field("date", texts.plain(f"{key}.date.label"), date_picker("date"), optional=free),
        field("time", texts.plain(f"{key}.time.label", zone=zone), time_picker("time"), optional=free),
        field("minutes", texts.plain("sessions.book.minutes.label"), _lengths(texts, row.minutes)),
    ]
    if row.starts_at:
        reasons = labels(texts, "move_reasons", MOVE_REASONS)
        element = select("reason", reasons, placeholder=texts.plain("sessions.move.reason.placeholder"))
        hint = texts.plain("sessions.move.reason.hint", partner=called(texts, partner))
        blocks.append(field("reason", texts.plain("sessions.move.reason.label"), element, hint=hint))
        others = [session_held_button(texts, meeting.session)]
        if row.starts_at > now:
            others.insert(0, cancel_session_button(texts, meeting, side))
        blocks.append(actions(*others))
    state = BookingState(row.id, reader.zone, slot_at(row.starts_at))
    return form_modal(texts, key, blocks, callback_id=CallbackId.SESSION_FORM, state=state)


def stored(texts: Texts, done: Booked) -> View:
    """Replaces the form once the time is stored."""
    meeting, side = done.meeting, done.side
    when = when_of(texts, meeting, side)
    key = "sessions.move" if done.before else "sessions.booked"
    blocks: list[Block] = [section(texts(f"{key}.saved", when=when, partner=mention(meeting.person(side.other))))]
    if done.planned:
        opens, closes = (texts.short_day(day) for day in done.planned[:2])
        blocks.append(context(texts("sessions.book.outside", opens=opens, closes=closes)))
    if done.dropped:
        was = texts.moment(done.dropped.starts_at, meeting.person(side).zone)
        blocks.append(context(texts("sessions.ask.dropped", partner=mention(meeting.person(side.other)), when=was)))
    if done.out_of_order:
        blocks.append(context(_order(texts, done)))
    blocks += calendar_blocks(texts, meeting, side)
    if more := series_button(texts, meeting.session):
        blocks.append(actions(*more))
    title = texts.plain(f"{'sessions.move' if done.before else 'sessions.book'}.modal.title")
    return modal(title, blocks, callback_id=CallbackId.DONE, close=texts.plain("notice.close"))


def _suggestions(texts: Texts, booking: Booking) -> Block:
    meeting, side = booking.meeting, booking.side
    options: list[Option] = [(slot.isoformat(), slot_label(texts, meeting, side, slot)) for slot in booking.suggestions]
    options.append((OTHER, texts.plain("sessions.book.other")))
    return field("suggestion", texts.plain("sessions.book.suggestions"), radio("suggestion", options), optional=True)


def _lengths(texts: Texts, minutes: int) -> Element:
    lengths = sorted({*LENGTHS, minutes} if minutes in LENGTHS else LENGTHS)
    options = [(str(n), texts.plain("sessions.book.minutes.option", minutes=n)) for n in lengths]
    return select("minutes", options, initial=str(minutes if minutes in LENGTHS else 60))


def _order(texts: Texts, done: Booked) -> str:
    """With which other session the new time is out of order."""
    row, other, reader = done.meeting.session, done.out_of_order[0], done.meeting.person(done.side)
    when = texts.moment(other.starts_at, reader.zone) if other.starts_at else ""
    name = "before" if other.number < row.number else "after"
    return texts(f"sessions.book.order.{name}", number=other.number, when=when)
