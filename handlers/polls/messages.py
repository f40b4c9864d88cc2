"""The poll after a session."""

from bot.domain.messages.sessions import PollLeaderMessage, PollMentorMessage, StepMessage
from bot.services.polls.polls import poll_of, slot_of
from bot.slack.gateway import Message
from handlers.kit.messages import MessageContext, renders
from handlers.polls import views
from handlers.sessions.messages import about


async def poll(message: MessageContext[StepMessage]) -> Message | None:
    meeting_and_side = await about(message)
    if (
        meeting_and_side is None
        or meeting_and_side[0].session.settled_at
        or slot_of(meeting_and_side[0].session) != message.payload.slot
    ):
        return None
    return views.poll(message.texts, await poll_of(message.work, *meeting_and_side))


RENDERERS = (
    renders(PollMentorMessage, poll),
    renders(PollLeaderMessage, poll),
)
