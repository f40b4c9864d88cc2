"""Thanks that both would like to show: the reader agrees, either removes them."""

from bot.services.outcomes import public_thanks
from handlers.closing import public_thanks_views as views
from handlers.kit.ids import ActionId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request


def register(on: Listeners) -> None:
    on.action(ActionId.THANKS_SHARE, share)
    on.action(ActionId.THANKS_HIDE, hide)


async def share(request: Request) -> None:
    seen = await public_thanks.agree(request.context.store, request.caller, request.subject)
    await request.replace_message(views.for_reader(request.texts, seen))


async def hide(request: Request) -> None:
    """Of the message to the reader, or that to the writer; or the reader keeps it to themselves."""
    seen = await public_thanks.withdraw(request.context.store, request.caller, request.subject)
    await request.replace_message(
        views.shown(request.texts, seen) if seen.mine else views.for_reader(request.texts, seen)
    )
