"""One of a pair would like another partner, or none for now."""

from slack_bolt.async_app import AsyncApp

from bot.services.care import parting as partings
from bot.services.care.parting import LONGEST
from handlers.care import parting_forms as forms
from handlers.care import parting_views as views
from handlers.home.listeners import refresh_home
from handlers.kit.context import Desk
from handlers.kit.payload import number
from handlers.kit.request import Ask, on_action, on_submission


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, views.OPEN, open_form)
    on_submission(app, desk, views.FORM, given)


async def open_form(ask: Ask) -> None:
    await ask.open(views.form(ask.texts, *await partings.partner_of(ask.desk.store, ask.caller, ask.subject)))


async def given(ask: Ask) -> None:
    wish = forms.wish(ask.form)
    if isinstance(wish, dict):
        await ask.errors(
            {block: ask.texts.plain(f"part.form.errors.{name}", longest=LONGEST) for block, name in wish.items()}
        )
        return
    couple, side = await partings.part(ask.desk.store, ask.caller, number(ask.note), wish)
    ask.desk.wake_delivery()
    await ask.become(views.parted(ask.texts, couple, side, another=wish.another))
    await refresh_home(ask)
