"""People answer HR's questions in the poll after a session and in surveys."""

from bot.domain.own_questions import About, Place
from bot.services.own_questions import answering
from bot.services.own_questions.asked import OwnGiven
from handlers.kit.click_answers import until_closed, update_posted
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.payload import number
from handlers.kit.request import Handler, Request
from handlers.own_questions import forms, views
from handlers.own_questions.button_values import AnsweredAbout, QuestionAbout
from handlers.own_questions.modal_state import OwnAnswerState
from handlers.polls import listeners as polls
from handlers.polls import views as poll_views
from handlers.surveys import listeners as surveys
from handlers.surveys import views as survey_views


def register(on: Listeners) -> None:
    on.action(ActionFamily.OWN_GIVE, _until_closed(give))
    on.action(ActionId.OWN_WRITE, _until_closed(write))
    on.submission(CallbackId.OWN_FORM, written)


def _until_closed(handler: Handler) -> Handler:
    survey = until_closed(handler, "measure_closed", lambda request, _refusal: survey_views.closed(request.texts))
    return until_closed(
        survey, "poll_closed", lambda request, told: poll_views.closed(request.texts, told.values["number"])
    )


async def give(request: Request) -> None:
    question_id, _, value = request.answer.partition(".")
    await _store(request, request.button(AnsweredAbout).about, number(question_id), OwnGiven(number(value)))


async def write(request: Request) -> None:
    """The window for a short text."""
    value = request.button(QuestionAbout)
    about = value.about
    asked = await answering.read_question(request.context.store, request.caller, about, value.question_id)
    await request.open(views.text_form(request.texts, asked, about))


async def written(request: Request) -> None:
    state, store, caller = request.state(OwnAnswerState), request.context.store, request.caller
    about, given = AnsweredAbout.read(state.about).about, forms.read_text(request.form)
    if about.place is Place.POLL:
        poll = await answering.answer_in_poll(store, caller, about.row, state.question_id, given)
        await request.close()
        await request.replace_below(poll_views.poll_window(request.texts, poll))
        await update_posted(request, poll_views.poll(request.texts, poll), poll.posted)
        return
    survey = await answering.answer_in_survey(store, caller, about.row, state.question_id, given)
    await request.close()
    await request.replace_below(survey_views.window(request.texts, survey))
    await update_posted(request, survey_views.questions(request.texts, survey), survey.posted)


async def _store(request: Request, about: About, question_id: int, given: OwnGiven) -> None:
    store, caller = request.context.store, request.caller
    if about.place is Place.POLL:
        poll = await answering.answer_in_poll(store, caller, about.row, question_id, given)
        await polls.show_poll(request, poll)
    else:
        survey = await answering.answer_in_survey(store, caller, about.row, question_id, given)
        await surveys.show_survey(request, survey)
