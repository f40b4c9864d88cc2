"""Thanks to a partner at any time, and certificates on request."""

from bot.services.closing import certificates
from bot.services.closing.farewell import offered_thanks, posted_farewells
from bot.services.outcomes import thanks
from handlers.closing import forms, public_thanks_views, views
from handlers.home.listeners import refresh_home
from handlers.kit.click_answers import until_useless, update_posted
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfPair
from handlers.kit.request import Request


def register(on: Listeners) -> None:
    on.action(ActionId.CLOSING_THANKS, until_useless(open_form, "partner_gone", "pair_ended", "left_programme"))
    on.submission(CallbackId.CLOSING_THANKS_FORM, written)
    on.action(ActionId.CERTIFICATE_SEND, send_certificate)


async def open_form(request: Request) -> None:
    couple, side = await thanks.partner_to_thank(request.context.store, request.caller, request.subject)
    await request.open(views.thanks_form(request.texts, couple, side))


async def written(request: Request) -> None:
    given = forms.thanks(request.form)
    if isinstance(given, Invalid):
        await request.invalid(given)
        return
    store, pair_id = request.context.store, request.state(OfPair).pair_id
    couple, side = await thanks.thank(store, request.caller, pair_id, given.text, offered=given.offered)
    await request.replace_modal(views.thanks_sent(request.texts, couple, side, offered=given.offered))
    shown = await offered_thanks(store, request.caller, pair_id, side)
    if shown.farewell:
        seen, where = shown.farewell
        await update_posted(request, views.person(request.texts, seen), where)
    if shown.thanks:
        words, where = shown.thanks
        await update_posted(request, public_thanks_views.for_reader(request.texts, words, answered=True), where)
    refresh_home(request)


async def send_certificate(request: Request) -> None:
    new = await certificates.ask_for(request.context.store, request.caller, request.subject)
    await request.reply_ephemeral(
        request.texts("closing.certificate.asked.body" if new else "closing.certificate.asked.coming")
    )
    for seen, where in await posted_farewells(request.context.store, request.caller, request.subject):
        await update_posted(request, views.person(request.texts, seen), where)
