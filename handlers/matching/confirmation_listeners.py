"""The two people of a pair that HR made by hand answer whether they agree."""

from bot.services.caller import Rejected
from bot.services.matching import confirmation_tick
from bot.slack.gateway import Message
from handlers.home.listeners import refresh_home
from handlers.kit.click_answers import until_closed, update_posted
from handlers.kit.ids import ActionId
from handlers.kit.listeners import Listeners
from handlers.kit.payload import optional_text
from handlers.kit.request import Request
from handlers.matching import confirmation_views


def register(on: Listeners) -> None:
    on.action(ActionId.PAIR_YES, until_closed(say_yes, "question_over", _closed))
    on.action(ActionId.PAIR_NO, until_closed(say_no, "question_over", _closed))


async def say_yes(request: Request) -> None:
    await _answer(request, agrees=True)


async def say_no(request: Request) -> None:
    await _answer(request, agrees=False)


async def _answer(request: Request, *, agrees: bool) -> None:
    answered = await confirmation_tick.answer(request.context.store, request.caller, request.subject, agrees=agrees)
    message = confirmation_views.question(request.texts, answered.question)
    if url := optional_text(request.body, "response_url"):
        await request.context.gateway.respond(url, message, replace_original=True)
    else:
        await update_posted(request, message, answered.posted)
    for other in answered.closed_too:
        await update_posted(
            request, confirmation_views.question(request.context.texts(other.question.me), other.question), other.posted
        )
    refresh_home(request)


def _closed(request: Request, _refusal: Rejected) -> Message:
    return confirmation_views.over(request.texts)
