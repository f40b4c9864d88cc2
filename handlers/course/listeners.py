"""HR changes the course of a programme: `/mentoring course`."""

import logging

from bot.domain.calendar import local
from bot.domain.course import Change
from bot.services.caller import HrCaller, InvalidInput
from bot.services.course import change as courses
from bot.services.course.cancel import cancel
from bot.services.course.change import EffectChanged
from bot.services.course.delete import delete_programme
from bot.services.programme.setup import announced, programme_of
from bot.services.signup.which_programme import HrStep
from bot.slack.gateway import SlackRefused, SlackUnavailable
from handlers.course import forms, told_views, views
from handlers.course.forms import Kind
from handlers.course.modal_state import CourseState
from handlers.home.listeners import refresh_home
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request
from handlers.kit.which_programme import choose_as_hr
from handlers.programme.listeners import replace_announcement, update_announcement
from storage.tables import ProgrammeState

log = logging.getLogger(__name__)


def register(on: Listeners) -> None:
    on.command("course", open_choices)
    on.action(ActionId.COURSE_OPEN, open_from_button)
    on.action(ActionFamily.COURSE_ACT, open_form)
    on.action(ActionId.COURSE_TRY, show_effect)
    on.submission(CallbackId.COURSE_FORM, given)


async def open_choices(request: Request) -> None:
    """`/mentoring course`"""
    if hr := await choose_as_hr(request, HrStep.COURSE):
        await show_choices(request, hr)


async def open_from_button(request: Request) -> None:
    await show_choices(request, await request.hr(request.subject))


async def show_choices(request: Request, hr: HrCaller) -> None:
    await request.show(views.choices(request.texts, await courses.preview(request.context.store, hr)))


async def open_form(request: Request) -> None:
    """A choice: its form, with the effect of what it proposes."""
    hr, kind = await request.hr(request.subject), forms.kind_of(request.answer)
    preview = await courses.preview(request.context.store, hr)
    asked = forms.usual(kind, preview.now, local(hr.now, preview.programme.zone).date(), preview.programme.cadence)
    preview = await courses.preview(request.context.store, hr, asked)
    await request.open(views.form(request.texts, kind, asked, preview, first=True))


async def show_effect(request: Request) -> None:
    """Something else was chosen: its effect."""
    state, hr = await _state_and_hr(request)
    kind = forms.kind_of(state.kind)
    asked = forms.change(kind, request.form)
    preview = await courses.preview(request.context.store, hr, asked)
    await request.refresh_modal(views.form(request.texts, kind, asked, preview))


async def given(request: Request) -> None:
    state, hr = await _state_and_hr(request)
    kind, store = forms.kind_of(state.kind), request.context.store
    if kind is Kind.DELETE:
        await _delete(request, hr)
        return
    asked = forms.change(kind, request.form)
    try:
        if kind is Kind.CANCEL:
            programme, effect = await cancel(store, hr, state.mark)
        else:
            programme, effect = await courses.apply(store, hr, asked, state.mark)
    except InvalidInput as invalid:
        await request.invalid(Invalid.below(forms.GROUP, invalid.faults))
        return
    except EffectChanged:
        await _show_again(request, hr, kind, asked)
        return
    await request.replace_modal(views.done(request.texts, kind, programme, effect))
    if kind is Kind.CANCEL:
        texts = request.context.catalogue.texts(programme.language)
        await replace_announcement(request, programme, told_views.announcement_cancelled(texts, programme))
    elif programme.state == ProgrammeState.RECRUITING:
        await update_announcement(request, programme)
    refresh_home(request)


async def _delete(request: Request, hr: HrCaller) -> None:
    """The announcement goes, too: its button would lead nowhere."""
    store = request.context.store
    posted = await announced(store, hr, await programme_of(store, hr))
    programme = await delete_programme(store, hr)
    await request.replace_modal(views.deleted(request.texts, programme))
    refresh_home(request)
    if posted is None:
        return
    try:
        await request.context.gateway.delete(*posted)
    except (SlackRefused, SlackUnavailable) as problem:
        log.warning("the announcement of a deleted programme stays: %s", problem)


async def _show_again(request: Request, hr: HrCaller, kind: Kind, asked: Change) -> None:
    """The effect is another one by now: HR sees it before anything happens."""
    preview = await courses.preview(request.context.store, hr, asked)
    await request.replace_modal(views.form(request.texts, kind, asked, preview, changed=True))


async def _state_and_hr(request: Request) -> tuple[CourseState, HrCaller]:
    state = request.state(CourseState)
    return state, await request.hr(state.programme_id)
