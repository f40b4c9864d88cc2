"""HR chooses the matching criteria, and sees immediately what a change would do."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.services.caller import HrCaller, Rejected
from bot.services.matching import weights
from bot.services.matching.weights import Settings
from bot.slack.gateway import SlackRefused
from handlers.kit.blocks import View
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfProgramme
from handlers.kit.payload import first_action, optional_text, text_at
from handlers.kit.request import Request
from handlers.matching import weights_form, weights_views

log = logging.getLogger(__name__)

OVERTAKEN = {"hash_conflict", "not_found"}
"""Slack's error codes if HR changed or closed the page in between: then the figures are not needed."""


@dataclass
class _Page:
    """A page with a preview: the time of its newest change, and a lock for updating it."""

    newest: str = ""
    trying: int = 0
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)


class Trials:
    """Changes of pages in the order in which HR made them, whatever the order in which they are computed.

    A process knows only its own clicks; between replicas the page's hash decides.
    """

    def __init__(self) -> None:
        self._pages: dict[str, _Page] = {}

    @asynccontextmanager
    async def of(self, view_id: str, made_at: str) -> AsyncIterator["Trial"]:
        """A change of a page, at the time that Slack says."""
        page = self._pages.setdefault(view_id, _Page())
        page.newest = max(page.newest, made_at)
        page.trying += 1
        try:
            yield Trial(page, made_at)
        finally:
            page.trying -= 1
            if not page.trying:
                del self._pages[view_id]


@dataclass(frozen=True)
class Trial:
    """One change of a page."""

    _page: _Page
    made_at: str

    @property
    def newest(self) -> bool:
        """Whether there is no later change."""
        return self._page.newest == self.made_at

    @asynccontextmanager
    async def writes(self) -> AsyncIterator[bool]:
        """Lock the page for an update, if this is `newest` by then."""
        async with self._page.writing:
            yield self.newest


def register(on: Listeners) -> None:
    trials = Trials()

    async def tried(request: Request) -> None:
        made_at = optional_text(first_action(request.body), "action_ts")
        async with trials.of(text_at(request.body, "view", "id"), made_at) as trial:
            await try_out(request, trial)

    on.action(ActionId.WEIGHTS_OPEN, open_page)
    on.action(ActionId.WEIGHTS_TRY, tried)
    on.submission(CallbackId.WEIGHTS_FORM, keep)


async def open_page(request: Request) -> None:
    hr = await request.hr(request.subject)
    now = await weights.settings(request.context.store, hr)
    await request.open(_page(request, hr, now, own=not now.preset, seen=request.texts("matching.weights.effect.none")))


async def try_out(request: Request, trial: Trial) -> None:
    """The page was changed: compute the effect while HR continues, and show it if it is still current."""
    hr = await request.hr(request.state(OfProgramme).programme_id)
    wanted = weights_form.settings(request.form, await weights.settings(request.context.store, hr))
    own = request.form.one("preset") == weights_form.OWN
    if isinstance(wanted, Invalid):
        return  # all weights are zero: an error at the field, once the form is sent
    shown = await _update(request, trial, hr, wanted, own, request.texts("matching.weights.effect.trying"))
    if not shown or not trial.newest:
        return
    try:
        seen = weights_views.effect(
            request.texts, await weights.change(request.context.store, hr, request.context.in_worker, wanted)
        )
    except Rejected as refusal:
        seen = request.texts(f"errors.{refusal.code}", command=request.context.command, **refusal.values)
    await _update(request, trial, hr, wanted, own, seen, shown)


async def keep(request: Request) -> None:
    hr = await request.hr(request.state(OfProgramme).programme_id)
    wanted = weights_form.settings(request.form, await weights.settings(request.context.store, hr))
    if isinstance(wanted, Invalid):
        await request.invalid(wanted)
        return
    changed = await weights.settle(request.context.store, hr, wanted)
    await request.replace_modal(weights_views.kept(request.texts, hr.programme_id, changed=changed))


def _page(request: Request, hr: HrCaller, now: Settings, *, own: bool, seen: str) -> View:
    return weights_views.page(request.texts, hr.programme_id, now, own=own, seen=seen)


async def _update(
    request: Request, trial: Trial, hr: HrCaller, now: Settings, own: bool, seen: str, hash: str = ""
) -> str:
    """Show `seen` on the page as it is filled in, if this is its newest change and its hash is unchanged; its new
    hash, "" if HR was quicker."""
    view = _page(request, hr, now, own=own, seen=seen)
    async with trial.writes() as newest:
        if not newest:
            return ""
        try:
            found = await request.context.gateway.update_view(text_at(request.body, "view", "id"), view, hash or None)
        except SlackRefused as problem:
            if problem.error not in OVERTAKEN:
                raise
            log.info("modal of matching criteria not updated, it was changed or closed: %s", problem.error)
            return ""
    return text_at(found, "hash")
