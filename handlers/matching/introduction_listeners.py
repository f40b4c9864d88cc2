"""Buttons of introductions."""

from bot.services.matching import introductions
from handlers.kit.ids import ActionId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request
from handlers.matching import introduction_views


def register(on: Listeners) -> None:
    on.action(ActionId.INTRO_CHAT, open_chat)


async def open_chat(request: Request) -> None:
    """The pair's group DM. Asking Slack for it again returns the same one."""
    couple, side = await introductions.my_pair(request.context.store, request.caller, request.subject)
    channel = await request.context.gateway.open_group([couple.mentor.slack_id, couple.leader.slack_id])
    await request.reply_ephemeral(
        introduction_views.chat(request.texts, couple.person(side.other), request.caller.team_id, channel)
    )
