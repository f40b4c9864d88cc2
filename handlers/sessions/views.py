"""A session's messages and the booking form."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from bot.domain.calendar import local
from bot.domain.sessions import Side
from bot.services.pair_context import Meeting, PairContext, days_to_book
from bot.services.sessions.booking_turn import Turn
from bot.services.sessions.bookings import (
    MOVE_REASONS,
    Booked,
)
from bot.services.sessions.places import place_of
from bot.services.sessions.resumption import ToBook
from bot.services.sessions.suggestions import Offer
from bot.slack.gateway import Message
from handlers.kit.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    context,
    header,
    link_button,
    mention,
    modal,
    section,
)
from handlers.kit.buttons import cancel_session_button, pause_button
from handlers.kit.ids import ActionId, CallbackId
from handlers.sessions.place_views import place_blocks, place_button
from handlers.sessions.series_views import series_button
from handlers.sessions.slot_views import slot_blocks
from prompts.catalogue import Texts
from storage.tables import Person


def called(texts: Texts, person: Person) -> str:
    """A person's name with their form of address, where there are no mentions: "Pak Budi", "Sari"."""
    return texts.vocative(person.name, person.address)


def both(couple: PairContext, side: Side) -> tuple[Person, Person]:
    """The reader and the reader's partner."""
    return couple.person(side), couple.person(side.other)


# What is said about a session


def nudge(
    texts: Texts, offer: Offer, side: Side, total: int, turn: Turn | None, now: datetime, *, again: bool
) -> Message:
    """A request to book, with times for it. `turn`: who arranges it, if the two agreed on that."""
    meeting = offer.meeting
    key = "sessions.nudge_again" if again else f"sessions.nudge_{side}"
    extra: dict[str, Any] = {"closes": texts.day(days_to_book(meeting.session, meeting, now).closes)}
    if not again:
        extra |= {"total": total, "pack": texts.plain(f"labels.packs.{meeting.session.pack}")}
        extra["who"] = say(texts, f"{key}.who.{_whose(turn, side)}", meeting, side)
    text = say(texts, f"{key}.body", meeting, side, **extra)
    times = slot_blocks(texts, offer, instead=True, other=texts.plain(f"{key}.buttons.book"))
    return _with_blocks(session_message(texts, key, meeting, text, []), times)


def dates_missing(texts: Texts, meetings: Sequence[ToBook], person_id: int, now: datetime) -> tuple[str, list[Element]]:
    """Lines and buttons below a message to a person who continues after a pause. A date that is over is not named."""
    lines: list[str] = []
    buttons: list[Element] = []
    for one in meetings:
        partner = one.person((one.side_of(person_id) or Side.MENTOR).other)
        days, number = days_to_book(one.session, one, now), one.session.number
        closes = "" if days.is_late else texts.day(days.closes)
        left_out = texts.join([str(each) for each in one.left_out])
        key, who = "sessions.nudge_again.line", mention(partner)
        lines.append(texts(key, partner=who, number=number, closes=closes, left_out=left_out))
        name = "buttons.book" if len(meetings) == 1 else "book_with"
        label = texts.plain(f"sessions.nudge_again.{name}", partner=called(texts, partner))
        buttons.append(button(label, ActionId.SESSION_BOOK, one.session.id, style="" if buttons else "primary"))
    return "\n".join(lines), buttons


def _whose(turn: Turn | None, side: Side) -> str:
    """The sentence about who arranges the dates, for one of the two."""
    if turn is None:
        return "open"
    return f"{'turn_' if turn.in_turn else ''}{'yours' if turn.side is side else 'theirs'}"


def reminder(texts: Texts, meeting: Meeting, side: Side, now: datetime) -> Message:
    """It is today, or on the next working day."""
    reader, starts_at = meeting.person(side), meeting.session.starts_at or now
    today = local(now, reader.zone).date() == local(starts_at, reader.zone).date()
    pack = texts.plain(f"labels.packs.{meeting.session.pack}")
    when = {"time": texts.time(starts_at, reader.zone)} if today else {"when": texts.moment(starts_at, reader.zone)}
    text = say(texts, f"sessions.reminder.{'body' if today else 'tomorrow'}", meeting, side, pack=pack, **when)
    key = "sessions.reminder"
    buttons = [
        session_button(texts, f"{key}.buttons.pack", ActionId.PACK_OPEN, meeting),
        session_button(texts, f"{key}.buttons.move", ActionId.SESSION_MOVE, meeting),
        cancel_session_button(texts, meeting, side),
        place_button(texts, meeting.session.id),
    ]
    title = texts.plain(f"{key}.title", number=meeting.session.number, time=texts.time(starts_at, reader.zone))
    return Message(text, [header(title), section(text), *place_blocks(texts, meeting), actions(*buttons)])


def booked(texts: Texts, meeting: Meeting, side: Side, *, by_me: bool) -> Message:
    """The session was booked, by the reader or by the partner."""
    return booked_as(texts, "body" if by_me else "told", meeting, side)


def agreed(texts: Texts, meeting: Meeting, side: Side) -> Message:
    """To who proposed the time: the partner said yes."""
    return booked_as(texts, "agreed", meeting, side)


