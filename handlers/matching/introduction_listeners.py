"""The buttons of an introduction that are its own."""

from slack_bolt.async_app import AsyncApp

from bot.services.matching import introductions
from handlers.kit.context import Desk
from handlers.kit.request import Ask, on_action
from handlers.matching import introduction_views as views


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, views.CHAT, open_chat)


async def open_chat(ask: Ask) -> None:
    """Where the chat of the two is. Asking Slack for it again gives the same chat."""
    couple, side = await introductions.my_pair(ask.desk.store, ask.caller, ask.subject)
    channel = await ask.desk.gateway.open_group([couple.mentor.slack_id, couple.mentee.slack_id])
    await ask.whisper(views.chat(ask.texts, couple.person(side.other), ask.caller.team_id, channel))
