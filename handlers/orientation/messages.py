"""The offer of the orientation or briefing, and the reminder before the first session."""

from sqlmodel import select

from bot.domain.calendar import local
from bot.domain.messages.orientation import OrientationMessage, PreparationMessage, PreparationReminderMessage
from bot.domain.orientation import FinishBy
from bot.services.orientation.orientation import ReadingProgress, first_session, progress_of
from bot.slack.gateway import Message
from handlers.kit.messages import MessageContext, NoLongerRelevant, renders
from handlers.orientation import views
from storage.tables import Participant, ParticipantState, Preparation


async def preparation(message: MessageContext[PreparationMessage]) -> Message:
    progress, _ = await _unfinished(message)
    return views.offered(message.texts, progress)


async def preparation_reminder(message: MessageContext[PreparationReminderMessage]) -> Message | None:
    progress, participant = await _unfinished(message)
    session = message.work.session
    statement = select(Preparation).where(
        Preparation.participant_id == participant.id, Preparation.side == progress.side.value
    )
    row = (await session.exec(statement)).first()
    first = await first_session(session, row, message.work.now) if row else None
    if first is None and progress.finish_by is FinishBy.INTRODUCTION:
        return views.needed(message.texts, progress)
    if first is None or message.reader is None:
        return None
    day = message.texts.day(local(first.starts_at, message.reader.zone).date()) if first.starts_at else ""
    return views.reminder(message.texts, progress, day)


async def _unfinished(message: MessageContext[OrientationMessage]) -> tuple[ReadingProgress, Participant]:
    """The reader's progress. Raises `NoLongerRelevant` once they finished, left, or are not on that side any more."""
    participant = await message.work.session.get(Participant, message.payload.participant)
    if participant is None or participant.state == ParticipantState.LEFT:
        raise NoLongerRelevant
    for progress in await progress_of(message.work.session, participant):
        if progress.side is message.payload.side and not progress.finished:
            return progress, participant
    raise NoLongerRelevant


RENDERERS = (
    renders(PreparationMessage, preparation),
    renders(PreparationReminderMessage, preparation_reminder),
)
