"""News about sessions in the chat of a pair: once for both."""

from datetime import datetime
from typing import Any

from bot.domain.calendar import local
from bot.domain.sessions import Side
from bot.services.pair_context import Meeting
from bot.services.sessions.bookings import MOVE_REASONS
from bot.slack.gateway import Message
from handlers.kit.blocks import actions, mention, section
from handlers.kit.ids import ActionId
from handlers.sessions.views import session_button
from prompts.catalogue import Texts


def booked(texts: Texts, meeting: Meeting, by: Side) -> Message:
    """In the chat of the two: it is booked."""
    row = meeting.session
    text = _in_chat(texts, "sessions.booked", meeting, by, when=_when_for_both(texts, meeting), minutes=row.minutes)
    return _chat(texts, "sessions.booked", meeting, text)


def moved(texts: Texts, meeting: Meeting, by: Side, before: datetime, reason: str) -> Message:
    """In the chat of the two: it has another time."""
    why = texts.plain(f"labels.move_reasons.{reason if reason in MOVE_REASONS else 'other'}")
    was = moment_for_both(texts, meeting, before)
    when = _when_for_both(texts, meeting)
    text = _in_chat(texts, "sessions.moved", meeting, by, when=when, before=was, reason=why)
    return _chat(texts, "sessions.moved", meeting, text)


def cancelled(texts: Texts, meeting: Meeting, by: Side, before: datetime) -> Message:
    """In the chat of the two: it has no time any more."""
    key = "sessions.cancelled"
    text = _in_chat(texts, key, meeting, by, when=moment_for_both(texts, meeting, before))
    buttons = [
        session_button(texts, f"{key}.buttons.book", ActionId.SESSION_BOOK, meeting, "primary"),
        session_button(texts, f"{key}.buttons.file", ActionId.CALENDAR_FILE, meeting),
    ]
    return Message(text, [section(text), actions(*buttons)])


def _in_chat(texts: Texts, key: str, meeting: Meeting, by: Side, **values: Any) -> str:
    return texts(f"{key}.group", by=mention(meeting.person(by)), number=meeting.session.number, **values)


def _chat(texts: Texts, key: str, meeting: Meeting, text: str) -> Message:
    """Below it what either of the two may do."""
    buttons = [
        session_button(texts, "sessions.booked.buttons.file", ActionId.CALENDAR_FILE, meeting),
        session_button(texts, f"{key}.buttons.move", ActionId.SESSION_MOVE, meeting),
        session_button(texts, "sessions.stale.buttons.pack", ActionId.PACK_OPEN, meeting),
    ]
    return Message(text, [section(text), actions(*buttons)])


def _when_for_both(texts: Texts, meeting: Meeting) -> str:
    return moment_for_both(texts, meeting, meeting.session.starts_at or meeting.pair.introduced_at)


def moment_for_both(texts: Texts, meeting: Meeting, moment: datetime) -> str:
    """A moment by the mentor's clock, and by the leader's if it shows another time."""
    here, there = meeting.mentor.zone, meeting.leader.zone
    when = texts.moment(moment, here)
    if local(moment, here).utcoffset() == local(moment, there).utcoffset():
        return when
    same_day = local(moment, here).date() == local(moment, there).date()
    return f"{when} / {texts.time(moment, there) if same_day else texts.moment(moment, there)}"
