"""The last button: one sentence of thanks to the partner."""

from slack_bolt.async_app import AsyncApp

from bot.services import closings
from handlers.desk import Desk
from handlers.entry import Ask, on_action, on_submission
from handlers.payload import number
from handlers.views import closing as views


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, views.THANKS, open_form)
    on_submission(app, desk, views.THANKS_FORM, written)


async def open_form(ask: Ask) -> None:
    couple, side = await closings.partner_to_thank(ask.desk.store, ask.caller, ask.subject)
    await ask.open(views.thanks_form(ask.texts, couple, side))


async def written(ask: Ask) -> None:
    text = ask.form.one("text")
    if not 0 < len(text) <= closings.LONGEST_THANKS:
        await ask.errors({"text": ask.texts.plain("errors.too_long", longest=closings.LONGEST_THANKS)})
        return
    couple, side = await closings.thank(ask.desk.store, ask.caller, number(ask.note), text)
    ask.desk.wake_delivery()
    await ask.become(views.thanks_sent(ask.texts, couple, side))
