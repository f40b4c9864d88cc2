"""HR chooses when a draft is released, changes its mind, or cancels it."""

import logging

from bot.services.caller import Rejected
from bot.services.matching import planned_release
from bot.services.matching import release as releasing
from bot.services.matching.draft_edit import DraftVersion
from bot.services.matching.planned_release import PlannedRelease, WrongReleaseTime
from bot.slack.gateway import SlackRefused, SlackUnavailable
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request
from handlers.matching import planned_release_form, planned_release_views, release_views
from handlers.matching.draft_message import hr_of_draft, refresh
from handlers.matching.modal_state import ReleaseState

log = logging.getLogger(__name__)


def register(on: Listeners) -> None:
    on.action(ActionId.MATCH_PLAN, open_form)
    on.submission(CallbackId.MATCH_PLAN_FORM, plan)
    on.action(ActionId.MATCH_PLAN_CANCEL, cancel)


async def open_form(request: Request) -> None:
    """If something of the checklist is missing by now, HR sees that first."""
    hr = await hr_of_draft(request, request.subject)
    release_preview = await releasing.preview_release(request.context.store, hr, request.subject)
    if release_preview.ready:
        await request.open(planned_release_views.plan_form(request.texts, release_preview))
    else:
        await request.open(release_views.release_form(request.texts, release_preview))


async def plan(request: Request) -> None:
    wanted = request.state(ReleaseState)
    hr = await hr_of_draft(request, wanted.draft_id)
    chosen = planned_release_form.release_time(request.form)
    if isinstance(chosen, Invalid):
        await request.invalid(chosen)
        return
    seen = DraftVersion(wanted.draft_id, wanted.version)
    try:
        planned = await planned_release.plan(request.context.store, hr, seen, *chosen)
    except WrongReleaseTime as wrong:
        await request.invalid(planned_release_form.wrong_time(request.texts, wrong))
        return
    except Rejected as refusal:
        if refusal.code not in ("release_changed", "gates_open"):
            raise
        # Changes in between are shown first.
        release_preview = await releasing.preview_release(request.context.store, hr, wanted.draft_id)
        await request.replace_modal(release_views.release_form(request.texts, release_preview))
        return
    await request.replace_modal(planned_release_views.done(request.texts, planned))
    await _show(request, planned)
    await refresh(request, hr, wanted.draft_id)


async def cancel(request: Request) -> None:
    hr = await hr_of_draft(request, request.subject)
    cancelled = await planned_release.cancel(request.context.store, hr, request.subject)
    if request.in_modal:
        release_preview = await releasing.preview_release(request.context.store, hr, request.subject)
        await request.update_modal(release_views.release_form(request.texts, release_preview))
    await _show(request, cancelled)
    await refresh(request, hr, request.subject)


async def _show(request: Request, plan: PlannedRelease) -> None:
    """Earlier messages about the plan lose their buttons. If that fails, the buttons act on the plan of now."""
    texts = request.context.catalogue.texts(plan.programme.language)
    for channel, ts in plan.posted:
        try:
            await request.context.gateway.update(channel, ts, planned_release_views.over(texts, plan))
        except (SlackRefused, SlackUnavailable) as problem:
            log.warning("message of a planned release not updated: %s", problem)
