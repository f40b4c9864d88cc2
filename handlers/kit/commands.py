"""`/mentoring WORD`: one command, a word for each thing one can do."""

from slack_bolt.async_app import AsyncApp

from handlers.care.views import HELP
from handlers.home.help_views import help_blocks
from handlers.home.listeners import page_of
from handlers.kit.context import Desk
from handlers.kit.payload import optional_text
from handlers.kit.request import Ask, Handler, Kind, listener, on_action


def register(app: AsyncApp, desk: Desk, words: dict[str, Handler]) -> None:
    """`words` maps each word to its handler; without a word, and for an unknown one, there is help."""

    async def dispatch(ask: Ask) -> None:
        word, _, _ = optional_text(ask.body, "text").strip().partition(" ")
        if handler := words.get(word.lower()):
            await handler(ask)
        else:
            await show_help(ask, unknown=word)

    app.command(desk.command)(listener(desk, Kind.COMMAND, dispatch))
    on_action(app, desk, HELP, show_help_from_button)


async def show_help(ask: Ask, unknown: str = "") -> None:
    """What one can type, and what each word does; `unknown` is the word that was not understood."""
    text, blocks = help_blocks(ask.texts, await page_of(ask), unknown)
    await ask.whisper(text, blocks)


async def show_help_from_button(ask: Ask) -> None:
    await show_help(ask)
