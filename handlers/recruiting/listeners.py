"""HR reminds people that they can still join."""

from bot.services.recruiting import announcement as recruiting
from handlers.kit.blocks import channel_link
from handlers.kit.ids import ActionId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request


def register(on: Listeners) -> None:
    on.action(ActionId.RECRUIT_REMIND, remind)


async def remind(request: Request) -> None:
    programme = await recruiting.remind(request.context.store, await request.hr(request.subject))
    await request.reply_ephemeral(
        request.texts("recruiting.reminder.sent", channel=channel_link(programme.announce_channel))
    )
