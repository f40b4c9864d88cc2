"""HR writes to people without a partner."""

from dataclasses import replace

from bot.services.matching import unmatched
from handlers.kit.ids import ActionFamily, ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request
from handlers.matching.browse_listeners import listed
from handlers.matching.draft_message import change_below, hr_of_draft
from handlers.matching.modal_state import DraftModalState
from handlers.matching.unmatched_views import write_form


def register(on: Listeners) -> None:
    on.action(ActionId.MATCH_WRITE, open_form)
    on.submission(CallbackId.MATCH_WRITE, given)
    for turn in ("previous", "next"):
        on.action(ActionFamily.MATCH_WRITE_PAGE.of(turn), turn_page)


async def open_form(request: Request) -> None:
    draft_state = replace(request.state(DraftModalState), part_id=request.subject)
    hr = await hr_of_draft(request, draft_state.draft_id)
    to = await unmatched.recipients(request.context.store, hr, draft_state.draft_id, request.subject)
    await request.open(write_form(request.texts, request.context.texts, draft_state, to))


async def turn_page(request: Request) -> None:
    """Other letters. What HR typed stays in its field."""
    draft_state = request.state(DraftModalState)
    hr = await hr_of_draft(request, draft_state.draft_id)
    to = await unmatched.recipients(request.context.store, hr, draft_state.draft_id, draft_state.part_id)
    await request.update_modal(write_form(request.texts, request.context.texts, draft_state, to, request.subject))


async def given(request: Request) -> None:
    draft_state = request.state(DraftModalState)
    hr = await hr_of_draft(request, draft_state.draft_id)
    await unmatched.send_messages(
        request.context.store, hr, draft_state.draft_id, draft_state.part_id, request.form.one("sentence")
    )
    await request.close()
    await change_below(request, "previous", await listed(request, hr, draft_state))
