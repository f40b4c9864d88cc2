"""Messages about changes of a programme's course."""

from datetime import date, datetime

from bot.domain.calendar import local
from bot.domain.course import Act, Course
from bot.domain.messages.course import (
    CourseChangedHrMessage,
    CourseChangedMessage,
    ProgrammeCancelledMessage,
    ProgrammeDeletedMessage,
    ProgrammeResumedMessage,
)
from bot.services.care.partner_requests import is_left_alone
from bot.services.course.effects import Effect
from bot.services.course.facts import course_of
from bot.services.pair_context import couple, window_days
from bot.services.sessions.bookings import sessions_of
from bot.services.sessions.called_off import read_called_off
from bot.services.sessions.resumption import all_to_book
from bot.slack.gateway import Message
from handlers.course import told_views, views
from handlers.course.told_views import DueSession, OffSession
from handlers.kit.messages import MessageContext, renders
from handlers.sessions.called_off_views import with_called_off
from storage.queries import participation
from storage.tables import MentoringSession, Participant, ParticipantState, ProgrammeState


async def changed(message: MessageContext[CourseChangedMessage]) -> Message | None:
    """To each participant; not if HR took everything back before."""
    part = await _taking_part(message)
    if part is None or message.reader is None:
        return None
    payload, programme = message.payload, message.programme
    was, now = Course(payload.was_first, payload.was_last, payload.was_resumes), course_of(programme)
    off = await _off(message)
    cadence = programme.cadence if payload.was_cadence not in ("", programme.cadence) else ""
    due = await _due(message)
    if was == now and not (off or cadence or due):
        return None
    return told_views.changed(message.texts, programme, message.reader, was, now, off, message.work.now, cadence, due)


async def changed_hr(message: MessageContext[CourseChangedHrMessage]) -> Message | None:
    """To HR's channel."""
    payload = message.payload
    effect = Effect(
        Act(payload.act),
        Course(payload.was_first, payload.was_last),
        Course(payload.first, payload.last, payload.resumes),
        0,
        payload.moved,
        payload.added,
        payload.dropped,
        payload.called_off,
        payload.people,
        payload.cadence,
        payload.closes_on,
        payload.closed_on,
    )
    return views.to_hr(message.texts, message.programme, effect)


async def resumed(message: MessageContext[ProgrammeResumedMessage]) -> Message | None:
    """On the day on which it continues; not if it was paused again."""
    part = await _taking_part(message)
    if part is None or part.state == ParticipantState.PAUSED or message.programme.paused_until or not message.reader:
        return None
    meetings = await all_to_book(message.work, part.id, message.reader.id)
    return told_views.resumed(message.texts, message.programme, message.reader, meetings, message.work.now)


async def cancelled(message: MessageContext[ProgrammeCancelledMessage]) -> Message | None:
    """To each participant, and to invited people."""
    reader, session = message.reader, message.work.session
    if message.payload.invited:
        return told_views.invitation_cancelled(message.texts, message.programme) if reader else None
    part = await participation(session, reader.id, message.programme.id) if reader else None
    if reader is None or part is None or part.state == ParticipantState.LEFT:
        return None
    told = told_views.cancelled(message.texts, message.programme)
    return with_called_off(message.texts, told, await read_called_off(message.work, message.payload.off), reader)


async def deleted(message: MessageContext[ProgrammeDeletedMessage]) -> Message | None:
    """To HR's channel, in the language that the programme had."""
    texts = message.context.catalogue.texts(message.payload.language)
    return told_views.deleted(texts, message.payload.name)


async def _taking_part(
    message: MessageContext[CourseChangedMessage] | MessageContext[ProgrammeResumedMessage],
) -> Participant | None:
    """The reader's sign-up, unless they left or the programme is over."""
    if message.reader is None or message.programme.state == ProgrammeState.CLOSED:
        return None
    part = await participation(message.work.session, message.reader.id, message.programme.id)
    return part if part and part.state != ParticipantState.LEFT else None


async def _due(message: MessageContext[CourseChangedMessage]) -> list[DueSession]:
    """The next sessions that have no time, and are to take place by another day than the reader knows."""
    payload, session = message.payload, message.work.session
    found = []
    for pair_id, was in zip(payload.due_pairs, payload.due_was, strict=True):
        pair = await couple(session, pair_id)
        side = pair.side_of(message.row.person_id) if pair else None
        if pair is None or side is None or not pair.goes_on or pair.pair.paused_until:
            continue
        if await is_left_alone(session, pair_id, pair.person(side).id, message.work.now):
            continue
        ahead = [one for one in await sessions_of(message.work, pair_id) if _is_ahead(one, message.work.now)]
        if not ahead or ahead[0].starts_at is not None:
            continue
        row, last = ahead[0], window_days(ahead[0], pair.off)[1]
        if date.fromisoformat(was) != last > local(message.work.now, message.programme.zone).date():
            found.append(DueSession(row.number, pair.person(side.other), last))
    return found


def _is_ahead(row: MentoringSession, now: datetime) -> bool:
    return row.settled_at is None and (row.starts_at is None or row.starts_at > now)


async def _off(message: MessageContext[CourseChangedMessage]) -> list[OffSession]:
    """The sessions that were called off and have no time again, each with the partner."""
    payload, session = message.payload, message.work.session
    found = []
    for session_id, pair_id, at in zip(payload.off, payload.off_pairs, payload.off_at, strict=True):
        pair, row = await couple(session, pair_id), await session.get(MentoringSession, session_id)
        side = pair.side_of(message.row.person_id) if pair else None
        if pair is None or side is None or (row and row.starts_at):
            continue
        found.append(OffSession(session_id if row else None, pair.person(side.other), datetime.fromisoformat(at)))
    return found


RENDERERS = (
    renders(CourseChangedMessage, changed),
    renders(CourseChangedHrMessage, changed_hr),
    renders(ProgrammeResumedMessage, resumed),
    renders(ProgrammeCancelledMessage, cancelled),
    renders(ProgrammeDeletedMessage, deleted),
)