def agreed_to(texts: Texts, meeting: Meeting, side: Side) -> Message:
    """Replaces the question, once the reader said yes."""
    return booked_as(texts, "agreed_to", meeting, side)


def booked_as(texts: Texts, name: str, meeting: Meeting, side: Side) -> Message:
    key = "sessions.booked"
    when, minutes = when_of(texts, meeting, side), meeting.session.minutes
    return _with_calendar(
        texts, key, meeting, side, say(texts, f"{key}.{name}", meeting, side, when=when, minutes=minutes)
    )


def moved(texts: Texts, meeting: Meeting, side: Side, *, before: datetime, reason: str, by_me: bool) -> Message:
    """The time was changed, by the reader or by the partner."""
    key, reader = "sessions.moved", meeting.person(side)
    when = when_of(texts, meeting, side)
    if by_me:
        text = say(texts, f"{key}.self", meeting, side, when=when)
    else:
        why = texts.plain(f"labels.move_reasons.{reason if reason in MOVE_REASONS else 'other'}")
        was = texts.moment(before, reader.zone)
        text = say(texts, f"{key}.body", meeting, side, when=when, before=was, reason=why)
    return _with_calendar(texts, key, meeting, side, text)


def done(texts: Texts, result: Booked) -> Message:
    """The reader has booked it, or moved it."""
    meeting, side = result.meeting, result.side
    if result.before is None:
        return with_series(texts, meeting, booked(texts, meeting, side, by_me=True))
    return moved(texts, meeting, side, before=result.before, reason="", by_me=True)


def with_series(texts: Texts, meeting: Meeting, message: Message) -> Message:
    """The message, and below it the way to book the next sessions, too."""
    more = series_button(texts, meeting.session)
    return _with_blocks(message, [actions(*more)] if more else [])


def cancelled(texts: Texts, offer: Offer, side: Side, *, before: datetime, by_me: bool) -> Message:
    """The session was cancelled; with times for another one."""
    meeting, key = offer.meeting, "sessions.cancelled"
    was = texts.moment(before, meeting.person(side).zone)
    text = say(texts, f"{key}.{'self' if by_me else 'body'}", meeting, side, when=was)
    more = [session_button(texts, f"{key}.buttons.file", ActionId.CALENDAR_FILE, meeting), pause_button(texts)]
    times = slot_blocks(texts, offer, other=texts.plain(f"{key}.buttons.book"), more=more)
    return _with_blocks(session_message(texts, key, meeting, text, []), times)


def out_of_hours(texts: Texts, offer: Offer, side: Side) -> Message:
    """The reader's clock changed, and the session is outside of their working hours now; with times to move it to."""
    key, meeting = "sessions.out_of_hours", offer.meeting
    text = say(texts, f"{key}.body", meeting, side, when=when_of(texts, meeting, side))
    return Message(text, [section(text), *slot_blocks(texts, offer, other=texts.plain(f"{key}.buttons.move"))])


def _with_blocks(message: Message, blocks: list[Block]) -> Message:
    return Message(message.text, [*message.blocks, *blocks])


def calendar_sent(texts: Texts, meeting: Meeting, *, cancelled: bool) -> Message:
    """Below the file."""
    text = texts(f"sessions.calendar.{'off' if cancelled else 'sent'}", number=meeting.session.number)
    return Message(text, [section(text)])


def fresh_calendar(texts: Texts, numbers: Sequence[int], *, failed: bool) -> Message:
    """Below the new files of sessions that changed, or in place of them, if Slack takes none."""
    key = "sessions.calendar.fresh_failed" if failed else "sessions.calendar.fresh"
    text = texts(key, numbers=texts.join([str(number) for number in numbers]), count=len(numbers))
    return Message(text, [section(text)])


def calendar_failed(texts: Texts, meeting: Meeting) -> Message:
    """Replaces the file, if Slack refuses it: the links do the same."""
    return _file_again(texts, meeting, texts("sessions.calendar.failed"))


def _file_again(texts: Texts, meeting: Meeting, text: str) -> Message:
    return Message(
        text,
        [section(text), actions(session_button(texts, "sessions.calendar.again", ActionId.CALENDAR_FILE, meeting))],
    )


def calendar_as_text(texts: Texts, meeting: Meeting, side: Side, *, cancelled: bool) -> Message:
    """In place of the file, if the workspace takes none: what to enter or to remove, without links."""
    if cancelled:
        text = texts("sessions.calendar.off_as_text", number=meeting.session.number)
        return Message(text, [section(text)])
    title, details = calendar_words(texts, meeting, side)
    when = when_of(texts, meeting, side)
    text = texts(
        "sessions.calendar.as_text", title=title, when=when, minutes=meeting.session.minutes, description=details
    )
    return _file_again(texts, meeting, text)


