"""HR has people reminded that they can still join."""

from slack_bolt.async_app import AsyncApp

from bot.services.recruiting import announcement as recruiting
from handlers.kit.blocks import channel_link
from handlers.kit.context import Desk
from handlers.kit.request import Ask, on_action
from handlers.programme.views import REMIND


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, REMIND, remind)


async def remind(ask: Ask) -> None:
    programme = await recruiting.remind(ask.desk.store, await ask.hr(ask.subject))
    ask.desk.wake_delivery()
    await ask.whisper(ask.texts("recruit.reminder.sent", channel=channel_link(programme.announce_channel)))
