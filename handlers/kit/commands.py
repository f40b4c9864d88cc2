"""`/mentoring WORD`: one command, a word for each thing one can do."""

from slack_bolt.async_app import AsyncApp

from handlers.home.help_views import help_blocks
from handlers.home.listeners import page_of
from handlers.kit.context import AppContext
from handlers.kit.ids import ActionId
from handlers.kit.payload import optional_text
from handlers.kit.request import Handler, Kind, Request, listener, on_action


def register(app: AsyncApp, context: AppContext, words: dict[str, Handler]) -> None:
    """`words` maps each word to its handler; without a word, and for an unknown one, there is help."""

    async def dispatch(request: Request) -> None:
        word, _, _ = optional_text(request.body, "text").strip().partition(" ")
        if handler := words.get(word.lower()):
            await handler(request)
        else:
            await show_help(request, unknown=word)

    app.command(context.command)(listener(context, Kind.COMMAND, dispatch))
    on_action(app, context, ActionId.HELP_SHOW, show_help_from_button)


async def show_help(request: Request, unknown: str = "") -> None:
    """What one can type, and what each word does; `unknown` is the word that was not understood."""
    text, blocks = help_blocks(request.texts, await page_of(request), unknown)
    await request.reply_ephemeral(text, blocks)


async def show_help_from_button(request: Request) -> None:
    await show_help(request)
