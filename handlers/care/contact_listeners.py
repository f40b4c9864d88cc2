"""HR names the contacts of a programme; each of them confirms or declines."""

from bot.services.care import contact_posts as posts
from bot.slack.gateway import Message
from handlers.care import contact_views as views
from handlers.home.listeners import refresh_home
from handlers.kit.form_result import Invalid
from handlers.kit.ids import ActionId, CallbackId
from handlers.kit.listeners import Listeners
from handlers.kit.modal_state import OfProgramme
from handlers.kit.payload import optional_text
from handlers.kit.picked import unfit_at
from handlers.kit.request import Request


def register(on: Listeners) -> None:
    on.action(ActionId.CONTACTS_OPEN, open_form)
    on.submission(CallbackId.CONTACTS_FORM, given)
    on.action(ActionId.CONTACT_CONFIRM, confirm)
    on.action(ActionId.CONTACT_DECLINE, decline)


async def open_form(request: Request) -> None:
    hr = await request.hr(request.subject)
    await request.open(views.form(request.texts, await posts.contacts_of(request.context.store, hr)))


async def given(request: Request) -> None:
    hr = await request.hr(request.state(OfProgramme).programme_id)
    picked = await picked_contacts(request)
    if isinstance(picked, Invalid):
        await request.invalid(picked)
        return
    contacts = await posts.change_contacts(request.context.store, hr, *picked)
    await request.replace_modal(views.stored(request.texts, contacts, request.me))
    refresh_home(request)


async def picked_contacts(request: Request) -> tuple[str, str] | Invalid:
    """The Slack ids of the contacts in a form; "" for no second one. Raises `SlackUnavailable`."""
    first, second = (request.form.one(block) for block in ("contact", "second_contact"))
    if not first:
        return Invalid.below("programme.setup.errors", {"contact": "contact"})
    if first == second:
        return Invalid.below("programme.setup.errors", {"second_contact": "second_contact"})
    picked = {"contact": [first]} | ({"second_contact": [second]} if second else {})
    return await unfit_at(request, picked, guests=False) or (first, second)


async def confirm(request: Request) -> None:
    programme = await posts.confirm(request.context.store, request.caller, request.subject)
    await _replace(request, views.confirmed(request.texts, programme))


async def decline(request: Request) -> None:
    programme = await posts.decline(request.context.store, request.caller, request.subject)
    await _replace(request, views.declined(request.texts, programme))


async def _replace(request: Request, message: Message) -> None:
    if url := optional_text(request.body, "response_url"):
        await request.context.gateway.respond(url, message, replace_original=True)
