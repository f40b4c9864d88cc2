"""Questions that are answered click by click: shown where somebody pressed, and followed by their own message."""

import logging
from collections.abc import Callable

from bot.services.caller import Refusal
from bot.slack.gateway import Message, SlackRefused, SlackUnavailable
from handlers.home.listeners import refresh_home
from handlers.kit.blocks import View
from handlers.kit.payload import at, optional_text
from handlers.kit.request import Ask, Handler

log = logging.getLogger(__name__)


def until_closed(handler: Handler, code: str, closed: Callable[[Ask, Refusal], Message]) -> Handler:
    """Once it is too late (the refusal `code`) the message loses its buttons, besides the refusal."""

    async def listen(ask: Ask) -> None:
        try:
            await handler(ask)
        except Refusal as refusal:
            url = optional_text(ask.body, "response_url")
            if refusal.code == code and url and at(ask.body, "container", "is_ephemeral") is not True:
                await ask.desk.gateway.respond(url, closed(ask, refusal), replace_original=True)
            raise

    return listen


async def show(ask: Ask, window: View, pressed: Message, message: Message, posted: tuple[str, str] | None) -> None:
    """Put the questions as they are now where the button was: the `window`, or the message that was `pressed`.

    `message` is what becomes of the `posted` one (channel, ts) after an answer in the window.
    """
    if ask.in_modal:
        await ask.change(window)
        await update_posted(ask, message, posted)
    elif url := optional_text(ask.body, "response_url"):
        await ask.desk.gateway.respond(url, pressed, replace_original=True)
    await refresh_home(ask)


async def update_posted(ask: Ask, message: Message, posted: tuple[str, str] | None) -> None:
    """The questions' own message follows. It may be gone: what was answered is stored all the same."""
    if posted is None:
        return
    try:
        await ask.desk.gateway.update(*posted, message)
    except (SlackRefused, SlackUnavailable) as problem:
        log.info("the message with the questions was not updated: %s", problem)
