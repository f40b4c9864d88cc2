"""HR adds, changes, orders and takes out its own questions: `/mentoring questions`."""

from bot.domain.own_questions import Kind, Place
from bot.services.caller import HrCaller
from bot.services.own_questions import manage
from bot.services.own_questions.manage import OwnQuestions
from bot.services.signup.which_programme import HrStep
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.payload import Malformed, optional_text
from handlers.kit.request import Request
from handlers.kit.which_programme import choose_as_hr
from handlers.own_questions import forms, hr_views
from handlers.own_questions.button_values import PlaceOf, QuestionOf
from handlers.own_questions.modal_state import OwnFormState


def register(on: Listeners) -> None:
    on.command("questions", show)
    on.action(ActionId.OWN_QUESTIONS_OPEN, open_places)
    on.action(ActionId.OWN_QUESTIONS_BACK, back)
    on.action(ActionFamily.OWN_QUESTIONS_PLACE, open_place)
    on.action(ActionFamily.OWN_QUESTIONS_ADD, add)
    on.action(ActionId.OWN_QUESTIONS_EDIT, edit)
    on.action(ActionId.OWN_QUESTIONS_UP, move_up)
    on.action(ActionId.OWN_QUESTIONS_REMOVE, take_out)
    on.submission(CallbackId.OWN_QUESTIONS_FORM, saved)


async def show(request: Request) -> None:
    """`/mentoring questions`"""
    if hr := await choose_as_hr(request, HrStep.QUESTIONS):
        await show_places(request, hr)


async def show_places(request: Request, hr: HrCaller) -> None:
    await request.show(hr_views.places(request.texts, await manage.read_questions(request.context.store, hr)))


async def open_places(request: Request) -> None:
    await show_places(request, await request.hr(request.subject))


async def back(request: Request) -> None:
    questions = await manage.read_questions(request.context.store, await request.hr(request.subject))
    await request.update_modal(hr_views.places(request.texts, questions))


async def open_place(request: Request) -> None:
    hr = await request.hr(request.subject)
    try:
        place = Place(request.answer)
    except ValueError as error:
        raise Malformed("action_id") from error
    await _show_place(request, await manage.read_questions(request.context.store, hr), place)


async def add(request: Request) -> None:
    value = request.button(PlaceOf)
    try:
        kind = Kind(request.answer)
    except ValueError as error:
        raise Malformed("action_id") from error
    hr, place = await request.hr(value.programme_id), value.place
    questions = await manage.read_questions(request.context.store, hr)
    state = OwnFormState(hr.programme_id, place, kind)
    await request.open(hr_views.form(request.texts, questions.programme, state))


async def edit(request: Request) -> None:
    hr, question_id, _ = await _of_question(request)
    was = await manage.read_one(request.context.store, hr, question_id)
    questions = await manage.read_questions(request.context.store, hr)
    state = OwnFormState(hr.programme_id, Place(was.place), Kind(was.kind), question_id)
    await request.open(hr_views.form(request.texts, questions.programme, state, was))


async def saved(request: Request) -> None:
    state, store = request.state(OwnFormState), request.context.store
    hr = await request.hr(state.programme_id)
    new = forms.read_question(request.form, state.kind, list(request.context.catalogue.names()))
    if isinstance(new, Invalid):
        await request.invalid(new)
        return
    if state.question_id:
        questions = await manage.change(store, hr, state.question_id, new)
    else:
        questions = await manage.add(store, hr, state.place, new)
    shown = hr_views.place_view(request.texts, questions, state.place)
    if optional_text(request.body, "view", "previous_view_id"):
        await request.close()
        await request.replace_below(shown)
    else:
        await request.replace_modal(shown)


async def move_up(request: Request) -> None:
    hr, question_id, place = await _of_question(request)
    await _show_place(request, await manage.move_up(request.context.store, hr, question_id), place)


async def take_out(request: Request) -> None:
    hr, question_id, place = await _of_question(request)
    await _show_place(request, await manage.take_out(request.context.store, hr, question_id), place)


async def _show_place(request: Request, questions: OwnQuestions, place: Place) -> None:
    await request.update_modal(hr_views.place_view(request.texts, questions, place))


async def _of_question(request: Request) -> tuple[HrCaller, int, Place]:
    """The clicked question. Raises `Malformed`, `Rejected`."""
    value = request.button(QuestionOf)
    return await request.hr(value.programme_id), value.question_id, value.place
