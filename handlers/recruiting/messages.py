"""Messages during sign-up, and the sponsor's message."""

from collections import Counter

from sqlmodel import select

from bot.domain.messages.recruiting import JoinReminderMessage, SponsorPostMessage
from bot.domain.orientation import sides_of
from bot.domain.sessions import Side
from bot.slack.gateway import Message
from handlers.kit.messages import MessageContext, renders
from handlers.programme import sponsor_views as views
from handlers.programme.views import join_reminder as join_reminder_message
from storage.tables import Participant, ParticipantState, Person, ProgrammeState, SponsorMessage


async def sponsor(letter: MessageContext[SponsorPostMessage]) -> Message | None:
    said = await letter.work.session.get(SponsorMessage, letter.payload.message)
    if said is None or not said.text:
        return None
    speaker = await letter.work.session.get(Person, said.sponsor_id) if said.sponsor_id else None
    return views.message(letter.texts, letter.programme, speaker, said.name, said.text)


async def join_reminder(letter: MessageContext[JoinReminderMessage]) -> Message | None:
    programme = letter.programme
    if programme.state != ProgrammeState.RECRUITING:
        return None
    here = select(Participant.role).where(
        Participant.programme_id == programme.id, Participant.state != ParticipantState.LEFT
    )
    sides = Counter(side for role in (await letter.work.session.exec(here)).all() for side in sides_of(role))
    return join_reminder_message(letter.texts, programme, sides[Side.MENTOR], sides[Side.MENTEE])


RENDERERS = (
    renders(SponsorPostMessage, sponsor),
    renders(JoinReminderMessage, join_reminder),
)
