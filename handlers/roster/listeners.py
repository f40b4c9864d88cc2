"""HR hands in its roster: `/mentoring roster`. Looked at first, stored on HR's yes, looked at anew in between.

Nothing of the file is kept until then, not even in memory: between the two it is where HR put it, in Slack.
"""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.sheet_rows import Unreadable
from bot.domain.text_cleaning import clean_line
from bot.services.caller import HrCaller, Refusal
from bot.services.roster import import_roster as roster_import
from bot.services.roster import managers as rosters
from bot.slack.gateway import ELSEWHERE, SlackRefused, SlackUnavailable
from bot.spreadsheets import MOST_BYTES
from bot.spreadsheets.roster_preview import Read, look
from handlers.kit.blocks import View
from handlers.kit.context import Desk
from handlers.kit.payload import Malformed, at, number, text_at
from handlers.kit.request import Ask, on_action, on_submission
from handlers.roster import views
from handlers.roster.views import Seen

log = logging.getLogger(__name__)

PATIENCE = 1.5
"""Seconds after which HR is told that it takes a while. Slack waits 3 s for an answer to a form."""


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, views.OPEN, open_from_button)
    on_action(app, desk, views.TEMPLATE, send_template)
    on_submission(app, desk, views.FORM, given)
    on_submission(app, desk, views.STORE, confirmed)


async def open_form(ask: Ask) -> None:
    """`/mentoring roster`"""
    await _open(ask, await ask.hr())


async def open_from_button(ask: Ask) -> None:
    await _open(ask, await ask.hr(ask.subject))


async def _open(ask: Ask, hr: HrCaller) -> None:
    without = len(await rosters.without_manager(ask.desk.store, hr))
    view = views.form(ask.texts, hr.programme_id, without)
    await (ask.change(view) if ask.in_modal else ask.open(view))


async def send_template(ask: Ask) -> None:
    hr = await ask.hr(ask.subject)
    await roster_import.send_template(ask.desk.store, hr)
    ask.desk.wake_delivery()
    await ask.whisper(ask.texts("roster.template_sent"))


async def given(ask: Ask) -> None:
    hr = await ask.hr(number(ask.note))
    files = at(ask.form.element(views.FILE), "files") or []
    if not (isinstance(files, list) and files):
        raise Malformed("files")
    file_id = text_at(files[0], "id")

    async def show() -> View:
        return _outlook(ask, hr, await _look(ask, hr, file_id))

    await _answer(ask, hr, "checking", show())


async def confirmed(ask: Ask) -> None:
    seen = Seen.from_note(ask.note)
    hr = await ask.hr(seen.programme_id)

    async def store() -> View:
        again = await _look(ask, hr, seen.file)
        read = again.read
        if read.digest != seen.digest:
            return _outlook(ask, hr, again, said=ask.texts("roster.changed_since"))
        effect = await roster_import.take_over(ask.desk.store, hr, read.entries, read.newcomers)
        ask.desk.wake_delivery()
        return views.stored(ask.texts, hr.programme_id, effect)

    await _answer(ask, hr, "storing", store())


@dataclass(frozen=True)
class _Given:
    """A file that HR put into the form, and what came of looking at it."""

    file: str
    name: str
    read: Read


async def _look(ask: Ask, hr: HrCaller, file_id: str) -> _Given:
    """Raises `Unreadable`, `Refusal`, and what the gateway raises."""
    desk = ask.desk
    file = await desk.gateway.file(file_id)
    if file.get("user") != hr.slack_id:  # only what HR itself put there
        raise SlackRefused("files.info", "file_not_found")
    size = file.get("size")
    if isinstance(size, int) and size > MOST_BYTES:
        raise Unreadable("too_large", megabytes=MOST_BYTES // 1_000_000)
    content = await desk.gateway.download(file, MOST_BYTES)
    read = await look(content, desk.catalogue, desk.directory, hr, desk.in_worker, file_id)
    return _Given(file_id, clean_line(str(file.get("name") or "")), read)


def _outlook(ask: Ask, hr: HrCaller, given: _Given, said: str = "") -> View:
    read = given.read
    seen = Seen(hr.programme_id, given.file, read.digest)
    return views.outlook(ask.texts, seen, given.name, read.effect, read.problems, read.unknown, said)


async def _answer(ask: Ask, hr: HrCaller, meanwhile: str, work: Coroutine[Any, Any, View]) -> None:
    """Show what comes of `work`: as the answer to the form if it is quick, in its place later if it is not."""
    working = asyncio.ensure_future(_or_why_not(ask, hr, work))
    if await ask.desk.limits.is_done(working, PATIENCE):
        await ask.become(await working)
        return
    await ask.become(views.busy(ask.texts, meanwhile))
    await ask.change(await working)


async def _or_why_not(ask: Ask, hr: HrCaller, work: Coroutine[Any, Any, View]) -> View:
    """What comes of `work`, or why nothing does: nobody would see an error once the form was answered."""
    texts = ask.texts
    try:
        return await work
    except Unreadable as problem:
        said = views.problem(texts, problem.code, problem.values)
        return views.form(texts, hr.programme_id, 0, said)
    except Refusal as refusal:
        return views.told(texts, texts(f"errors.{refusal.code}", **refusal.values))
    except SlackUnavailable as problem:
        log.warning("a roster could not be looked at: %s", problem)
        return views.told(texts, texts("errors.slack_unavailable"))
    except SlackRefused as problem:
        log.warning("a roster could not be looked at: %s", problem)
        said = "elsewhere" if problem.error == ELSEWHERE else "not_readable" if problem.needed else "gone"
        return views.form(texts, hr.programme_id, 0, texts(f"roster.{said}"))
