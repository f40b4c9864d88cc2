"""A mentor has a buddy, is one, or neither: one window, from Home, the orientation and the messages."""

from bot.services.buddies import choices
from handlers.buddies import forms, views
from handlers.home.listeners import refresh_home
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfProgramme
from handlers.kit.request import Request


def register(on: Listeners) -> None:
    on.action(ActionId.BUDDY_OPEN, open_form)
    on.submission(CallbackId.BUDDY_FORM, given)


async def open_form(request: Request) -> None:
    state = await choices.read_buddies(request.context.store, request.caller, request.subject)
    await request.open(views.form(request.texts, state))


async def given(request: Request) -> None:
    programme_id = request.state(OfProgramme).programme_id
    wish = forms.read(request.form)
    state = await choices.choose_buddies(request.context.store, request.caller, programme_id, wish)
    await request.replace_modal(views.saved(request.texts, state))
    refresh_home(request)
