"""The question on a goal's date: reached, moved or dropped, answered in its message."""

from bot.domain.agreement import GoalResult
from bot.services.agreement import goal_dates
from bot.services.agreement.goal_dates import GoalQuestion
from bot.services.caller import InvalidInput
from handlers.home.listeners import refresh_home
from handlers.kit.click_answers import update_posted
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request
from handlers.outcomes import forms
from handlers.outcomes import goal_date_views as views


def register(on: Listeners) -> None:
    on.action(ActionId.GOAL_REACHED, reached)
    on.action(ActionId.GOAL_DROP, drop)
    on.action(ActionId.GOAL_MOVE, open_move)
    on.submission(CallbackId.GOAL_MOVE_FORM, moved)


async def reached(request: Request) -> None:
    await _answer(request, GoalResult.REACHED)


async def drop(request: Request) -> None:
    await _answer(request, GoalResult.DROPPED)


async def _answer(request: Request, result: GoalResult) -> None:
    question = await goal_dates.answer(request.context.store, request.caller, request.subject, result)
    await request.replace_message(views.question(request.texts, question))
    await _show_partner(request, question)
    refresh_home(request)


async def open_move(request: Request) -> None:
    question = await goal_dates.read_question(request.context.store, request.caller, request.subject)
    await request.open(views.move_form(request.texts, question, question.goal(request.subject)))


async def moved(request: Request) -> None:
    row_id, day = request.state(forms.GoalDateState).row_id, forms.moved_to(request.form)
    try:
        question = await goal_dates.answer(request.context.store, request.caller, row_id, GoalResult.MOVED, day)
    except InvalidInput as wrong:
        await request.invalid(forms.invalid_goal_date(wrong.faults))
        return
    await request.replace_modal(views.settled(request.texts, question, question.goal(row_id)))
    await update_posted(request, views.question(request.texts, question), question.posted)
    await _show_partner(request, question)
    refresh_home(request)


async def _show_partner(request: Request, question: GoalQuestion) -> None:
    """One answer is enough: the partner's question shows it, too."""
    texts = request.context.texts(question.couple.person(question.side.other))
    await update_posted(request, views.question(texts, question.to_partner()), question.posted_to_partner)
