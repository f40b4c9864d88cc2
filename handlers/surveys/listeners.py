"""The survey before, at the end and 90 days on: each click is stored immediately and shown in its message."""

from functools import partial

from bot.domain.surveys import Item
from bot.services.surveys import surveys
from bot.services.surveys.surveys import Asked
from handlers.kit.click_answers import show, until_closed
from handlers.kit.ids import ActionFamily, ActionId
from handlers.kit.listeners import Listeners
from handlers.kit.payload import Malformed, number
from handlers.kit.request import Handler, Request
from handlers.surveys import views


def register(on: Listeners) -> None:
    on.action(
        ActionFamily.MEASURE_GIVE,
        _until_closed(give),
    )
    on.action(ActionId.MEASURE_CHANGE, _until_closed(change))
    on.action(ActionId.MEASURE_OPEN, open_window)


def _until_closed(handler: Handler) -> Handler:
    return until_closed(handler, "measure_closed", lambda request, _refusal: views.closed(request.texts))


async def give(request: Request) -> None:
    item, _, value = request.answer.partition(".")
    if item not in set(Item):
        raise Malformed("action_id")
    await show_survey(
        request,
        await surveys.answer(request.context.store, request.caller, request.subject, Item(item), number(value)),
    )


async def change(request: Request) -> None:
    await show_survey(
        request, await surveys.read_survey(request.context.store, request.caller, request.subject), again=True
    )


async def open_window(request: Request) -> None:
    """The questions from the Home tab."""
    await request.open(
        views.window(request.texts, await surveys.read_survey(request.context.store, request.caller, request.subject))
    )


async def show_survey(request: Request, asked: Asked, *, again: bool = False) -> None:
    """Show the survey where the button was."""
    await show(
        request,
        partial(views.window, request.texts, asked, again=again),
        partial(views.questions, request.texts, asked, again=again),
        partial(views.questions, request.texts, asked),
        asked.posted,
    )
