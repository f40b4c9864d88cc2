"""A pair changes how often and in which form it meets."""

from bot.services.sessions import cadence
from handlers.home.listeners import refresh_home
from handlers.kit.click_answers import replace_block
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfPair
from handlers.kit.request import Request
from handlers.sessions import cadence_forms, cadence_views


def register(on: Listeners) -> None:
    on.action(ActionId.RHYTHM_OPEN, open_form)
    on.action(ActionId.RHYTHM_WISH, accept_wish)
    on.action(ActionId.RHYTHM_AGREE, agree)
    on.action(ActionId.RHYTHM_KEEP, keep)
    on.submission(CallbackId.RHYTHM_FORM, proposed)


async def open_form(request: Request) -> None:
    await request.open(
        cadence_views.form(
            request.texts, await cadence.read_cadence(request.context.store, request.caller, request.subject)
        )
    )


async def proposed(request: Request) -> None:
    seen = await cadence.propose(
        request.context.store, request.caller, request.state(OfPair).pair_id, *cadence_forms.rhythm(request.form)
    )
    await request.replace_modal(cadence_views.stored(request.texts, seen))
    refresh_home(request)


async def agree(request: Request) -> None:
    await _answer(request, agreed=True)


async def keep(request: Request) -> None:
    await _answer(request, agreed=False)


async def accept_wish(request: Request) -> None:
    """In the introduction only the question is replaced: all else in it is still to be done."""
    seen, fresh = await cadence.accept_wish(request.context.store, request.caller, request.subject)
    if fresh:
        message = cadence_views.answered(request.texts, seen, agreed=True)
    else:
        message = cadence_views.met_as_wished(request.texts, seen)
    if request.in_modal:
        await request.update_modal(cadence_views.shown(request.texts, message))
    else:
        await replace_block(request, message.blocks)
    refresh_home(request)


async def _answer(request: Request, *, agreed: bool) -> None:
    seen = await cadence.answer(request.context.store, request.caller, request.subject, agreed=agreed)
    message = cadence_views.answered(request.texts, seen, agreed=agreed)
    if request.in_modal:
        await request.update_modal(cadence_views.shown(request.texts, message))
    else:
        await request.replace_message(message)
    refresh_home(request)
