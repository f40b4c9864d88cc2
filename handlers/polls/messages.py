"""The poll after a session."""

from bot.domain.messages.sessions import PollLeaderMessage, PollMentorMessage, StepMessage
from bot.services.polls.polls import poll_of, slot_of
from bot.slack.gateway import Message
from handlers.kit.messages import MessageContext, renders
from handlers.polls import views
from handlers.sessions.messages import about


async def poll(message: MessageContext[StepMessage]) -> Message | None:
    found = await about(message)
    if found is None or found[0].session.settled_at or slot_of(found[0].session) != message.payload.slot:
        return None
    return views.poll(message.texts, await poll_of(message.work, *found))


RENDERERS = (
    renders(PollMentorMessage, poll),
    renders(PollLeaderMessage, poll),
)
