"""Messages to people whom HR invites by name."""

from bot.domain.calendar import local
from bot.domain.messages.invitations import InvitationMessage, InvitationReminderMessage
from bot.services.invitations.reminding import is_open
from bot.services.nominations.reading import nominations_of_person
from bot.services.people.eligibility import why_unfit
from bot.services.signup.contact import asks_whom
from bot.services.signup.eligibility import may_fit
from bot.slack.gateway import Message
from handlers.invitations import message_views as views
from handlers.kit.messages import MessageContext, renders
from handlers.nominations import message_views as nominated
from storage.tables import Invitation, Person


async def invited(message: MessageContext[InvitationMessage]) -> Message | None:
    """Not any more if they joined meanwhile, HR took it back, or the programme is over."""
    invitation = await _open_one(message)
    if invitation is None:
        return None
    hr = await asks_whom(message.work.session, message.programme)
    if invitation.nominated:
        rows = await nominations_of_person(message.work.session, invitation.programme_id, invitation.person_id)
        return nominated.invited(message.texts, message.programme, invitation, rows, hr, message.work.now)
    return views.invited(message.texts, message.programme, invitation, hr, message.work.now)


async def reminder(message: MessageContext[InvitationReminderMessage]) -> Message | None:
    """Not any more once they answered."""
    invitation = await _open_one(message)
    if invitation is None or message.reader is None:
        return None
    day = local(invitation.asked_at, message.reader.zone).date()
    if invitation.nominated:
        rows = await nominations_of_person(message.work.session, invitation.programme_id, invitation.person_id)
        return nominated.reminder(message.texts, message.programme, invitation, rows, day)
    return views.reminder(message.texts, message.programme, invitation, day)


async def _open_one(
    message: MessageContext[InvitationMessage] | MessageContext[InvitationReminderMessage],
) -> Invitation | None:
    """The invitation, if its answer would count."""
    invitation = await message.work.session.get(Invitation, message.payload.invitation)
    if invitation is None or invitation.times != message.payload.times or message.reader is None:
        return None
    if why_unfit(message.reader, guests=message.programme.guests):
        return None
    if invitation.nominated and not await _still_nominated(message, invitation, message.reader):
        return None
    return invitation if await is_open(message.work.session, invitation, message.programme, message.work.now) else None


async def _still_nominated(
    message: MessageContext[InvitationMessage] | MessageContext[InvitationReminderMessage],
    invitation: Invitation,
    reader: Person,
) -> bool:
    """Whether nominations are left (a nominator may have been erased), and HR's limits still fit the person."""
    session = message.work.session
    rows = await nominations_of_person(session, invitation.programme_id, invitation.person_id)
    return bool(rows) and await may_fit(session, message.programme, reader)


RENDERERS = (
    renders(InvitationMessage, invited),
    renders(InvitationReminderMessage, reminder),
)
