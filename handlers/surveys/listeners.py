"""The questions before, at the end and 90 days on: each click is stored at once and shown where it came from."""

import re

from slack_bolt.async_app import AsyncApp

from bot.domain.surveys import Item
from bot.services.surveys import surveys as measures
from bot.services.surveys.surveys import Asked
from handlers.kit.click_answers import show, until_closed
from handlers.kit.context import Desk
from handlers.kit.payload import first_action, number, text_at
from handlers.kit.request import Ask, Handler, on_action
from handlers.surveys import views


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, re.compile(rf"{re.escape(views.GIVE)}\.({'|'.join(Item)})\.\d"), _until_closed(give))
    on_action(app, desk, views.CHANGE, _until_closed(change))
    on_action(app, desk, views.OPEN, open_window)


def _until_closed(handler: Handler) -> Handler:
    return until_closed(handler, "measure_closed", lambda ask, _refusal: views.closed(ask.texts))


async def give(ask: Ask) -> None:
    _, item, value = text_at(first_action(ask.body), "action_id").rsplit(".", 2)
    await _show(ask, await measures.answer(ask.desk.store, ask.caller, ask.subject, Item(item), number(value)))


async def change(ask: Ask) -> None:
    await _show(ask, await measures.look(ask.desk.store, ask.caller, ask.subject), again=True)


async def open_window(ask: Ask) -> None:
    """The questions from the Home tab."""
    await ask.open(views.window(ask.texts, await measures.look(ask.desk.store, ask.caller, ask.subject)))


async def _show(ask: Ask, asked: Asked, *, again: bool = False) -> None:
    window = views.window(ask.texts, asked, again=again)
    pressed = views.questions(ask.texts, asked, again=again)
    await show(ask, window, pressed, views.questions(ask.texts, asked), asked.posted)
