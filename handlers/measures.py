"""The questions before, at the end and 90 days on: each click is stored at once and shown where it came from."""

import logging
import re

from slack_bolt.async_app import AsyncApp

from bot.domain.measures import Item
from bot.gateway import SlackRefused, SlackUnavailable
from bot.services.caller import Refusal
from bot.services.insight import measures
from bot.services.insight.measures import Asked
from handlers.desk import Desk
from handlers.entry import Ask, Handler, on_action
from handlers.home import refresh_home
from handlers.payload import at, first_action, number, optional_text, text_at
from handlers.views import measures as views

log = logging.getLogger(__name__)


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, re.compile(rf"{re.escape(views.GIVE)}\.({'|'.join(Item)})\.\d"), until_closed(give))
    on_action(app, desk, views.CHANGE, until_closed(change))
    on_action(app, desk, views.OPEN, open_window)


def until_closed(handler: Handler) -> Handler:
    """Once it is too late the message loses its buttons, besides the refusal."""

    async def listen(ask: Ask) -> None:
        try:
            await handler(ask)
        except Refusal as refusal:
            url = optional_text(ask.body, "response_url")
            if refusal.code == "measure_closed" and url and at(ask.body, "container", "is_ephemeral") is not True:
                await ask.desk.gateway.respond(url, views.closed(ask.texts), replace_original=True)
            raise

    return listen


async def give(ask: Ask) -> None:
    _, item, value = text_at(first_action(ask.body), "action_id").rsplit(".", 2)
    await _show(ask, await measures.answer(ask.desk.store, ask.caller, ask.subject, Item(item), number(value)))


async def change(ask: Ask) -> None:
    await _show(ask, await measures.look(ask.desk.store, ask.caller, ask.subject), again=True)


async def open_window(ask: Ask) -> None:
    """The questions from the Home tab."""
    await ask.open(views.window(ask.texts, await measures.look(ask.desk.store, ask.caller, ask.subject)))


async def _show(ask: Ask, asked: Asked, *, again: bool = False) -> None:
    """Put the questions as they are now where the button was pressed, and into their own message."""
    if ask.in_modal:
        await ask.change(views.window(ask.texts, asked, again=again))
        await _update_posted(ask, asked)
    elif url := optional_text(ask.body, "response_url"):
        await ask.desk.gateway.respond(url, views.questions(ask.texts, asked, again=again), replace_original=True)
    await refresh_home(ask)


async def _update_posted(ask: Ask, asked: Asked) -> None:
    """Their own message follows. It may be gone: what was answered is stored all the same."""
    if asked.posted is None:
        return
    try:
        await ask.desk.gateway.update(*asked.posted, views.questions(ask.texts, asked))
    except (SlackRefused, SlackUnavailable) as problem:
        log.info("the message with the questions was not updated: %s", problem)
