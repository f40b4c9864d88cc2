"""The calendar files of sessions: one that was asked for, and new ones after a change."""

from bot.domain.calendar_files import CalendarEntry, calendar_file, session_uid
from bot.domain.messages.sessions import CalendarFileMessage, FreshCalendarFilesMessage
from bot.domain.sessions import Side
from bot.services.pair_context import Meeting, meeting
from bot.services.sessions.calendar_files import Appointment, appointment
from bot.services.sessions.fresh_files import taken_sequence
from bot.services.sessions.places import place_of
from bot.slack.gateway import Message
from handlers.kit.file_messages import Contents, Files, shared
from handlers.kit.messages import MessageContext, renders
from handlers.sessions import views
from prompts.catalogue import Texts
from storage.tables import PairState


async def asked_for(message: MessageContext[CalendarFileMessage]) -> Message | None:
    """The session's file, and a line below it that explains it. The entry of a pair that ended can be removed, too."""
    found = await meeting(message.work.session, message.payload.session)
    side = found.side_of(message.row.person_id) if found else None
    if found is None or side is None or (now := await appointment(message.work.session, found)) is None:
        return None
    entry = _entry(message.texts, found, side, now)

    async def write() -> Contents:
        return {f"session-{found.session.number}.ics": calendar_file(entry, message.row.created_at)}

    match await shared(message, [entry.title], write):
        case Files.FORBIDDEN:
            return views.calendar_as_text(message.texts, found, side, cancelled=now.cancelled)
        case Files.LATER:
            return views.calendar_failed(message.texts, found)
    return views.calendar_sent(message.texts, found, cancelled=now.cancelled)


async def fresh(message: MessageContext[FreshCalendarFilesMessage]) -> Message | None:
    """The new files of the sessions that have not changed again, and whose new file the reader did not take already."""
    changed: list[tuple[Meeting, CalendarEntry]] = []
    for session_id, sequence in message.payload.sequences.items():
        found = await meeting(message.work.session, int(session_id))
        side = found.side_of(message.row.person_id) if found else None
        now = await appointment(message.work.session, found) if found else None
        if found is None or side is None or now is None or found.pair.state != PairState.ACTIVE:
            continue
        reader, mine = found.person(side).id, [message.row.id]
        taken = await taken_sequence(message.work.session, found.session.id, reader, mine)
        is_newest = now.sequence == sequence and (taken is None or taken < sequence)
        if is_newest and not now.cancelled and now.starts_at > message.work.now:
            changed.append((found, _entry(message.texts, found, side, now)))
    if not changed:
        return None
    changed.sort(key=lambda one: one[0].session.number)
    numbers = [found.session.number for found, _ in changed]

    async def write() -> Contents:
        return {
            f"session-{found.session.number}.ics": calendar_file(entry, message.row.created_at)
            for found, entry in changed
        }

    result = await shared(message, [entry.title for _, entry in changed], write)
    return views.fresh_calendar(message.texts, numbers, failed=result in (Files.FORBIDDEN, Files.LATER))


def _entry(texts: Texts, found: Meeting, side: Side, now: Appointment) -> CalendarEntry:
    title, details = views.calendar_words(texts, found, side)
    row = found.session
    return CalendarEntry(
        session_uid(row.id, row.team_id),
        now.sequence,
        now.starts_at,
        row.minutes,
        title,
        details,
        now.cancelled,
        views.chat_link(found),
        place_of(row, found.pair, found.programme),
    )


RENDERERS = (
    renders(CalendarFileMessage, asked_for),
    renders(FreshCalendarFilesMessage, fresh),
)
