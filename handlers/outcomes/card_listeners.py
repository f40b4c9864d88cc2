"""Action cards: written, changed, settled, and shown to HR if both agree."""

from slack_bolt.async_app import AsyncApp

from bot.services.outcomes import action_cards as cards
from bot.services.outcomes.action_cards import Seen, Unfit
from handlers.home.listeners import refresh_home
from handlers.kit.context import Desk
from handlers.kit.payload import at, optional_text
from handlers.kit.request import Ask, on_action, on_submission
from handlers.outcomes import card_views as views
from handlers.outcomes import forms
from handlers.outcomes.listeners import show


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, views.NEW, new)
    on_action(app, desk, views.LIST, open_list)
    on_action(app, desk, views.EDIT, edit)
    on_submission(app, desk, views.FORM, written)
    on_action(app, desk, views.DONE, done)
    on_action(app, desk, views.DROP, open_drop)
    on_submission(app, desk, views.DROP_FORM, dropped)
    on_action(app, desk, views.RENEW, open_renew)
    on_submission(app, desk, views.RENEW_FORM, renewed)
    on_action(app, desk, views.SHARE, share)
    on_action(app, desk, views.KEEP, keep)


async def new(ask: Ask) -> None:
    board = await cards.board(ask.desk.store, ask.caller, ask.subject)
    await show(ask, views.form(ask.texts, board.couple, board.side))


async def open_list(ask: Ask) -> None:
    await show(ask, views.listed(ask.texts, await cards.board(ask.desk.store, ask.caller, ask.subject)))


async def edit(ask: Ask) -> None:
    seen = await cards.look(ask.desk.store, ask.caller, ask.subject)
    await show(ask, views.form(ask.texts, seen.couple, seen.side, seen))


async def written(ask: Ask) -> None:
    note = forms.Note.read(ask.note)
    terms, shares = forms.card(ask.form)
    store, caller = ask.desk.store, ask.caller
    try:
        if note.subject:
            seen = await cards.edit(store, caller, note.subject, terms, share=shares)
        else:
            seen = await cards.write(store, caller, note.pair_id, terms, share=shares)
    except Unfit as unfit:
        await ask.errors(views.errors(ask.texts, unfit.faults))
        return
    await _listed(ask, seen)


async def done(ask: Ask) -> None:
    await _shown(ask, await cards.done(ask.desk.store, ask.caller, ask.subject))


async def open_drop(ask: Ask) -> None:
    await show(ask, views.drop_form(ask.texts, await cards.look(ask.desk.store, ask.caller, ask.subject)))


async def dropped(ask: Ask) -> None:
    note = forms.Note.read(ask.note)
    try:
        seen = await cards.drop(ask.desk.store, ask.caller, note.subject, ask.form.one("why"))
    except Unfit as unfit:
        await ask.errors(views.errors(ask.texts, unfit.faults))
        return
    await _listed(ask, seen)


async def open_renew(ask: Ask) -> None:
    await show(ask, views.renew_form(ask.texts, await cards.look(ask.desk.store, ask.caller, ask.subject)))


async def renewed(ask: Ask) -> None:
    note = forms.Note.read(ask.note)
    try:
        seen = await cards.renew(ask.desk.store, ask.caller, note.subject, forms.due_on(ask.form))
    except Unfit as unfit:
        await ask.errors(views.errors(ask.texts, unfit.faults))
        return
    await _listed(ask, seen)


async def share(ask: Ask) -> None:
    await _shown(ask, await cards.share(ask.desk.store, ask.caller, ask.subject))


async def keep(ask: Ask) -> None:
    await _shown(ask, await cards.keep(ask.desk.store, ask.caller, ask.subject))


async def _listed(ask: Ask, seen: Seen) -> None:
    """The form becomes the list of all cards."""
    ask.desk.wake_delivery()
    board = await cards.board(ask.desk.store, ask.caller, seen.card.pair_id)
    await ask.become(views.listed(ask.texts, board))
    await refresh_home(ask)


async def _shown(ask: Ask, seen: Seen) -> None:
    """The list, or the message in which the button stands, as things are now."""
    ask.desk.wake_delivery()
    if ask.in_modal:
        board = await cards.board(ask.desk.store, ask.caller, seen.card.pair_id)
        await ask.change(views.listed(ask.texts, board))
    elif (url := optional_text(ask.body, "response_url")) and at(ask.body, "container", "is_ephemeral") is not True:
        await ask.desk.gateway.respond(url, views.as_it_is(ask.texts, seen), replace_original=True)
    await refresh_home(ask)
