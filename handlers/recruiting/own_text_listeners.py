"""HR writes the texts with which its programme invites people in its own words."""

import logging

from bot.domain.recruiting_own_texts import OwnText
from bot.services.caller import HrCaller, Rejected
from bot.services.recruiting import own_texts
from bot.slack.gateway import SlackRefused, SlackUnavailable
from handlers.kit.blocks import View
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.own_wording import OwnWording
from handlers.kit.payload import Malformed
from handlers.kit.posts import replace_post
from handlers.kit.request import Request
from handlers.programme import views as programme_views
from handlers.programme.listeners import replace_announcement
from handlers.recruiting import own_text_views as views
from handlers.recruiting.own_text_forms import OwnTextState, read_words
from storage.tables import Programme, ProgrammeState

log = logging.getLogger(__name__)


def register(on: Listeners) -> None:
    on.action(ActionId.OWN_TEXTS_OPEN, open_list)
    on.action(ActionFamily.OWN_TEXTS_EDIT, open_form)
    on.submission(CallbackId.OWN_TEXTS_FORM, given)
    on.again(CallbackId.OWN_TEXTS_PREVIEW, preview_again)
    on.action(ActionId.OWN_TEXTS_CHANGE, edit)
    on.submission(CallbackId.OWN_TEXTS_PREVIEW, save)
    on.action(ActionId.OWN_TEXTS_RESET, reset)


async def open_list(request: Request) -> None:
    hr = await request.hr(request.subject)
    await request.open(views.listing(request.texts, await own_texts.read_own_texts(request.context.store, hr)))


async def open_form(request: Request) -> None:
    text, _, language = request.answer.partition(".")
    state = OwnTextState(request.subject, text, language)
    hr = await request.hr(state.programme_id)
    wording, state = await _read(request, hr, state)
    await request.open(views.form(request.texts, wording, state))


async def given(request: Request) -> None:
    state = request.state(OwnTextState)
    hr = await request.hr(state.programme_id)
    wording, _ = await _read(request, hr, state)
    found = read_words(request.form, state, wording)
    if isinstance(found, Invalid):
        await request.invalid(found)
        return
    await request.replace_modal(await _preview(request, hr, wording, found))


async def preview_again(request: Request) -> None:
    state = request.state(OwnTextState)
    hr = await request.hr(state.programme_id)
    wording, _ = await _read(request, hr, state)
    await request.update_modal(await _preview(request, hr, wording, state))


async def edit(request: Request) -> None:
    """Back from the preview to the form, with what HR wrote."""
    state = request.state(OwnTextState)
    wording, _ = await _read(request, await request.hr(state.programme_id), state)
    await request.update_modal(views.form(request.texts, wording, state, typed=True))


async def save(request: Request) -> None:
    state = request.state(OwnTextState)
    hr = await request.hr(state.programme_id)
    wording, now = await _read(request, hr, state)
    try:
        programme = await own_texts.save_own_text(
            request.context.store, hr, state.language, state.which, state.words, state.seen
        )
    except Rejected as refusal:
        if refusal.code != "own_text_changed":
            raise
        fresh = now.with_words(state.words)
        await request.replace_modal(await _preview(request, hr, wording, fresh, changed=True))
        return
    await request.replace_modal(_saved(request, programme, state))
    await _update_posts(request, hr, programme, state)


async def reset(request: Request) -> None:
    """The button for the standard text. It ends the same way, whatever a colleague saved meanwhile."""
    state = request.state(OwnTextState)
    hr = await request.hr(state.programme_id)
    _, now = await _read(request, hr, state)
    store = request.context.store
    programme = await own_texts.save_own_text(store, hr, state.language, state.which, {}, now.seen)
    state = state.with_words({})
    await request.update_modal(_saved(request, programme, state))
    await _update_posts(request, hr, programme, state)


def _saved(request: Request, programme: Programme, state: OwnTextState, *, failed: bool = False) -> View:
    return views.saved(request.texts, programme, state.which, state.language, own=bool(state.words), failed=failed)


async def _read(request: Request, hr: HrCaller, state: OwnTextState) -> tuple[OwnWording, OwnTextState]:
    """The text as it is now, and the state of its form. Raises `Rejected`, `Malformed`."""
    programme = await own_texts.read_own_texts(request.context.store, hr)
    catalogue = request.context.catalogue
    if state.language not in catalogue.languages:
        raise Malformed("language")
    there = views.texts_for(catalogue, state.which, state.language, request.me)
    seen = own_texts.mark_of(programme, state.language, state.which)
    fresh = OwnTextState(programme.id, state.text, state.language, seen)
    return views.wording_of(there, programme, state.which), fresh


async def _preview(
    request: Request, hr: HrCaller, wording: OwnWording, state: OwnTextState, *, changed: bool = False
) -> View:
    posted = await own_texts.posted_reminders(request.context.store, hr, wording.programme)
    return views.preview(request.texts, wording, state, posted, request.me, hr.now, changed=changed)


async def _update_posts(request: Request, hr: HrCaller, programme: Programme, state: OwnTextState) -> None:
    """Update what people can still read in the channel. If that fails, HR's window says so."""
    if programme.state != ProgrammeState.RECRUITING or state.language != programme.language:
        return
    texts = request.context.catalogue.texts(programme.language)
    if state.which is OwnText.ANNOUNCEMENT:
        changed = await replace_announcement(request, programme, programme_views.announcement(texts, programme))
    elif state.which is OwnText.REMINDER:
        found = await own_texts.posted_reminders(request.context.store, hr, programme)
        message = programme_views.join_reminder(texts, programme, found.mentors, found.leaders)
        changed = all([await replace_post(request, *post, message) for post in found.posts])
    else:
        return
    if not changed:
        try:
            await request.update_modal(_saved(request, programme, state, failed=True))
        except (SlackRefused, SlackUnavailable) as problem:
            log.info("HR was not told that a post was not updated: %s", problem)
