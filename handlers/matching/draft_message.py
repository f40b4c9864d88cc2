"""HR's message about a draft, and the position in a draft of a modal."""

import logging

from bot.services import access
from bot.services.caller import HrCaller
from bot.services.matching import draft_review
from bot.slack.gateway import SlackRefused, SlackUnavailable
from handlers.kit.blocks import View
from handlers.kit.payload import optional_text
from handlers.kit.request import Request
from handlers.matching import draft_views

log = logging.getLogger(__name__)


async def hr_of_draft(request: Request, draft_id: int) -> HrCaller:
    return await request.hr(await access.programme_of(request.context.store, request.caller, draft_id))


async def refresh(request: Request, hr: HrCaller, draft_id: int) -> None:
    """Update HR's message. If that fails, its buttons still refuse outdated actions."""
    overview = await draft_review.overview(request.context.store, hr, draft_id)
    if not overview.posted:
        return
    message = draft_views.draft(request.context.catalogue.texts(overview.programme.language), overview)
    try:
        await request.context.gateway.update(*overview.posted, message)
    except (SlackRefused, SlackUnavailable) as problem:
        log.warning("message of draft %s not updated: %s", draft_id, problem)


async def change_below(request: Request, which: str, new: View) -> View | None:
    """Show `new` in another modal of the same stack: `which` is "previous" or "root". It may be closed by now."""
    view_id = optional_text(request.body, "view", f"{which}_view_id")
    if not view_id or view_id == optional_text(request.body, "view", "id"):
        return None
    try:
        return await request.context.gateway.update_view(view_id, new)
    except (SlackRefused, SlackUnavailable) as problem:
        log.info("the modal below was not updated: %s", problem)
        return None
