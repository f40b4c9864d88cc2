"""A pair writes, reads, changes and signs its agreement."""

from slack_bolt.async_app import AsyncApp

from bot.domain.agreement import State
from bot.services.agreement import agreement as agreements
from bot.services.agreement.agreement import Overtaken, Unfit
from handlers.agreement import forms, views
from handlers.home.listeners import refresh_home
from handlers.kit.context import Desk
from handlers.kit.payload import optional_text
from handlers.kit.request import Ask, on_action, on_submission


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, views.OPEN, open_it)
    on_action(app, desk, views.CHANGE, change)
    on_action(app, desk, views.SIGN, sign)
    on_submission(app, desk, views.FORM, written)


async def open_it(ask: Ask) -> None:
    """The form as long as there is nothing to read."""
    seen = await agreements.look(ask.desk.store, ask.caller, ask.subject)
    await ask.open(views.form(ask.texts, seen) if seen.state is State.NONE else views.shown(ask.texts, seen))


async def change(ask: Ask) -> None:
    """The form with what holds now: in place of the window that shows it, so that no old text stays below."""
    form = views.form(ask.texts, await agreements.look(ask.desk.store, ask.caller, ask.subject))
    await (ask.change(form) if ask.in_modal else ask.open(form))


async def written(ask: Ask) -> None:
    note, terms = forms.Note.read(ask.note), forms.terms(ask.form)
    try:
        seen = await agreements.propose(ask.desk.store, ask.caller, note.pair_id, note.version, terms)
    except Unfit as unfit:
        await ask.errors(views.errors(ask.texts, unfit.faults))
        return
    except Overtaken as overtaken:
        await ask.become(views.overtaken(ask.texts, overtaken.seen, terms))
        return
    ask.desk.wake_delivery()
    await ask.become(views.stored(ask.texts, seen))
    await refresh_home(ask)


async def sign(ask: Ask) -> None:
    seen = await agreements.sign(ask.desk.store, ask.caller, ask.subject)
    ask.desk.wake_delivery()
    if ask.in_modal:
        await ask.change(views.stored(ask.texts, seen))
    elif url := optional_text(ask.body, "response_url"):
        await ask.desk.gateway.respond(url, views.just_signed(ask.texts, seen), replace_original=True)
    await refresh_home(ask)
