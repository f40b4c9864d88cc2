"""Where sessions take place: set by either of a pair, and HR's default."""

from bot.services.sessions import places
from handlers.home.listeners import refresh_home
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfProgramme, OfSession
from handlers.kit.request import Request
from handlers.sessions import place_views as views


def register(on: Listeners) -> None:
    on.action(ActionId.PLACE_OPEN, open_form)
    on.action(ActionId.PLACE_DEFAULT, open_default)
    on.submission(CallbackId.PLACE_FORM, stored)
    on.submission(CallbackId.PLACE_DEFAULT_FORM, default_stored)


async def open_form(request: Request) -> None:
    placed = await places.read_place(request.context.store, request.caller, request.subject)
    await request.open(views.form(request.texts, placed))


async def stored(request: Request) -> None:
    new = views.read_form(request.form)
    if isinstance(new, Invalid):
        await request.invalid(new)
        return
    store, session_id = request.context.store, request.state(OfSession).session_id
    placed = await places.set_place(store, request.caller, session_id, new.place, all_sessions=new.all_sessions)
    await request.replace_modal(views.stored(request.texts, placed))
    refresh_home(request)


async def open_default(request: Request) -> None:
    programme = await places.read_default(request.context.store, await request.hr(request.subject))
    await request.open(views.default_form(request.texts, programme))


async def default_stored(request: Request) -> None:
    hr = await request.hr(request.state(OfProgramme).programme_id)
    place = views.read_place(request.form)
    if isinstance(place, Invalid):
        await request.invalid(place)
        return
    programme = await places.set_default(request.context.store, hr, place)
    await request.replace_modal(views.default_stored(request.texts, programme))
