"""Sessions that cannot take place because of a pause or an end: lines in the message or window that tells of it."""

from collections.abc import Sequence

from bot.services.sessions.called_off import CalledOff
from bot.slack.gateway import Message
from handlers.kit.blocks import Block, Element, button, mention, section
from handlers.kit.ids import ActionId
from prompts.catalogue import Texts
from storage.tables import Person

MOST_SHOWN = 20


def with_called_off(texts: Texts, message: Message, off: Sequence[CalledOff], reader: Person) -> Message:
    """The message, and below it the sessions that are off, to be removed from the reader's calendar."""
    if not off:
        return message
    lines = "\n".join(_line(texts, one, reader) for one in off)
    return Message(f"{message.text}\n{lines}", [*message.blocks, *blocks(texts, off, reader)])


def blocks(texts: Texts, off: Sequence[CalledOff], reader: Person, *, files: bool = True) -> list[Block]:
    """What each is, and a calendar file that removes it; without `files` for people who get no more messages."""
    return [
        section(_line(texts, one, reader), _file(texts, one) if files and not _is_new_to(reader, one) else None)
        for one in off[:MOST_SHOWN]
    ]


def _is_new_to(reader: Person, called_off: CalledOff) -> bool:
    """Whether the reader has not been told before that the session had a time."""
    return called_off.booked_by is not None and called_off.booked_by.id != reader.id


def _line(texts: Texts, called_off: CalledOff, reader: Person) -> str:
    when = texts.moment(called_off.before, reader.zone)
    if called_off.booked_by is not None and _is_new_to(reader, called_off):
        return texts(
            "sessions.called_off.untold", number=called_off.number, when=when, partner=mention(called_off.booked_by)
        )
    return texts("sessions.called_off.line", number=called_off.number, when=when)


def _file(texts: Texts, called_off: CalledOff) -> Element:
    return button(
        texts.plain("sessions.called_off.file", number=called_off.number), ActionId.CALENDAR_FILE, called_off.session
    )
