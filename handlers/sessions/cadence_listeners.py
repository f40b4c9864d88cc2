"""A pair changes how often and in which form it meets."""

from slack_bolt.async_app import AsyncApp

from bot.services.sessions import cadence as rhythms
from handlers.home.listeners import refresh_home
from handlers.kit.context import Desk
from handlers.kit.payload import number, optional_text
from handlers.kit.request import Ask, on_action, on_submission
from handlers.sessions import cadence_forms as forms
from handlers.sessions import cadence_views as views


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, views.OPEN, open_form)
    on_action(app, desk, views.AGREE, agree)
    on_action(app, desk, views.KEEP, keep)
    on_submission(app, desk, views.FORM, proposed)


async def open_form(ask: Ask) -> None:
    await ask.open(views.form(ask.texts, await rhythms.look(ask.desk.store, ask.caller, ask.subject)))


async def proposed(ask: Ask) -> None:
    seen = await rhythms.propose(ask.desk.store, ask.caller, number(ask.note), *forms.rhythm(ask.form))
    ask.desk.wake_delivery()
    await ask.become(views.stored(ask.texts, seen))
    await refresh_home(ask)


async def agree(ask: Ask) -> None:
    await _answer(ask, agreed=True)


async def keep(ask: Ask) -> None:
    await _answer(ask, agreed=False)


async def _answer(ask: Ask, *, agreed: bool) -> None:
    seen = await rhythms.answer(ask.desk.store, ask.caller, ask.subject, agreed=agreed)
    ask.desk.wake_delivery()
    message = views.answered(ask.texts, seen, agreed=agreed)
    if ask.in_modal:
        await ask.change(views.shown(ask.texts, message))
    elif url := optional_text(ask.body, "response_url"):
        await ask.desk.gateway.respond(url, message, replace_original=True)
    await refresh_home(ask)
