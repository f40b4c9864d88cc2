"""A person asks for another partner, or none for now."""

from bot.services.care import parting as partings
from handlers.care import parting_forms as forms
from handlers.care import parting_views as views
from handlers.home.listeners import refresh_home
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfPair
from handlers.kit.request import Request


def register(on: Listeners) -> None:
    on.action(ActionId.PART_OPEN, open_form)
    on.submission(CallbackId.PART_FORM, given)


async def open_form(request: Request) -> None:
    await request.open(
        views.form(request.texts, *await partings.partner_of(request.context.store, request.caller, request.subject))
    )


async def given(request: Request) -> None:
    wish = forms.wish(request.form)
    if isinstance(wish, Invalid):
        await request.invalid(wish)
        return
    couple, side, off = await partings.end_own_pair(
        request.context.store, request.caller, request.state(OfPair).pair_id, wish
    )
    await request.replace_modal(views.parted(request.texts, couple, side, off, another=wish.another))
    refresh_home(request)
