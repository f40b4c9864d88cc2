"""Messages to two mentors who are buddies, and to HR about one who wishes help."""

from bot.domain.messages.buddies import BuddyGoneMessage, BuddyHelpMessage, BuddyIntroducedMessage
from bot.services.buddies.introducing import active_buddies, asks
from bot.slack.gateway import Message
from handlers.buddies import views
from handlers.kit.blocks import section
from handlers.kit.hr_people import mention_for_hr
from handlers.kit.messages import MessageContext, NoLongerRelevant, renders
from storage.queries import participation, person_of
from storage.tables import NOT_TAKING_PART, BuddyPair, Participant


async def introduced(message: MessageContext[BuddyIntroducedMessage]) -> Message:
    """Unless it is over by now."""
    session, reader = message.work.session, message.reader
    row = await session.get(BuddyPair, message.payload.buddies)
    if row is None or row.ended_at is not None or reader is None:
        raise NoLongerRelevant
    asker, buddy = await person_of(session, row.asker_id), await person_of(session, row.buddy_id)
    if reader.id not in (asker.id, buddy.id):
        raise NoLongerRelevant
    of_buddy = await session.get_one(Participant, row.buddy_id)
    is_asker = reader.id == asker.id
    earlier = is_asker and of_buddy.programme_id != row.programme_id
    asked, other = is_asker or await asks(session, of_buddy.id), buddy if is_asker else asker
    return views.introduced(message.texts, other, message.programme, asked=asked, earlier=earlier)


async def gone(message: MessageContext[BuddyGoneMessage]) -> Message:
    """Unless they have another one by now, or do not ask any more."""
    session, reader = message.work.session, message.reader
    part = await participation(session, reader.id, message.programme.id) if reader else None
    if part is None or part.state in NOT_TAKING_PART or await active_buddies(session, [part.id]):
        raise NoLongerRelevant
    return views.gone(message.texts, message.programme)


async def help_wished(message: MessageContext[BuddyHelpMessage]) -> Message:
    part = await message.work.session.get(Participant, message.payload.participant)
    if part is None or part.state in NOT_TAKING_PART:
        raise NoLongerRelevant
    who = mention_for_hr(message.texts, await person_of(message.work.session, part.id))
    text = message.texts("buddies.help.body", person=who, programme=message.programme.name)
    return Message(text, [section(text)])


RENDERERS = (
    renders(BuddyIntroducedMessage, introduced),
    renders(BuddyGoneMessage, gone),
    renders(BuddyHelpMessage, help_wished),
)
