"""HR uploads its roster: `/mentoring roster`. Previewed first, stored after HR's confirmation, checked again in
between.

Nothing of the file is stored until then, not even in memory: in between it is only where HR uploaded it, in Slack.
"""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from bot.domain.sheet_rows import Unreadable
from bot.domain.text_cleaning import clean_line
from bot.services.caller import HrCaller, Rejected
from bot.services.participants.listing import read_programme
from bot.services.roster import import_roster as roster_import
from bot.services.roster import managers as rosters
from bot.services.roster import title_levels
from bot.services.signup.which_programme import HrStep
from bot.slack.gateway import ELSEWHERE, SlackRefused, SlackUnavailable
from bot.spreadsheets import MOST_BYTES
from bot.spreadsheets.roster_preview import Read, preview_roster
from bot.spreadsheets.vocabulary import level_hints
from handlers.kit.blocks import View
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfProgramme
from handlers.kit.payload import Malformed, at, text_at
from handlers.kit.request import Request
from handlers.kit.request_kind import Kind
from handlers.kit.which_programme import choose_as_hr
from handlers.roster import views
from handlers.roster.views import LevelsState, RosterState

log = logging.getLogger(__name__)

PATIENCE = 1.5
"""Seconds after which HR reads that it takes a while. Slack waits 3 s for the answer to a form."""


def register(on: Listeners) -> None:
    on.command("roster", open_form)
    on.action(ActionId.ROSTER_OPEN, open_from_button)
    on.action(ActionId.ROSTER_TEMPLATE, send_template)
    on.submission(CallbackId.ROSTER_FORM, given)
    on.submission(CallbackId.ROSTER_STORE, confirmed)
    on.submission(CallbackId.ROSTER_LEVELS_SAID, levels_said)
    on.action(ActionId.ROSTER_LEVELS, change_levels)


async def open_form(request: Request) -> None:
    """`/mentoring roster`"""
    if hr := await choose_as_hr(request, HrStep.ROSTER):
        await show_form(request, hr)


async def open_from_button(request: Request) -> None:
    await show_form(request, await request.hr(request.subject))


async def show_form(request: Request, hr: HrCaller) -> None:
    without = len(await rosters.without_manager(request.context.store, hr))
    programme = await read_programme(request.context.store, hr)
    view = views.form(request.texts, hr.programme_id, without, named=[programme.name])
    if request.kind is Kind.ACTION and request.in_modal:
        await request.update_modal(view)
    else:
        await request.show(view)


async def send_template(request: Request) -> None:
    hr = await request.hr(request.subject)
    await roster_import.send_template(request.context.store, hr)
    await request.reply_ephemeral(request.texts("roster.import.template_sent"))


async def given(request: Request) -> None:
    hr = await request.hr(request.state(OfProgramme).programme_id)
    files = at(request.form.element(views.FILE), "files") or []
    if not (isinstance(files, list) and files):
        raise Malformed("files")
    file_id = text_at(files[0], "id")

    async def show() -> View:
        return _next(request, hr, await _look(request, hr, file_id))

    await _answer(request, hr, "checking", show())


async def levels_said(request: Request) -> None:
    """HR said which level some job titles have: remembered at once, then the next titles, or the preview."""
    seen = request.state(LevelsState)
    hr = await request.hr(seen.programme_id)
    said = {
        name.removeprefix(views.TITLE): request.form.one(name)
        for name in request.form.block_ids()
        if name.startswith(views.TITLE)
    }
    if not all(code in views.LEVEL_CODES for code in said.values()):
        raise Malformed("level")

    async def show() -> View:
        await title_levels.set_title_levels(request.context.store, hr, said)
        again = await _look(request, hr, seen.file)
        return _next(request, hr, again, after=seen.first + views.TITLES_A_PAGE if seen.every else None)

    await _answer(request, hr, "checking", show())


