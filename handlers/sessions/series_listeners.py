"""Books the next sessions in one go."""

from bot.services.sessions import series
from handlers.home.listeners import refresh_home
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfSession
from handlers.kit.request import Request
from handlers.sessions import series_views as views


def register(on: Listeners) -> None:
    on.action(ActionId.SESSION_SERIES, open_form)
    on.submission(CallbackId.SESSION_SERIES_FORM, stored)


async def open_form(request: Request) -> None:
    found = await series.read_series(request.context.store, request.caller, request.subject)
    await request.open(views.form(request.texts, found))


async def stored(request: Request) -> None:
    chosen = views.read_form(request.form)
    if isinstance(chosen, Invalid):
        await request.invalid(chosen)
        return
    session_id = request.state(OfSession).session_id
    times = [(one.session_id, one.starts_at) for one in chosen]
    done = await series.book_series(request.context.store, request.caller, session_id, times)
    await request.replace_modal(views.stored(request.texts, done))
    refresh_home(request)
