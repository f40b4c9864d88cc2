"""Messages to people for whom HR acted, and HR's list as a file."""

from bot.domain.calendar import local
from bot.domain.messages.participants import (
    ParticipantsFileMessage,
    SignedUpByHrMessage,
    SignUpChangedByHrMessage,
    TakenOutMessage,
)
from bot.services.nominations.reading import nominations_of, with_states
from bot.services.orientation.orientation import progress_of
from bot.services.participants.listing import all_rows
from bot.services.participants.pairs import pair_rows
from bot.services.signup.eligibility import eligibility_of
from bot.slack.gateway import Message
from handlers.kit.buttons import orientation_buttons
from handlers.kit.eligibility import members_for_hr
from handlers.kit.file_messages import Contents, shared
from handlers.kit.messages import MessageContext, renders
from handlers.participants import message_views as views
from handlers.participants.file import participants_file
from storage.queries import participation
from storage.tables import Participant, ParticipantState


async def participants_list(message: MessageContext[ParticipantsFileMessage]) -> Message:
    """To the member of HR who asked for it."""

    async def write() -> Contents:
        programme = message.programme
        session, context, now = message.work.session, message.context, message.work.now
        channels = eligibility_of(programme).channels
        members = await members_for_hr(context, programme.team_id, channels, now) if channels else None
        rows = await all_rows(session, programme, members)
        pairs = await pair_rows(session, programme)
        nominated = await with_states(session, programme.id, await nominations_of(session, programme.id))
        at = local(message.work.now, programme.zone)
        name = message.texts.plain("participants.file.name", day=at.date().isoformat())
        book = participants_file(message.texts, programme, rows, pairs, nominated, at.replace(tzinfo=None))
        return {f"{name}.xlsx": book}

    sharing = await shared(message, [message.texts.plain("participants.list.title")], write)
    return views.file_sent(message.texts, message.programme, sharing)


async def signed_up(message: MessageContext[SignedUpByHrMessage]) -> Message | None:
    part = await _taking_part(message)
    if part is None:
        return None
    prepare = orientation_buttons(message.texts, await progress_of(message.work.session, part))
    return views.signed_up(message.texts, message.programme, part, prepare)


async def changed(message: MessageContext[SignUpChangedByHrMessage]) -> Message | None:
    part = await _taking_part(message)
    return views.changed(message.texts, message.programme, part, message.payload.changed) if part else None


async def taken_out(message: MessageContext[TakenOutMessage]) -> Message | None:
    """Unless they signed up again meanwhile."""
    if message.reader is None:
        return None
    part = await participation(message.work.session, message.reader.id, message.programme.id)
    if part is None or part.state != ParticipantState.LEFT:
        return None
    return views.taken_out(message.texts, message.programme)


async def _taking_part(
    message: MessageContext[SignedUpByHrMessage] | MessageContext[SignUpChangedByHrMessage],
) -> Participant | None:
    if message.reader is None:
        return None
    part = await participation(message.work.session, message.reader.id, message.programme.id)
    return None if part is None or part.state == ParticipantState.LEFT else part


RENDERERS = (
    renders(ParticipantsFileMessage, participants_list),
    renders(SignedUpByHrMessage, signed_up),
    renders(SignUpChangedByHrMessage, changed),
    renders(TakenOutMessage, taken_out),
)
