"""People suggest what the programme should do better."""

from bot.services.improvements import improvements
from handlers.improvements import forms, views
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfProgramme
from handlers.kit.request import Request


def register(on: Listeners) -> None:
    on.action(ActionId.IMPROVE_OPEN, open_form)
    on.submission(CallbackId.IMPROVE_FORM, given)


async def open_form(request: Request) -> None:
    open_form = await improvements.read_form(request.context.store, request.caller, request.subject)
    await request.open(views.form(request.texts, open_form))


async def given(request: Request) -> None:
    programme_id, store = request.state(OfProgramme).programme_id, request.context.store
    before = await improvements.read_form(store, request.caller, programme_id)
    said = forms.read(request.form, written=before.written is not None)
    if isinstance(said, Invalid):
        await request.invalid(said)
        return
    saved = await improvements.save(store, request.caller, programme_id, said)
    await request.replace_modal(views.done(request.texts, saved))
