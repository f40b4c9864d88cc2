"""Messages to people who are invited to a kick-off, and HR's slides."""

from bot.domain.calendar_files import CalendarEntry, calendar_file
from bot.domain.messages.training import (
    KickoffChangedMessage,
    KickoffFileMessage,
    KickoffInvitationMessage,
    KickoffMissedMessage,
    KickoffSlidesMessage,
)
from bot.services.orientation.orientation import progress_of
from bot.services.training.kickoffs import is_invited
from bot.slack.gateway import Message
from handlers.kit.buttons import orientation_buttons
from handlers.kit.file_messages import Contents, Files, shared
from handlers.kit.messages import MessageContext, NoLongerRelevant, renders
from handlers.training import views
from storage.queries import participation
from storage.tables import Kickoff, KickoffState, Person

ToGuest = KickoffInvitationMessage | KickoffChangedMessage | KickoffMissedMessage | KickoffFileMessage


async def invitation(message: MessageContext[KickoffInvitationMessage]) -> Message:
    """Unless it was changed since: then another message says so."""
    row, reader = await _of_guest(message)
    if row.version != message.payload.version or row.state != KickoffState.PLANNED:
        raise NoLongerRelevant
    return views.invitation(message.texts, row, message.programme, reader)


async def changed(message: MessageContext[KickoffChangedMessage]) -> Message:
    """Only the last change."""
    row, reader = await _of_guest(message)
    if row.version != message.payload.version:
        raise NoLongerRelevant
    return views.changed(message.texts, row, message.programme, reader)


async def missed(message: MessageContext[KickoffMissedMessage]) -> Message:
    _, reader = await _of_guest(message)
    part = await participation(message.work.session, reader.id, message.programme.id)
    progress = await progress_of(message.work.session, part) if part else ()
    return views.missed(message.texts, message.programme, orientation_buttons(message.texts, progress))


async def calendar(message: MessageContext[KickoffFileMessage]) -> Message:
    row, _ = await _of_guest(message)
    title, details = views.calendar_words(message.texts, row, message.programme)
    cancelled = row.state == KickoffState.CANCELLED
    uid = f"kickoff-{row.id}.{row.team_id}@balik"
    entry = CalendarEntry(uid, row.version - 1, row.starts_at, row.minutes, title, details, cancelled)

    async def write() -> Contents:
        return {"kick-off.ics": calendar_file(entry, message.row.created_at)}

    sent = await shared(message, [title], write) is Files.SENT
    return views.file_sent(message.texts, row, sent=sent)


async def slides(message: MessageContext[KickoffSlidesMessage]) -> Message:
    row = await message.work.session.get(Kickoff, message.payload.kickoff)
    if row is None:
        raise NoLongerRelevant
    known = message.context.catalogue
    files = {
        f"kick-off-{code}.md": views.slides(known.texts(code), row, message.programme)
        for code in list(known.languages)[: KickoffSlidesMessage.kind.uploads]
    }

    async def write() -> Contents:
        return files

    sent = await shared(message, list(files), write) is Files.SENT
    return views.slides_sent(message.texts, sent=sent)


async def _of_guest(message: MessageContext[ToGuest]) -> tuple[Kickoff, Person]:
    """The kick-off, if the reader is still invited. Raises `NoLongerRelevant`."""
    row, reader = await message.work.session.get(Kickoff, message.payload.kickoff), message.reader
    if row is None or reader is None or not await is_invited(message.work.session, row, reader):
        raise NoLongerRelevant
    return row, reader


RENDERERS = (
    renders(KickoffInvitationMessage, invitation),
    renders(KickoffChangedMessage, changed),
    renders(KickoffMissedMessage, missed),
    renders(KickoffFileMessage, calendar),
    renders(KickoffSlidesMessage, slides),
)
