"""HR sees demand and supply: `/mentoring topics`; people answer whether they could offer a topic."""

from bot.services.caller import HrCaller
from bot.services.programme import topics
from bot.services.signup.which_programme import HrStep
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfProgramme
from handlers.kit.payload import optional_text
from handlers.kit.request import Request
from handlers.kit.which_programme import choose_as_hr
from handlers.programme import topics_forms as forms
from handlers.programme import topics_views as views
from handlers.programme.topics_forms import TopicOf


def register(on: Listeners) -> None:
    on.command("topics", show)
    on.action(ActionId.TOPICS_OPEN, show_from_button)
    on.action(ActionId.TOPICS_EDIT, open_form)
    on.submission(CallbackId.TOPICS_FORM, edited)
    on.action(ActionId.TOPICS_ASK, ask_around)
    for level in views.LEVELS.values():
        on.action(ActionFamily.TOPICS_YES.of(level), say_yes)
    on.action(ActionId.TOPICS_NO, say_no)


async def show(request: Request) -> None:
    """`/mentoring topics`"""
    if hr := await choose_as_hr(request, HrStep.TOPICS):
        await show_topics(request, hr)


async def show_from_button(request: Request) -> None:
    await show_topics(request, await request.hr(request.subject))


async def show_topics(request: Request, hr: HrCaller) -> None:
    await request.show(views.market(request.texts, await topics.demand_and_supply(request.context.store, hr)))


async def open_form(request: Request) -> None:
    await request.open(
        views.form(request.texts, await topics.of_programme(request.context.store, await request.hr(request.subject)))
    )


async def edited(request: Request) -> None:
    hr = await request.hr(request.state(OfProgramme).programme_id)
    found = forms.topics(request.form, views.known(request.texts))
    if isinstance(found, Invalid):
        await request.invalid(found)
        return
    await request.replace_modal(views.market(request.texts, await topics.edit(request.context.store, hr, found)))


async def ask_around(request: Request) -> None:
    value = request.button(TopicOf)
    hr: HrCaller = await request.hr(value.programme_id)
    figures = await topics.ask_possible_mentors(request.context.store, hr, value.topic)
    await request.update_modal(views.market(request.texts, figures))


async def say_yes(request: Request) -> None:
    await _answer(request, int(request.answer))


async def say_no(request: Request) -> None:
    await _answer(request, topics.DECLINED)


async def _answer(request: Request, level: int) -> None:
    topic = await topics.answer(request.context.store, request.caller, request.subject, level)
    if url := optional_text(request.body, "response_url"):
        await request.context.gateway.respond(url, views.answered(request.texts, topic, level), replace_original=True)
