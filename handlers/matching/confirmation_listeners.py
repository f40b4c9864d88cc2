"""The two people of a pair that HR made by hand say whether they agree."""

from slack_bolt.async_app import AsyncApp

from bot.services.caller import Refusal
from bot.services.matching import confirmation_tick as confirming
from bot.slack.gateway import Message
from handlers.home.listeners import refresh_home
from handlers.kit.click_answers import until_closed, update_posted
from handlers.kit.context import Desk
from handlers.kit.payload import optional_text
from handlers.kit.request import Ask, on_action
from handlers.matching import confirmation_views as views


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, views.YES, until_closed(say_yes, "question_over", _closed))
    on_action(app, desk, views.NO, until_closed(say_no, "question_over", _closed))


async def say_yes(ask: Ask) -> None:
    await _answer(ask, agrees=True)


async def say_no(ask: Ask) -> None:
    await _answer(ask, agrees=False)


async def _answer(ask: Ask, *, agrees: bool) -> None:
    answered = await confirming.answer(ask.desk.store, ask.caller, ask.subject, agrees=agrees)
    ask.desk.wake_delivery()
    message = views.question(ask.texts, answered.question)
    if url := optional_text(ask.body, "response_url"):
        await ask.desk.gateway.respond(url, message, replace_original=True)
    else:
        await update_posted(ask, message, answered.posted)
    await refresh_home(ask)


def _closed(ask: Ask, _refusal: Refusal) -> Message:
    return views.over(ask.texts)
