"""HR has a sponsor's message posted: write it, preview it, post it."""

import logging

from bot.services.caller import HrCaller, Rejected
from bot.services.matching import release as releasing
from bot.services.programme import sponsor as sponsoring
from bot.services.programme.sponsor import Words
from bot.services.signup.which_programme import HrStep
from bot.slack.gateway import SlackRefused, SlackUnavailable
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.picked import unfit_at
from handlers.kit.posts import replace_post
from handlers.kit.request import Request
from handlers.kit.which_programme import choose_as_hr
from handlers.matching.release_views import release_form
from handlers.programme import sponsor_forms as forms
from handlers.programme import sponsor_views as views
from handlers.programme.sponsor_forms import SponsorState
from prompts.catalogue import Texts
from storage.tables import Person, Programme

log = logging.getLogger(__name__)


def register(on: Listeners) -> None:
    on.command("sponsor", open_form)
    on.action(ActionId.SPONSOR_OPEN, open_from_button)
    on.submission(CallbackId.SPONSOR_FORM, given)
    on.action(ActionId.SPONSOR_EDIT, edit)
    on.submission(CallbackId.SPONSOR_PREVIEW, post)


async def open_form(request: Request) -> None:
    """`/mentoring sponsor`"""
    if hr := await choose_as_hr(request, HrStep.SPONSOR):
        await show_form(request, hr)


async def open_from_button(request: Request) -> None:
    await show_form(request, await request.hr(request.subject))


async def show_form(request: Request, hr: HrCaller, draft: int = 0, view: str = "") -> None:
    """`draft` and `view`: the release that waits for it, and its modal."""
    found = await sponsoring.standing(request.context.store, hr)
    state = SponsorState(hr.programme_id, found.last.id if found.last else 0, draft, view)
    words = views.proposed(_channel_texts(request, found.programme), found.programme)
    if found.last and found.last.text:
        words = Words(found.sponsor.slack_id if found.sponsor else "", found.last.name, found.last.text)
    await request.show(views.form(request.texts, found, state, words))


async def given(request: Request) -> None:
    state = request.state(SponsorState)
    hr = await request.hr(state.programme_id)
    words = forms.words(request.form)
    if isinstance(words, Invalid):
        await request.invalid(words)
        return
    if errors := await unfit_at(request, {"person": [words.person] if words.person else []}, guests=False):
        await request.invalid(errors)
        return
    found = await sponsoring.standing(request.context.store, hr)
    sponsor = await _sponsor(request, words)
    there, state = _channel_texts(request, found.programme), forms.with_choice(request.form, state)
    await request.replace_modal(views.preview(request.texts, there, found.programme, state, words, sponsor))


async def edit(request: Request) -> None:
    """Back from the preview to the form."""
    state = request.state(SponsorState)
    words = state.words
    hr = await request.hr(state.programme_id)
    found = await sponsoring.standing(request.context.store, hr)
    await request.update_modal(views.form(request.texts, found, state, words, words_typed=True))


async def post(request: Request) -> None:
    state = request.state(SponsorState)
    words = state.words
    hr = await request.hr(state.programme_id)
    await _sponsor(request, words)
    if state.corrects:
        await _correct(request, hr, state)
    else:
        programme = await sponsoring.post(request.context.store, hr, words, state.after)
        await request.replace_modal(views.posted(request.texts, programme))
    if state.draft_id and state.view:
        await _tick_off(request, hr, state)


async def _correct(request: Request, hr: HrCaller, state: SponsorState) -> None:
    """The posted message gets the new words."""
    found = await sponsoring.correct(request.context.store, hr, state.words, state.after)
    programme = found.programme
    there, words = _channel_texts(request, programme), state.words
    message = views.message(there, programme, found.sponsor, words.name, words.text)
    done = found.post is None or await replace_post(request, *found.post, message)
    await request.replace_modal(views.posted(request.texts, programme, "corrected" if done else "not_corrected"))


async def _sponsor(request: Request, words: Words) -> Person | None:
    """The sponsor, stored from now on. Raises `SlackRefused` for an unknown id."""
    if not words.person:
        return None
    return await request.context.directory.person(request.caller.team_id, words.person, request.caller.now)


async def _tick_off(request: Request, hr: HrCaller, state: SponsorState) -> None:
    """Update the modal of the release below. If that fails, its own button still works."""
    try:
        found = await releasing.prospect(request.context.store, hr, state.draft_id)
        await request.context.gateway.update_view(state.view, release_form(request.texts, found))
    except (Rejected, SlackRefused, SlackUnavailable) as problem:
        log.info("release modal not updated: %s", problem)


def _channel_texts(request: Request, programme: Programme) -> Texts:
    return request.context.catalogue.texts(programme.language)
