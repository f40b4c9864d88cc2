"""People suggest what the programme should do better."""

import logging

from bot.services.improvements import improvements
from bot.slack.gateway import SlackRefused, SlackUnavailable
from handlers.improvements import forms, views
from handlers.improvements.modal_state import SuggestionState
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.payload import at, optional_text
from handlers.kit.request import Request

log = logging.getLogger(__name__)


def register(on: Listeners) -> None:
    on.action(ActionId.IMPROVE_OPEN, open_form)
    on.submission(CallbackId.IMPROVE_FORM, given)


async def open_form(request: Request) -> None:
    open_form = await improvements.read_form(request.context.store, request.caller, request.subject)
    place = [optional_text(at(request.body, "container"), name) for name in ("channel_id", "message_ts")]
    await request.open(views.form(request.texts, open_form, *(place if all(place) else [])))


async def given(request: Request) -> None:
    state, store = request.state(SuggestionState), request.context.store
    programme_id = state.programme_id
    before = await improvements.read_form(store, request.caller, programme_id)
    said = forms.read(request.form, written=before.written is not None)
    if isinstance(said, Invalid):
        await request.invalid(said)
        return
    saved = await improvements.save(store, request.caller, programme_id, said)
    await request.replace_modal(views.done(request.texts, saved))
    await _show_in_message(request, state, written=saved.written is not None)


async def _show_in_message(request: Request, state: SuggestionState, *, written: bool) -> None:
    """The message that asked says that it is answered, or asks again. It may be deleted: the answer is stored."""
    if not state.ts:
        return
    gateway = request.context.gateway
    try:
        shown = await gateway.shown(state.channel, state.ts)
        if shown and any(views.asks(block, state.programme_id) for block in shown.blocks):
            changed = views.in_message(request.texts, shown, state.programme_id, written=written)
            await gateway.update(state.channel, state.ts, changed)
    except (SlackRefused, SlackUnavailable) as problem:
        log.info("message that asked for suggestions not updated: %s", problem)