async def change_levels(request: Request) -> None:
    """The button in the preview: the levels of all titles in the file, to be changed."""
    seen = request.state(RosterState)
    hr = await request.hr(seen.programme_id)
    await request.update_modal(views.busy(request.texts, "checking"))

    async def show() -> View:
        return _next(request, hr, await _look(request, hr, seen.file), after=0)

    await request.update_modal(await _or_why_not(request, hr, show()))


def _next(request: Request, hr: HrCaller, given: "_Given", after: int | None = None) -> View:
    """The form for titles without a level, or from place `after` on for all titles; the preview if there are none."""
    titles = given.read.untold if after is None else list(given.read.titles)
    first = after or 0
    if first >= len(titles):
        return _outlook(request, hr, given)
    state = LevelsState(hr.programme_id, given.file, first, every=after is not None)
    return views.levels(request.texts, state, titles, level_hints(request.context.catalogue))


async def confirmed(request: Request) -> None:
    seen = request.state(RosterState)
    hr = await request.hr(seen.programme_id)

    async def store() -> View:
        again = await _look(request, hr, seen.file)
        read = again.read
        if read.untold and read.digest != seen.digest:
            return _next(request, hr, again)
        if read.digest != seen.digest:
            return _outlook(request, hr, again, said=request.texts("roster.import.changed_since"))
        effect = await roster_import.store_roster(request.context.store, hr, read.entries, read.newcomers)
        return views.stored(request.texts, hr.programme_id, effect)

    await _answer(request, hr, "storing", store())


@dataclass(frozen=True)
class _Given:
    """A file in HR's form, and the result of its preview."""

    file: str
    name: str
    read: Read


async def _look(request: Request, hr: HrCaller, file_id: str) -> _Given:
    """Raises `Unreadable`, `Rejected`, and what the gateway raises."""
    context = request.context
    file = await context.gateway.file(file_id)
    if file.get("user") != hr.slack_id:  # only files that HR itself uploaded
        raise SlackRefused("files.info", "file_not_found")
    size = file.get("size")
    if isinstance(size, int) and size > MOST_BYTES:
        raise Unreadable("too_large", megabytes=MOST_BYTES // 1_000_000)
    content = await context.gateway.download(file, MOST_BYTES)
    read = await preview_roster(content, context.catalogue, context.directory, hr, context.in_worker, file_id)
    return _Given(file_id, clean_line(str(file.get("name") or "")), read)


def _outlook(request: Request, hr: HrCaller, given: _Given, said: str = "") -> View:
    read = given.read
    seen = RosterState(hr.programme_id, given.file, read.digest)
    return views.outlook(request.texts, seen, given.name, read, said)


async def _answer(request: Request, hr: HrCaller, meanwhile: str, work: Coroutine[Any, Any, View]) -> None:
    """Show the result of `work`: as the answer to the form if it is quick, in its place later if it is not."""
    working = asyncio.ensure_future(_or_why_not(request, hr, work))
    if await request.context.limits.is_done(working, PATIENCE):
        await request.replace_modal(await working)
        return
    await request.replace_modal(views.busy(request.texts, meanwhile))
    await request.update_modal(await working)


async def _or_why_not(request: Request, hr: HrCaller, work: Coroutine[Any, Any, View]) -> View:
    """The result of `work`, or the cause of its failure: an error would be invisible once the form was answered."""
    texts = request.texts
    try:
        return await work
    except Unreadable as problem:
        said = views.problem(texts, problem.code, problem.values)
        return views.form(texts, hr.programme_id, 0, said)
    except Rejected as refusal:
        return views.told(texts, texts(f"errors.{refusal.code}", **refusal.values))
    except SlackUnavailable as problem:
        log.warning("roster preview failed: %s", problem)
        return views.told(texts, texts("errors.slack_unavailable"))
    except SlackRefused as problem:
        log.warning("roster preview failed: %s", problem)
        said = "elsewhere" if problem.error == ELSEWHERE else "not_readable" if problem.needed else "gone"
        return views.form(texts, hr.programme_id, 0, texts(f"roster.import.{said}"))
