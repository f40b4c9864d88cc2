"""The question whether a person could offer a topic."""

from bot.domain.messages.programme import TopicQuestionMessage
from bot.services.programme import topics
from bot.slack.gateway import Message
from handlers.kit.messages import MessageContext, renders
from handlers.programme import topics_views as views
from storage.tables import Participant, ParticipantState, ProgrammeState, TopicAsk


async def question(message: MessageContext[TopicQuestionMessage]) -> Message | None:
    """Not any more once they offer it, pause, or nobody wants it."""
    session = message.work.session
    asked = await session.get(TopicAsk, message.payload.ask)
    part = await session.get(Participant, asked.participant_id) if asked else None
    if asked is None or part is None or part.state != ParticipantState.ACTIVE:
        return None
    count = await topics.wishes_for(session, asked.programme_id, asked.topic)
    offers = {offer["topic"] for offer in part.offers}
    if not count or asked.topic in offers or message.programme.state == ProgrammeState.CLOSED:
        return None
    return views.question(message.texts, message.programme.name, asked.topic, count, asked.id)


RENDERERS = (renders(TopicQuestionMessage, question),)
