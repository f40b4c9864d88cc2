"""HR has a sponsor's message posted: write it, preview it, post it."""

import logging

from bot.services.caller import HrCaller, Rejected
from bot.services.matching import release as releasing
from bot.services.programme import sponsor as sponsoring
from bot.services.programme.sponsor import SponsorOverview, Words
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
    on.action(ActionId.SPONSOR_THANKS, open_thanks)
    on.submission(CallbackId.SPONSOR_FORM, given)
    on.action(ActionId.SPONSOR_EDIT, edit)
    on.submission(CallbackId.SPONSOR_PREVIEW, post)


async def open_form(request: Request) -> None:
    """`/mentoring sponsor`"""
    if hr := await choose_as_hr(request, HrStep.SPONSOR):
        await show_current_form(request, hr)


async def open_from_button(request: Request) -> None:
    await show_form(request, await request.hr(request.subject))


async def show_current_form(request: Request, hr: HrCaller) -> None:
    """The message before the introductions; once the programme has ended, leadership's thanks."""
    await show_form(request, hr, thanks=await sponsoring.has_ended(request.context.store, hr))


async def open_thanks(request: Request) -> None:
    """Leadership's thanks, once the programme has ended."""
    await show_form(request, await request.hr(request.subject), thanks=True)


async def show_form(request: Request, hr: HrCaller, draft: int = 0, view: str = "", *, thanks: bool = False) -> None:
    """`draft` and `view`: the release that waits for it, and its modal."""
    overview = await sponsoring.standing(request.context.store, hr, thanks=thanks)
    state = SponsorState(hr.programme_id, overview.last.id if overview.last else 0, draft, view, thanks=thanks)
    words = await _proposed(request, hr, overview, thanks=thanks)
    await request.show(views.form(request.texts, overview, state, words))


async def _proposed(request: Request, hr: HrCaller, overview: SponsorOverview, *, thanks: bool) -> Words:
    """What was posted last, or else the suggestion of the theme; the thanks are from who spoke at the beginning."""
    words = views.proposed(_channel_texts(request, overview.programme), overview.programme, thanks=thanks)
    if overview.last and overview.last.text:
        return Words(overview.sponsor.slack_id if overview.sponsor else "", overview.last.name, overview.last.text)
    if thanks:
        sponsor, name = await sponsoring.first_speaker(request.context.store, hr)
        return Words(sponsor.slack_id if sponsor else "", name, words.text)
    return words


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
    overview = await sponsoring.standing(request.context.store, hr, thanks=state.thanks)
    sponsor = await _sponsor(request, words)
    there, state = _channel_texts(request, overview.programme), forms.with_choice(request.form, state)
    await request.replace_modal(views.preview(request.texts, there, overview.programme, state, words, sponsor))


async def edit(request: Request) -> None:
    """Back from the preview to the form."""
    state = request.state(SponsorState)
    words = state.words
    hr = await request.hr(state.programme_id)
    overview = await sponsoring.standing(request.context.store, hr, thanks=state.thanks)
    await request.update_modal(views.form(request.texts, overview, state, words, words_typed=True))


async def post(request: Request) -> None:
    state = request.state(SponsorState)
    words = state.words
    hr = await request.hr(state.programme_id)
    await _sponsor(request, words)
    if state.corrects:
        await _correct(request, hr, state)
    else:
        programme = await sponsoring.post(request.context.store, hr, words, state.after, thanks=state.thanks)
        await request.replace_modal(views.posted(request.texts, programme, thanks=state.thanks))
    if state.draft_id and state.view:
        await _tick_off(request, hr, state)


async def _correct(request: Request, hr: HrCaller, state: SponsorState) -> None:
    """The posted message gets the new words."""
    overview = await sponsoring.correct(request.context.store, hr, state.words, state.after, thanks=state.thanks)
    programme = overview.programme
    there, words = _channel_texts(request, programme), state.words
    message = views.message(there, programme, overview.sponsor, words.name, words.text, thanks=state.thanks)
    done = overview.post is None or await replace_post(request, *overview.post, message)
    await request.replace_modal(
        views.posted(request.texts, programme, "corrected" if done else "not_corrected", thanks=state.thanks)
    )


async def _sponsor(request: Request, words: Words) -> Person | None:
    """The sponsor, stored from now on. Raises `SlackRefused` for an unknown id."""
    if not words.person:
        return None
    return await request.context.directory.person(request.caller.team_id, words.person, request.caller.now)


async def _tick_off(request: Request, hr: HrCaller, state: SponsorState) -> None:
    """Update the modal of the release below. If that fails, its own button still works."""
    try:
        release_preview = await releasing.preview_release(request.context.store, hr, state.draft_id)
        await request.context.gateway.update_view(state.view, release_form(request.texts, release_preview))
    except (Rejected, SlackRefused, SlackUnavailable) as problem:
        log.info("release modal not updated: %s", problem)


def _channel_texts(request: Request, programme: Programme) -> Texts:
    return request.context.catalogue.texts(programme.language)
