"""HR has a word from leadership posted: write it, look at it, post it."""

import logging

from slack_bolt.async_app import AsyncApp

from bot.services.caller import HrCaller, Refusal
from bot.services.matching import release as releasing
from bot.services.programme import sponsor as sponsoring
from bot.services.programme.sponsor import Words
from bot.slack.gateway import SlackRefused, SlackUnavailable
from handlers.kit.context import Desk
from handlers.kit.request import Ask, on_action, on_submission
from handlers.matching.release_views import release_form
from handlers.programme import sponsor_forms as forms
from handlers.programme import sponsor_views as views
from handlers.programme.sponsor_forms import Place
from prompts.catalogue import Texts
from storage.tables import Person, Programme

log = logging.getLogger(__name__)


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, views.OPEN, open_from_button)
    on_submission(app, desk, views.FORM, given)
    on_action(app, desk, views.EDIT, edit)
    on_submission(app, desk, views.PREVIEW, post)


async def open_form(ask: Ask) -> None:
    """`/mentoring sponsor`"""
    await show_form(ask, await ask.hr())


async def open_from_button(ask: Ask) -> None:
    await show_form(ask, await ask.hr(ask.subject))


async def show_form(ask: Ask, hr: HrCaller, draft: int = 0, view: str = "") -> None:
    """`draft` and `view`: the release that waits for it, and the modal that shows so."""
    found = await sponsoring.standing(ask.desk.store, hr)
    place = Place(hr.programme_id, found.last.id or 0 if found.last else 0, draft, view)
    words = views.proposed(_channel_texts(ask, found.programme), found.programme)
    if found.last and found.last.text:
        words = Words(found.sponsor.slack_id if found.sponsor else "", found.last.name, found.last.text)
    await ask.open(views.form(ask.texts, found, place, words))


async def given(ask: Ask) -> None:
    place = forms.place(ask.note)
    hr = await ask.hr(place.programme)
    words = forms.words(ask.form)
    if isinstance(words, dict):
        await ask.errors({block: ask.texts.plain(f"sponsor.errors.{name}") for block, name in words.items()})
        return
    found = await sponsoring.standing(ask.desk.store, hr)
    sponsor = await _sponsor(ask, words)
    there = _channel_texts(ask, found.programme)
    await ask.become(views.preview(ask.texts, there, found.programme, place, words, sponsor))


async def edit(ask: Ask) -> None:
    """Back from the preview to the form."""
    place, words = forms.previewed(ask.note)
    hr = await ask.hr(place.programme)
    found = await sponsoring.standing(ask.desk.store, hr)
    await ask.change(views.form(ask.texts, found, place, words))


async def post(ask: Ask) -> None:
    place, words = forms.previewed(ask.note)
    hr = await ask.hr(place.programme)
    await _sponsor(ask, words)
    programme = await sponsoring.post(ask.desk.store, hr, words, place.after)
    ask.desk.wake_delivery()
    await ask.become(views.posted(ask.texts, programme))
    if place.draft and place.view:
        await _tick_off(ask, hr, place)


async def _sponsor(ask: Ask, words: Words) -> Person | None:
    """The person who speaks, known from now on. Raises `SlackRefused` for nobody's id."""
    if not words.person:
        return None
    return await ask.desk.directory.person(ask.caller.team_id, words.person, ask.caller.now)


async def _tick_off(ask: Ask, hr: HrCaller, place: Place) -> None:
    """The release below has one thing less to wait for. If it cannot be shown, its own button still does."""
    try:
        found = await releasing.prospect(ask.desk.store, hr, place.draft)
        await ask.desk.gateway.update_view(place.view, release_form(ask.texts, found))
    except (Refusal, SlackRefused, SlackUnavailable) as problem:
        log.info("the release stays as it was shown: %s", problem)


def _channel_texts(ask: Ask, programme: Programme) -> Texts:
    return ask.desk.catalogue.texts(programme.language)
