"""Sessions that cannot take place because of a pause or an end: lines in the message or window that tells of it."""

from collections.abc import Sequence

from bot.services.sessions.called_off import CalledOff
from bot.slack.gateway import Message
from handlers.kit.blocks import Block, actions, button, section
from handlers.kit.ids import ActionId
from prompts.catalogue import Texts
from storage.tables import Person

MOST_BUTTONS = 5


def with_called_off(texts: Texts, message: Message, off: Sequence[CalledOff], reader: Person) -> Message:
    """The message, and below it the sessions that are off, to be removed from the reader's calendar."""
    if not off:
        return message
    return Message(f"{message.text}\n{_lines(texts, off, reader)}", [*message.blocks, *blocks(texts, off, reader)])


def blocks(texts: Texts, off: Sequence[CalledOff], reader: Person, *, files: bool = True) -> list[Block]:
    """What each is, and a calendar file that removes it; without `files` for people who get no more messages."""
    if not off:
        return []
    shown: list[Block] = [section(_lines(texts, off, reader))]
    if files:
        shown.append(
            actions(
                *(
                    button(
                        texts.plain("sessions.called_off.file", number=one.number),
                        ActionId.CALENDAR_FILE,
                        one.session,
                    )
                    for one in off[:MOST_BUTTONS]
                )
            )
        )
    return shown


def _lines(texts: Texts, off: Sequence[CalledOff], reader: Person) -> str:
    return "\n".join(
        texts("sessions.called_off.line", number=one.number, when=texts.moment(one.before, reader.zone)) for one in off
    )
