"""HR draws up pairs, reads them, takes some out and releases them: `/mentoring match` and what its message offers."""

import asyncio
import logging

from slack_bolt.async_app import AsyncApp

from bot.gateway import SlackRefused, SlackUnavailable
from bot.services import drafting, releasing, reviewing, rosters
from bot.services.caller import HrCaller, Refusal
from handlers.desk import Desk
from handlers.entry import Ask, on_action, on_submission
from handlers.forms import match as forms
from handlers.payload import Malformed, number
from handlers.views import match as views
from handlers.views.blocks import View, channel_link, notice

log = logging.getLogger(__name__)

PATIENCE = 1.5
"""Seconds after which somebody is told that it takes a while. A modal may be opened for 3 s after the click."""


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, views.DRAW, draw_from_button)
    on_action(app, desk, views.PAIRS, show_pairs)
    on_action(app, desk, views.LEFT, show_left_over)
    for turn in ("previous", "next"):
        on_action(app, desk, f"{views.PAIRS_PAGE}.{turn}", turn_pairs)
        on_action(app, desk, f"{views.LEFT_PAGE}.{turn}", turn_left_over)
    on_action(app, desk, views.TAKE_OUT, take_out)
    on_action(app, desk, views.PUT_BACK, put_back)
    on_action(app, desk, views.MANAGERS, ask_managers)
    on_submission(app, desk, views.MANAGERS, managers_given)
    on_action(app, desk, views.RELEASE, release)


async def draw(ask: Ask) -> None:
    """`/mentoring match`"""
    await _draw(ask, await ask.hr())


async def draw_from_button(ask: Ask) -> None:
    await _draw(ask, await ask.hr(ask.subject))


async def _draw(ask: Ask, hr: HrCaller) -> None:
    """Draw pairs up. The draft comes to HR's channel by itself; who asked from elsewhere is told so."""
    slow = False
    drawing = asyncio.ensure_future(drafting.draw_up(ask.desk.store, hr, ask.desk.in_worker))
    if ask.in_modal:
        await ask.change(notice(ask.texts, ask.texts("match.solving.body")))
    elif slow := not (await asyncio.wait({drawing}, timeout=PATIENCE))[0]:
        await ask.whisper(ask.texts("match.solving.body"))
    drawn = await drawing
    ask.desk.wake_delivery()
    for draft_id in drawn.replaced:
        await _refresh(ask, hr, draft_id)
    if not (ask.in_modal or slow or ask.channel == drawn.programme.hr_channel):
        await ask.whisper(ask.texts("match.solving.there", channel=channel_link(drawn.programme.hr_channel)))


async def show_pairs(ask: Ask) -> None:
    hr = await _hr_of_draft(ask, ask.subject)
    await ask.open(await _pairs_page(ask, hr, ask.subject, 0))


async def turn_pairs(ask: Ask) -> None:
    draft_id, _ = _place(ask)
    hr = await _hr_of_draft(ask, draft_id)
    await ask.change(await _pairs_page(ask, hr, draft_id, ask.subject))


async def show_left_over(ask: Ask) -> None:
    hr = await _hr_of_draft(ask, ask.subject)
    left = await reviewing.left_over(ask.desk.store, hr, ask.subject)
    await ask.open(views.left_page(ask.texts, ask.subject, 0, left))


async def turn_left_over(ask: Ask) -> None:
    draft_id, _ = _place(ask)
    hr = await _hr_of_draft(ask, draft_id)
    left = await reviewing.left_over(ask.desk.store, hr, draft_id)
    await ask.change(views.left_page(ask.texts, draft_id, ask.subject, left))


async def take_out(ask: Ask) -> None:
    await _set_excluded(ask, excluded=True)


async def put_back(ask: Ask) -> None:
    await _set_excluded(ask, excluded=False)


async def _set_excluded(ask: Ask, *, excluded: bool) -> None:
    draft_id, page = _place(ask)
    hr = await _hr_of_draft(ask, draft_id)
    draft = await drafting.set_excluded(ask.desk.store, hr, ask.subject, excluded=excluded)
    await ask.change(await _pairs_page(ask, hr, draft.id or 0, page))
    await _refresh(ask, hr, draft.id or 0)


async def ask_managers(ask: Ask) -> None:
    hr = await ask.hr(ask.subject)
    waiting = await rosters.without_manager(ask.desk.store, hr)
    if not waiting:
        raise Refusal("outdated")
    shown = waiting[: views.MANAGERS_A_PAGE]
    await ask.open(views.managers_form(ask.texts, hr.programme_id, shown, len(waiting)))


async def managers_given(ask: Ask) -> None:
    hr = await ask.hr(number(ask.note))
    waiting = await rosters.without_manager(ask.desk.store, hr)
    said, errors = forms.managers(ask.form, {person.id or 0: person.slack_id for person in waiting})
    if errors:
        await ask.errors({block: ask.texts.plain(f"match.manager.errors.{name}") for block, name in errors.items()})
        return
    for manager in said.values():
        if manager.slack_id:
            await ask.desk.directory.person(ask.caller.team_id, manager.slack_id, ask.caller.now)
    await rosters.fill_managers(ask.desk.store, hr, said)
    still = [person for person in waiting if person.id not in said]
    shown = still[: views.MANAGERS_A_PAGE]
    if said and still:
        await ask.become(views.managers_form(ask.texts, hr.programme_id, shown, len(still)))
    else:
        await ask.become(views.managers_known(ask.texts, hr.programme_id))


async def release(ask: Ask) -> None:
    hr = await _hr_of_draft(ask, ask.subject)
    released = await releasing.release(ask.desk.store, hr, ask.subject)
    ask.desk.wake_delivery()
    await _refresh(ask, hr, released.draft.id or 0)


async def _pairs_page(ask: Ask, hr: HrCaller, draft_id: int, page: int) -> View:
    start = page * views.PAIRS_A_PAGE
    shown, count = await reviewing.suggestions(ask.desk.store, hr, draft_id, start, views.PAIRS_A_PAGE)
    return views.pairs_page(ask.texts, draft_id, page, shown, count)


async def _hr_of_draft(ask: Ask, draft_id: int) -> HrCaller:
    return await ask.hr(await drafting.programme_of(ask.desk.store, ask.caller, draft_id))


def _place(ask: Ask) -> tuple[int, int]:
    """The draft and the page that an open list of pairs or people shows. Raises `Malformed`."""
    draft_id, colon, page = ask.note.partition(":")
    if not colon:
        raise Malformed("private_metadata")
    return number(draft_id), number(page)


async def _refresh(ask: Ask, hr: HrCaller, draft_id: int) -> None:
    """Make HR's message say what is true now. If that fails, its buttons still refuse what is over."""
    found = await reviewing.overview(ask.desk.store, hr, draft_id)
    if not found.posted:
        return
    message = views.draft(ask.desk.catalogue.texts(found.programme.language), found)
    try:
        await ask.desk.gateway.update(*found.posted, message)
    except (SlackRefused, SlackUnavailable) as problem:
        log.warning("the message about draft %s stays as it was: %s", draft_id, problem)
