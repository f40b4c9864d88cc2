"""Action cards: writing, changing, settling, and showing them to HR if both agree."""

from functools import partial

from bot.services.caller import InvalidInput
from bot.services.outcomes import action_cards
from bot.services.outcomes.action_cards import CardView
from handlers.home.listeners import refresh_home
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.payload import at
from handlers.kit.request import Request
from handlers.outcomes import card_views, forms
from handlers.outcomes.listeners import show


def register(on: Listeners) -> None:
    on.action(ActionId.CARD_NEW, new)
    on.action(ActionId.CARD_LIST, open_list)
    on.action(ActionId.CARD_EDIT, edit)
    on.submission(CallbackId.CARD_FORM, written)
    on.action(ActionId.CARD_DONE, done)
    on.action(ActionId.CARD_LASTS, partial(say_whether_it_lasts, lasted=True))
    on.action(ActionId.CARD_FADED, partial(say_whether_it_lasts, lasted=False))
    on.action(ActionId.CARD_DROP, open_drop)
    on.submission(CallbackId.CARD_DROP_FORM, dropped)
    on.action(ActionId.CARD_RENEW, open_renew)
    on.submission(CallbackId.CARD_RENEW_FORM, renewed)
    on.action(ActionId.CARD_SHARE, share)
    on.action(ActionId.CARD_KEEP, keep)


async def new(request: Request) -> None:
    couple, side = await action_cards.pair_for_card(request.context.store, request.caller, request.subject)
    await show(request, card_views.form(request.texts, couple, side))


async def open_list(request: Request) -> None:
    await show(
        request,
        card_views.listed(
            request.texts, await action_cards.board(request.context.store, request.caller, request.subject)
        ),
    )


async def edit(request: Request) -> None:
    seen = await action_cards.read_card(request.context.store, request.caller, request.subject)
    await show(request, card_views.form(request.texts, seen.couple, seen.side, seen))


async def written(request: Request) -> None:
    state = request.state(forms.EntryState)
    terms, shares = forms.card(request.form)
    store, caller = request.context.store, request.caller
    try:
        if state.row_id:
            seen = await action_cards.edit(store, caller, state.row_id, terms, share=shares)
        else:
            seen = await action_cards.write(store, caller, state.pair_id, terms, share=shares)
    except InvalidInput as wrong:
        await request.invalid(forms.invalid_card(wrong.faults))
        return
    await _listed(request, seen)


async def done(request: Request) -> None:
    await _shown(request, await action_cards.done(request.context.store, request.caller, request.subject))


async def say_whether_it_lasts(request: Request, *, lasted: bool) -> None:
    store, caller = request.context.store, request.caller
    await _shown(request, await action_cards.answer_lasting(store, caller, request.subject, lasted=lasted))


async def open_drop(request: Request) -> None:
    await show(
        request,
        card_views.drop_form(
            request.texts, await action_cards.read_card(request.context.store, request.caller, request.subject)
        ),
    )


async def dropped(request: Request) -> None:
    state = request.state(forms.EntryState)
    try:
        seen = await action_cards.drop(request.context.store, request.caller, state.row_id, request.form.one("why"))
    except InvalidInput as wrong:
        await request.invalid(forms.invalid_card(wrong.faults))
        return
    await _listed(request, seen)


async def open_renew(request: Request) -> None:
    await show(
        request,
        card_views.renew_form(
            request.texts, await action_cards.read_card(request.context.store, request.caller, request.subject)
        ),
    )


async def renewed(request: Request) -> None:
    state = request.state(forms.EntryState)
    try:
        seen = await action_cards.renew(request.context.store, request.caller, state.row_id, forms.due_on(request.form))
    except InvalidInput as wrong:
        await request.invalid(forms.invalid_card(wrong.faults))
        return
    await _listed(request, seen)


async def share(request: Request) -> None:
    await _shown(request, await action_cards.share(request.context.store, request.caller, request.subject))


async def keep(request: Request) -> None:
    await _shown(request, await action_cards.keep(request.context.store, request.caller, request.subject))


async def _listed(request: Request, seen: CardView) -> None:
    """Replaces the form by the list of all cards."""
    board = await action_cards.board(request.context.store, request.caller, seen.card.pair_id)
    await request.replace_modal(card_views.listed(request.texts, board))
    refresh_home(request)


async def _shown(request: Request, seen: CardView) -> None:
    """The current list, or the current message of the button."""
    if request.in_modal:
        board = await action_cards.board(request.context.store, request.caller, seen.card.pair_id)
        await request.update_modal(card_views.listed(request.texts, board))
    elif at(request.body, "container", "is_ephemeral") is not True:
        await request.replace_message(card_views.as_it_is(request.texts, seen))
    refresh_home(request)
