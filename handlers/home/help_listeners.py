"""`/mentoring help`, and what is shown for a word that nobody knows."""

from handlers.home.help_views import help_blocks
from handlers.home.listeners import page_of
from handlers.kit.ids import ActionId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request


def register(on: Listeners) -> None:
    on.command("help", show_help)
    on.other_commands(help_with)
    on.action(ActionId.HELP_SHOW, show_help)


async def show_help(request: Request) -> None:
    await help_with(request)


async def help_with(request: Request, typed: str = "") -> None:
    """What one can type, and what each word does; `typed` is the word that was not understood."""
    text, blocks = help_blocks(request.texts, await page_of(request), typed)
    await request.reply_ephemeral(text, blocks)
