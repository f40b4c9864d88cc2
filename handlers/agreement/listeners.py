"""Writing, reading, changing and signing a pair's agreement."""

from functools import partial

from bot.domain.agreement import State
from bot.services.agreement import agreement
from bot.services.agreement.agreement import EditConflict
from bot.services.caller import InvalidInput
from handlers.agreement import forms, plan_views, views
from handlers.home.listeners import refresh_home
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.request import Request


def register(on: Listeners) -> None:
    on.action(ActionId.AGREEMENT_OPEN, open_it)
    on.action(ActionId.AGREEMENT_CHANGE, change)
    on.action(ActionId.AGREEMENT_SIGN, sign)
    on.submission(CallbackId.AGREEMENT_FORM, written)


async def open_it(request: Request) -> None:
    """The form while there is no agreement."""
    seen = await agreement.read_agreement(request.context.store, request.caller, request.subject)
    await request.open(
        views.form(request.texts, seen) if seen.state is State.NONE else views.shown(request.texts, seen)
    )


async def change(request: Request) -> None:
    """The form with the current agreement, in place of the window that shows it, so that no old text stays below."""
    seen = await agreement.read_agreement(request.context.store, request.caller, request.subject)
    form = views.form(request.texts, seen) if seen.couple.goes_on else views.shown(request.texts, seen)
    await (request.update_modal(form) if request.in_modal else request.open(form))


async def written(request: Request) -> None:
    state = request.state(forms.AgreementState)
    terms = forms.terms(request.form, state, partial(plan_views.proposed, request.texts))
    try:
        seen = await agreement.propose(request.context.store, request.caller, state.pair_id, state.version, terms)
    except InvalidInput as wrong:
        await request.invalid(forms.invalid(wrong.faults))
        return
    except EditConflict as conflict:
        await request.replace_modal(views.after_edit_conflict(request.texts, conflict.seen, terms))
        return
    await request.replace_modal(views.stored(request.texts, seen))
    refresh_home(request)


async def sign(request: Request) -> None:
    seen = await agreement.sign(request.context.store, request.caller, request.subject)
    if request.in_modal:
        await request.update_modal(views.stored(request.texts, seen))
    else:
        await request.replace_message(views.just_signed(request.texts, seen))
    refresh_home(request)
