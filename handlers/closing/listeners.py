"""Thanks to one's partner, at any time; and one's certificate."""

from slack_bolt.async_app import AsyncApp

from bot.services.closing import certificates
from bot.services.outcomes import thanks
from handlers.closing import views
from handlers.closing.certificate_views import SEND as CERTIFICATE
from handlers.kit.context import Desk
from handlers.kit.payload import number
from handlers.kit.request import Ask, on_action, on_submission


def register(app: AsyncApp, desk: Desk) -> None:
    on_action(app, desk, views.THANKS, open_form)
    on_submission(app, desk, views.THANKS_FORM, written)
    on_action(app, desk, CERTIFICATE, send_certificate)


async def open_form(ask: Ask) -> None:
    couple, side = await thanks.partner_to_thank(ask.desk.store, ask.caller, ask.subject)
    await ask.open(views.thanks_form(ask.texts, couple, side))


async def written(ask: Ask) -> None:
    text = ask.form.one("text")
    if not 0 < len(text) <= thanks.LONGEST:
        await ask.errors({"text": ask.texts.plain("errors.too_long", longest=thanks.LONGEST)})
        return
    couple, side = await thanks.thank(ask.desk.store, ask.caller, number(ask.note), text)
    ask.desk.wake_delivery()
    await ask.become(views.thanks_sent(ask.texts, couple, side))


async def send_certificate(ask: Ask) -> None:
    new = await certificates.ask_for(ask.desk.store, ask.caller, ask.subject)
    ask.desk.wake_delivery()
    await ask.whisper(ask.texts("certificate.asked.body" if new else "certificate.asked.coming"))