def calendar_words(texts: Texts, meeting: Meeting, side: Side) -> tuple[str, str]:
    """Title and details of the session in the reader's calendar."""
    row, partner = meeting.session, called(texts, meeting.person(side.other))
    title = texts.plain("sessions.calendar.title", programme=meeting.programme.name, number=row.number, partner=partner)
    lines = [texts.plain("sessions.calendar.description", pack=texts.plain(f"labels.packs.{row.pack}"))]
    if clocks := both_clocks(texts, meeting, side):
        lines.append(clocks)
    if place := place_of(meeting.session, meeting.pair, meeting.programme):
        lines.append(texts.plain("sessions.place.line", place=place))
    if link := chat_link(meeting):
        lines.append(texts.plain("sessions.calendar.chat", link=link))
    return title, "\n".join(lines)


def chat_link(meeting: Meeting) -> str:
    """Opens the chat of the two in Slack, also from a calendar; "" if they have none."""
    if not meeting.pair.group_channel:
        return ""
    query = urlencode({"team": meeting.pair.team_id, "channel": meeting.pair.group_channel})
    return f"https://slack.com/app_redirect?{query}"


def both_clocks(texts: Texts, meeting: Meeting, side: Side) -> str:
    """The session's time on both people's clocks, where these differ."""
    starts_at, mine, theirs = meeting.session.starts_at, meeting.person(side), meeting.person(side.other)
    if starts_at is None or local(starts_at, mine.zone).utcoffset() == local(starts_at, theirs.zone).utcoffset():
        return ""
    return texts.plain(
        "sessions.calendar.clocks",
        mine=texts.time(starts_at, mine.zone),
        theirs=texts.time(starts_at, theirs.zone),
        partner=called(texts, theirs),
    )


def say(texts: Texts, key: str, meeting: Meeting, side: Side, **values: Any) -> str:
    return texts(key, partner=mention(meeting.person(side.other)), number=meeting.session.number, **values)


def when_of(texts: Texts, meeting: Meeting, side: Side) -> str:
    starts_at = meeting.session.starts_at
    return texts.moment(starts_at, meeting.person(side).zone) if starts_at else ""


def session_button(texts: Texts, key: str, action_id: ActionId, meeting: Meeting, style: str = "") -> Element:
    return button(texts.plain(key), action_id, meeting.session.id, style=style)


def session_message(texts: Texts, key: str, meeting: Meeting, text: str, buttons: list[Element]) -> Message:
    blocks = [header(texts.plain(f"{key}.title", number=meeting.session.number)), section(text)]
    return Message(text, [*blocks, actions(*buttons)] if buttons else blocks)


def _with_calendar(texts: Texts, key: str, meeting: Meeting, side: Side, text: str) -> Message:
    message = session_message(
        texts,
        key,
        meeting,
        text,
        [
            session_button(texts, f"{key}.buttons.move", ActionId.SESSION_MOVE, meeting),
            cancel_session_button(texts, meeting, side),
            place_button(texts, meeting.session.id),
        ],
    )
    return Message(text, [*message.blocks, *calendar_blocks(texts, meeting, side)])


def calendar_blocks(texts: Texts, meeting: Meeting, side: Side) -> list[Block]:
    """How to put the session into the reader's calendar."""
    key = "sessions.booked.buttons"
    google, outlook = _calendar_links(texts, meeting, side)
    links = actions(
        link_button(texts.plain(f"{key}.google"), google, ActionId.CALENDAR_GOOGLE),
        link_button(texts.plain(f"{key}.outlook"), outlook, ActionId.CALENDAR_OUTLOOK),
        session_button(texts, f"{key}.file", ActionId.CALENDAR_FILE, meeting),
    )
    clocks = both_clocks(texts, meeting, side)
    below = [*place_blocks(texts, meeting), *([context(clocks)] if clocks else [])]
    return [*below, context(texts("sessions.booked.calendar")), links]


def _calendar_links(texts: Texts, meeting: Meeting, side: Side) -> tuple[str, str]:
    start = meeting.session.starts_at or meeting.pair.introduced_at
    end = start + timedelta(minutes=meeting.session.minutes)
    title, details = calendar_words(texts, meeting, side)
    dates = "/".join(f"{moment:%Y%m%dT%H%M%SZ}" for moment in (start, end))
    place = place_of(meeting.session, meeting.pair, meeting.programme)
    where = {"location": place} if place else {}
    google = _query({"action": "TEMPLATE", "text": title, "details": details, "dates": dates, **where})
    span = {"startdt": f"{start:%Y-%m-%dT%H:%M:%SZ}", "enddt": f"{end:%Y-%m-%dT%H:%M:%SZ}"}
    about = {"subject": title, "body": details, **span, **where}
    outlook = _query({"path": "/calendar/action/compose", "rru": "addevent", **about})
    return (
        f"https://calendar.google.com/calendar/render?{google}",
        f"https://outlook.office.com/calendar/0/deeplink/compose?{outlook}",
    )


def _query(parameters: dict[str, str]) -> str:
    # Outlook shows a plus as a plus, not as a space.
    return urlencode(parameters, quote_via=quote)


def shown(texts: Texts, message: Message) -> View:
    """A message that replaces a modal: the result of an action from a modal or the Home tab."""
    return modal(
        texts.plain("notice.title"), message.blocks, callback_id=CallbackId.DONE, close=texts.plain("notice.close")
    )
